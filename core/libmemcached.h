// libmemcached, loaded when it is first needed. With the libraries behind it, libcrypto among them,
// it makes up three quarters of the time that a process linked to it takes to start, and a command
// in the ASCII protocol on the module's distribution needs none of it.
#pragma once

#include <libmemcached-1.0/memcached.h>

#include "core/result.h"

// The functions that are used.
#define MCD_LIBMEMCACHED_FUNCTIONS(apply)                                                          \
  apply(memcached_add) apply(memcached_append) apply(memcached_behavior_set) apply(memcached_cas)  \
      apply(memcached_create) apply(memcached_decrement_with_initial) apply(memcached_delete)      \
          apply(memcached_fetch_result) apply(memcached_free) apply(memcached_generate_hash)       \
              apply(memcached_increment_with_initial) apply(memcached_last_error_errno)            \
                  apply(memcached_mget) apply(memcached_prepend) apply(memcached_replace)          \
                      apply(memcached_result_cas) apply(memcached_result_create)                   \
                          apply(memcached_result_flags) apply(memcached_result_free)               \
                              apply(memcached_result_key_length) apply(memcached_result_key_value) \
                                  apply(memcached_result_length) apply(memcached_result_value)     \
                                      apply(memcached_server_add_unix_socket_with_weight)          \
                                          apply(memcached_server_add_with_weight)                  \
                                              apply(memcached_set)                                 \
                                                  apply(memcached_set_sasl_auth_data)              \
                                                      apply(memcached_touch)

namespace mcd {

// A table of them, under their own names.
struct Libmemcached {
#define MCD_DECLARE(name) decltype(&::name) name = nullptr;
  MCD_LIBMEMCACHED_FUNCTIONS(MCD_DECLARE)
#undef MCD_DECLARE
};

// Loads the library once a process, under the name it had when mcdctl was built. The table lives as
// long as the process. Thread-safe. Fails with not_supported.
Result<const Libmemcached*> load_libmemcached();

}  // namespace mcd
