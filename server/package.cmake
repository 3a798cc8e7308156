# `cmake --install --component server`, and a Debian package by `cpack` in the build folder.
# tests/install/debian-package installs, starts, upgrades and removes it on a clean machine.
set(debian ${CMAKE_CURRENT_SOURCE_DIR}/debian)

install(TARGETS hallpassd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT server)
install(TARGETS hallpassd_postgresql LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/hallpass COMPONENT server)
install(FILES ${debian}/hallpassd.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT server)
install(FILES ${debian}/hallpassd.service DESTINATION lib/systemd/system COMPONENT server)
install(FILES ${debian}/hallpassd.toml DESTINATION /etc/hallpass COMPONENT server)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR}d RENAME copyright
        COMPONENT server)
install(FILES ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR}d
        COMPONENT server)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hallpassd)
set(CPACK_PACKAGE_CONTACT "The Hallpass developers <hallpass@example.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "companion server for consent-based act-as access")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL server)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, libcurl4") # libcurl is loaded, not linked
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${debian}/conffiles ${debian}/postinst ${debian}/prerm ${debian}/postrm)
include(CPack)
