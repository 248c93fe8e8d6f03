# Run by CPack when the components are installed into its staging directory, before they are packed:
# adds what only a Debian package has, and strips and compresses what Debian has so.
cmake_policy(VERSION 3.25)

if(NOT IS_DIRECTORY "${CPACK_TEMPORARY_DIRECTORY}")
  message(FATAL_ERROR "CPack names no staging directory")
endif()

# Strips the files of a component, where it is packed, that match below its prefix.
function(strip_files component pattern)
  set(prefix ${CPACK_TEMPORARY_DIRECTORY}/${component}${CPACK_PACKAGING_INSTALL_PREFIX})
  if(NOT component IN_LIST CPACK_COMPONENTS_ALL)
    return()
  endif()
  file(GLOB_RECURSE files ${prefix}/${pattern})
  execute_process(COMMAND strip --remove-section=.comment --remove-section=.note ${ARGN} ${files}
    COMMAND_ERROR_IS_FATAL ANY)
endfunction()
strip_files(runtime bin/*)
strip_files(development lib/*.a --strip-debug --enable-deterministic-archives)
strip_files(asterisk lib/*.so --strip-unneeded)

if(asterisk IN_LIST CPACK_COMPONENTS_ALL)
  # Asterisk's own directory of settings, whatever the prefix.
  set(staging ${CPACK_TEMPORARY_DIRECTORY}/asterisk)
  file(COPY ${CPACK_MCDCTL_SETTINGS} DESTINATION ${staging}/etc/asterisk
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  file(GLOB_RECURSE modules ${staging}/*.so)
  file(CHMOD ${modules} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endif()

set(documentation_of_runtime mcdctl)
set(documentation_of_development libmcd-dev)
set(documentation_of_asterisk asterisk-memcached)
foreach(component ${CPACK_COMPONENTS_ALL})
  set(share ${CPACK_TEMPORARY_DIRECTORY}/${component}${CPACK_PACKAGING_INSTALL_PREFIX}/share)
  set(documentation ${share}/doc/${documentation_of_${component}})
  file(COPY ${CMAKE_CURRENT_LIST_DIR}/copyright DESTINATION ${documentation})
  execute_process(
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/changelog ${CPACK_MCDCTL_CHANGELOG} ${CPACK_PACKAGE_NAME}
            ${CPACK_DEBIAN_PACKAGE_MAINTAINER} ${CPACK_MCDCTL_DATE}
    OUTPUT_FILE ${documentation}/changelog
    COMMAND_ERROR_IS_FATAL ANY)
  file(GLOB_RECURSE pages ${share}/man/*)
  execute_process(COMMAND gzip -9n ${documentation}/changelog ${pages} COMMAND_ERROR_IS_FATAL ANY)
  file(CHMOD_RECURSE ${share}
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ
    DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
                          GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endforeach()
