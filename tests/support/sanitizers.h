// Whether the binary and the library under test are built with a sanitizer, which takes many times
// the time and memory, and descriptors of its own.
#pragma once

namespace mcd::test {

inline constexpr bool is_sanitized = MCDCTL_IS_SANITIZED;

// How often something is tried: fewer times with a sanitizer, which finds the same with each.
constexpr int fewer_if_sanitized(int count) {
  constexpr int share = 5;
  return is_sanitized ? count / share : count;
}

}  // namespace mcd::test
