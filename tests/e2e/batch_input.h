// What the tests of `batch` feed it.
#pragma once

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {

inline RunOptions input(std::string bytes) {
  return {.stdin_bytes = std::move(bytes)};
}

}  // namespace mcd::test
