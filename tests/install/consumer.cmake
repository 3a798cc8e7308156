# Installs the core below a path with a space and builds a stranger's program against it, by CMake's
# find_package and by pkg-config, then compiles every public header on its own.
#   cmake -DBUILD=<build tree> -DWORK=<empty folder> -DCOMPILER=<c++> -DLAUNCHER=<ccache, or nothing> -P consumer.cmake
set(prefix "${WORK}/installed here")
set(expected "1792969200000")  # 2026-10-25T23:00:00Z: the day after the change is 25 hours long

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE outcome OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT outcome EQUAL 0)
    message(FATAL_ERROR "${ARGV}: ${outcome}\n${output}\n${errors}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect_answer program)
  run("${program}")
  string(STRIP "${output}" answer)
  if(NOT answer STREQUAL expected)
    message(FATAL_ERROR "${program} says ${answer}, not ${expected}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK}")
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix} --component development)

set(stranger ${CMAKE_CURRENT_LIST_DIR}/consumer)
run(${CMAKE_COMMAND} -G Ninja -S ${stranger} -B ${WORK}/cmake -DCMAKE_PREFIX_PATH=${prefix}
    -DCMAKE_CXX_COMPILER=${COMPILER})
run(${CMAKE_COMMAND} --build ${WORK}/cmake)
expect_answer(${WORK}/cmake/consumer)

file(GLOB_RECURSE described "${prefix}/*/hallpass-core.pc")
get_filename_component(descriptions "${described}" DIRECTORY)
run(${CMAKE_COMMAND} -E env "PKG_CONFIG_PATH=${descriptions}" pkg-config --cflags --libs hallpass-core)
string(STRIP "${output}" flags)
separate_arguments(flags UNIX_COMMAND "${flags}")
run(${COMPILER} ${stranger}/main.cpp -o ${WORK}/by-pkg-config ${flags})
expect_answer(${WORK}/by-pkg-config)

file(GLOB headers "${prefix}/include/hallpass/*.hpp")
list(LENGTH headers count)
if(count LESS 20)
  message(FATAL_ERROR "only ${count} headers were installed")
endif()
foreach(header ${headers})
  get_filename_component(name ${header} NAME_WE)
  file(WRITE ${WORK}/alone/${name}.cpp "#include \"${header}\"\n")
  run(${LAUNCHER} ${COMPILER} -std=c++20 -Wall -Wextra -Werror -I${prefix}/include
      -c ${WORK}/alone/${name}.cpp -o ${WORK}/alone/${name}.o)
endforeach()
