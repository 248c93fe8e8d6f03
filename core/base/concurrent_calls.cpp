#include "core/base/concurrent_calls.h"

#include <sys/resource.h>

namespace mcd {

std::size_t most_concurrent_calls() {
  constexpr std::size_t most = 256;
  // A connection, and a file or two to look up its name.
  constexpr rlim_t files_of_a_call = 3;
  constexpr rlim_t other_files = 8;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return most;
  const rlim_t room = limit.rlim_cur > other_files ? limit.rlim_cur - other_files : 0;
  return std::clamp<std::size_t>(room / files_of_a_call, 1, most);
}

}  // namespace mcd
