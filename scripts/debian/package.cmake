# CPack settings for the Debian packages mcdctl, libmcd-dev and, where there is an Asterisk,
# asterisk-memcached, one for each component of the installation. scripts/package builds them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mcdctl)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_DEBIAN_PACKAGE_MAINTAINER
  "Seed b36df600 maintainers <maintainers@users.noreply.r-seed-b36df600.example>")
set(CPACK_PACKAGE_CONTACT ${CPACK_DEBIAN_PACKAGE_MAINTAINER})
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL runtime development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
# Whatever the umask of who builds.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# libmemcached is loaded at run time, where dpkg-shlibdeps does not see it.
get_directory_property(libmemcached_soname DIRECTORY ${PROJECT_SOURCE_DIR}/core
  DEFINITION libmemcached_soname)
string(REGEX MATCH "[0-9]+$" libmemcached_version ${libmemcached_soname})
set(libmemcached_package libmemcached${libmemcached_version})

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME mcdctl)
set(CPACK_DEBIAN_RUNTIME_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION net)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS ${libmemcached_package})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS memcached)
# The first line is the summary; CPack would put the project's in front of both.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "memcached from the shell, as Asterisk's res_memcached has it
mcdctl lets shell scripts, cron jobs and Asterisk dialplans work on the same
keys of the same memcached cluster as the Asterisk module res_memcached, with
its key prefix, time to live, limits, atomic counters and choice of server.
The exit status is the module's MCDRESULT, so that a script tells a hit from a
miss and a miss from a server that is down.

It reads the module's memcached.conf, or settings of its own, and speaks both
the ASCII and the binary protocol.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libmcd-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SOURCE mcdctl)
set(CPACK_DEBIAN_DEVELOPMENT_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ${libmemcached_package})
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "memcached with Asterisk's semantics, for C++ (development files)
The library that mcdctl is made of: items and counters of a memcached cluster,
with the keys, servers and results of the Asterisk module res_memcached. It
needs C++20.

This package holds the static library, its headers, and what CMake
(find_package(mcd)) and pkg-config (mcd) need to find them.")

# For the one version of Asterisk whose headers were found: Debian's own name for its interface is the
# same in versions that differ.
if(TARGET res_memcached)
  list(APPEND CPACK_COMPONENTS_ALL asterisk)
  set(CPACK_DEBIAN_ASTERISK_PACKAGE_NAME asterisk-memcached)
  set(CPACK_DEBIAN_ASTERISK_PACKAGE_SOURCE mcdctl)
  set(CPACK_DEBIAN_ASTERISK_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_ASTERISK_PACKAGE_SECTION comm)
  set(CPACK_DEBIAN_ASTERISK_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_ASTERISK_PACKAGE_DEPENDS "${MCDCTL_ASTERISK_DEPENDS}, ${libmemcached_package}")
  set(CPACK_DEBIAN_ASTERISK_PACKAGE_SUGGESTS "mcdctl, memcached")
  set(CPACK_DEBIAN_ASTERISK_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/conffiles)
  set(CPACK_DEBIAN_ASTERISK_DESCRIPTION "memcached in the dialplan of Asterisk
The module res_memcached reads and writes items and counters of a memcached
cluster from the dialplan: the functions MCD(), MCDCOUNTER() and MCDTTL(), and
applications such as mcdset. No failure ends a call: the result is in the
variable MCDRESULT, and audio goes on while memcached does not answer.

mcdctl works on the same items from a shell, and its manual page
mcdctl-dialplan(7) is about the module, too.")
  set(CPACK_MCDCTL_SETTINGS ${PROJECT_SOURCE_DIR}/conf/memcached.conf)
endif()

# What only a Debian package has: changelog, copyright, strip, compression.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/finish.cmake)
set(CPACK_MCDCTL_CHANGELOG ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
set(CPACK_MCDCTL_DATE ${MCDCTL_DATE})
include(CPack)
