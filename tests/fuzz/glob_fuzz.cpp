// Patterns for keys. The first newline ends the pattern, and the text is after it.
#include "core/base/glob.h"

#include <algorithm>
#include <string>

#include "tests/fuzz/fuzz.h"

namespace {

using mcd::matches_glob;
using mcd::fuzz::require;

void check_literal(std::string_view text, std::string_view other) {
  const std::string pattern = mcd::escape_glob(text);
  require(matches_glob(pattern, text), "what is escaped matches itself");
  require(matches_glob(pattern, other) == (text == other), "and nothing else");
  require(matches_glob(pattern + "*", text), "a star may be nothing");
  require(matches_glob("*" + pattern, text), "a star may be nothing in front, too");
  require(matches_glob(pattern + "*", std::string(text) + std::string(other)),
          "a star may be anything");
  require(matches_glob("*" + pattern, std::string(other) + std::string(text)),
          "a star may be anything in front, too");
}

// A set of one byte, and the bytes that are in it.
void check_set(unsigned char member, unsigned char byte) {
  const std::string text(1, static_cast<char>(byte));
  const std::string escaped = {'\\', static_cast<char>(member)};
  require(matches_glob("[" + escaped + "]", text) == (member == byte), "a set has its members");
  require(matches_glob("[!" + escaped + "]", text) == (member != byte), "or all others");
  require(matches_glob("[^" + escaped + "]", text) == (member != byte), "however it is written");
  require(matches_glob("[" + escaped + "-\\\xff]", text) == (byte >= member),
          "a range has what is between its ends");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Its time is the product of both lengths.
  const std::string_view input = mcd::fuzz::text_of(data, std::min<std::size_t>(size, 2048));
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view pattern = input.substr(0, end);
  const std::string_view text = input.substr(std::min(end + 1, input.size()));
  const bool matches = matches_glob(pattern, text);
  require(matches_glob("*", text), "a star matches everything");
  require(matches_glob("", text) == text.empty(), "nothing matches nothing");
  require(!matches || matches_glob("*" + std::string(pattern), text),
          "a star in front takes nothing away");
  require(matches_glob("**" + std::string(pattern), text) ==
              matches_glob("*" + std::string(pattern), text),
          "two stars are one");
  require(!matches || !mcd::check_glob(pattern) || text.starts_with(mcd::literal_head(pattern)),
          "what matches begins with the literal head");
  const auto checked = mcd::check_glob(pattern);
  require(checked || !checked.error().advice.empty(), "whoever is refused is told what to write");
  require(mcd::has_wildcard(pattern) || matches_glob(pattern, mcd::literal_head(pattern)),
          "without a wildcard it is its head");
  check_literal(text, pattern);
  if (size >= 2) check_set(data[0], data[1]);
  return 0;
}
