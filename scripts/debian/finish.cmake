# Run by CPack when the components are installed into its staging directory, before they are packed:
# adds what only a Debian package has, and strips and compresses what Debian has so.
set(prefix_of_runtime ${CPACK_TEMPORARY_DIRECTORY}/runtime${CPACK_PACKAGING_INSTALL_PREFIX})
set(prefix_of_development ${CPACK_TEMPORARY_DIRECTORY}/development${CPACK_PACKAGING_INSTALL_PREFIX})
file(GLOB programs ${prefix_of_runtime}/bin/*)
file(GLOB_RECURSE libraries ${prefix_of_development}/lib/*.a)
execute_process(
  COMMAND strip --remove-section=.comment --remove-section=.note ${programs}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(
  COMMAND strip --strip-debug --remove-section=.comment --remove-section=.note
          --enable-deterministic-archives ${libraries}
  COMMAND_ERROR_IS_FATAL ANY)

set(documentation_of_runtime mcdctl)
set(documentation_of_development libmcd-dev)
foreach(component runtime development)
  set(share ${prefix_of_${component}}/share)
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
