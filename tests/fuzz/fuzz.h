// What the fuzz targets share.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/text.h"

// libFuzzer's entry, which each target defines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace mcd::fuzz {

// assert() that optimised builds have, too.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  // The pointer may be null for no bytes at all.
  return size == 0 ? std::string_view()
                   : std::string_view(reinterpret_cast<const char*>(data), size);
}

// That a message is fit to be shown: one line of UTF-8 without control characters.
inline void require_printable(std::string line) {
  std::erase(line, '\\');  // Those of escapes.
  require(escape(line) == line, "a message is one printable line");
}

inline void require_printable(const Error& error) {
  require_printable(describe(error));
}

}  // namespace mcd::fuzz
