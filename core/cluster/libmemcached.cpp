#include "core/cluster/libmemcached.h"

#include <dlfcn.h>

#include <string>

namespace mcd {
namespace {

Error cannot_load() {
  const char* problem = dlerror();
  return {.code = Code::not_supported,
          .attempt = "load libmemcached",
          .reason = problem != nullptr ? problem : "unknown problem",
          .advice = "install the package libmemcached11"};
}

Result<Libmemcached> load() {
  // Never unloaded: the library registers handlers that run when the process ends.
  void* library = dlopen(MCD_LIBMEMCACHED_SONAME, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return cannot_load();
  Libmemcached functions;
  bool is_complete = true;
#define MCD_FIND(name)                                                         \
  functions.name = reinterpret_cast<decltype(&::name)>(dlsym(library, #name)); \
  is_complete = is_complete && functions.name != nullptr;
  MCD_LIBMEMCACHED_FUNCTIONS(MCD_FIND)
#undef MCD_FIND
  if (!is_complete) return cannot_load();
  return functions;
}

}  // namespace

Result<const Libmemcached*> load_libmemcached() {
  static const Result<Libmemcached> loaded = load();
  if (!loaded) return loaded.error();
  return &*loaded;
}

}  // namespace mcd
