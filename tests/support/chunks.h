// Input that arrives piece by piece.

#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "core/base/input.h"

namespace mcd::test {

// A source of `text`, of which each read gets at most `most` bytes.
inline Source chunks_of(std::string text, std::size_t most) {
  return [text = std::move(text), most,
          place = std::size_t{0}](std::span<char> room) mutable -> Result<std::size_t> {
    const std::size_t count = std::min({room.size(), most, text.size() - place});
    std::copy_n(text.data() + place, count, room.data());
    place += count;
    return count;
  };
}

}  // namespace mcd::test
