// libmemcached, loaded when it is first needed. With the libraries behind it, libcrypto among them,
// it makes up three quarters of the time that a process linked to it takes to start, and on
// the module's own distribution none of it is needed.
#pragma once

#include <libmemcached-1.0/memcached.h>

#include <string_view>

#include "core/base/result.h"

// The functions that are used.
// clang-format off
#define MCD_LIBMEMCACHED_FUNCTIONS(apply)              \
  apply(memcached_behavior_set)                        \
  apply(memcached_create)                              \
  apply(memcached_free)                                \
  apply(memcached_generate_hash)                       \
  apply(memcached_server_add_unix_socket_with_weight)  \
  apply(memcached_server_add_with_weight)
// clang-format on

namespace mcd {

// A table of them, under their own names.
struct Libmemcached {
#define MCD_DECLARE(name) decltype(&::name) name = nullptr;
  MCD_LIBMEMCACHED_FUNCTIONS(MCD_DECLARE)
#undef MCD_DECLARE
};

// The version that this was built with: "1.1.4".
inline constexpr std::string_view libmemcached_version = LIBMEMCACHED_VERSION_STRING;

// Loads the library once a process, under the name it had when mcdctl was built. The table lives as
// long as the process. Thread-safe. Fails with not_supported.
Result<const Libmemcached*> load_libmemcached();

}  // namespace mcd
