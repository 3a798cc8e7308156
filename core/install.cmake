# What other C++ programs get of the core: `cmake --install`, then find_package(hallpass CONFIG) and
# hallpass::core, or pkg-config's `hallpass-core`. tests/install/consumer builds against it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/hallpass)
set_target_properties(hallpass_core PROPERTIES EXPORT_NAME core)

install(TARGETS hallpass_core EXPORT hallpass-targets COMPONENT development
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/hallpass COMPONENT development
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT hallpass-targets NAMESPACE hallpass:: DESTINATION ${package_folder}
        COMPONENT development)

configure_package_config_file(${CMAKE_CURRENT_SOURCE_DIR}/hallpass-config.cmake.in
                              ${CMAKE_CURRENT_BINARY_DIR}/hallpass-config.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/hallpass-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/hallpass-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/hallpass-config-version.cmake
        DESTINATION ${package_folder} COMPONENT development)

# Relative, so that the tree can be installed anywhere and moved.
file(RELATIVE_PATH path_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(hallpass-core.pc.in ${CMAKE_CURRENT_BINARY_DIR}/hallpass-core.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/hallpass-core.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
