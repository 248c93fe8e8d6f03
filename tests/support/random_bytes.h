// Random material for tests. A failing test should print the seed of its generator.

#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace mcd::test {

// A number from `low` to `high`, both included.
inline std::size_t random_number(std::mt19937_64& generator, std::size_t low, std::size_t high) {
  return std::uniform_int_distribution<std::size_t>(low, high)(generator);
}

// `length` bytes of any value, except 0 unless `allow_nul`.
inline std::string random_bytes(std::mt19937_64& generator, std::size_t length, bool allow_nul) {
  std::string bytes(length, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(random_number(generator, allow_nul ? 0 : 1, 255));
  }
  return bytes;
}

// Strings that a careless parser, shell, formatter or protocol would take for something else.
// None holds a NUL byte.
inline const std::vector<std::string>& nasty_strings() {
  static const std::vector<std::string> strings = {
      "",
      " ",
      "\t",
      "\n",
      "\r\n",
      "\x7f",
      "\xff",
      "-",
      "--",
      "---",
      "-5",
      "-s",
      "-h",
      "++",
      "=",
      "=x",
      "0",
      "00",
      "18446744073709551616",
      "--help",
      "--config=/etc/passwd",
      "[a,b]",
      "[",
      "%s",
      "%n",
      "%00",
      "set",
      "get",
      "stats",
      "flush_all",
      "a\r\nset x 0 0 1\r\ny",
      "noreply",
      "$(x)",
      "`x`",
      "$HOME",
      "\"",
      "'",
      "\\",
      "\\n",
      "\x1b[31m",
      "Gr\xc3\xbc\xc3\x9f"
      "e \xe2\x82\xac \xf0\x9f\x98\x80",   // UTF-8 of 2, 3 and 4 bytes,
      "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",  // written from right to left,
      "\xc3",                              // cut off,
      "\xed\xa0\x80",                      // and a surrogate.
      std::string(249, 'k'),               // Around the 250 bytes of a memcached key,
      std::string(250, 'k'),
      std::string(251, 'k'),
      std::string(252, 'k'),
      std::string(4095, 'v'),  // and around a page.
      std::string(4096, 'v'),
      std::string(4097, 'v'),
  };
  return strings;
}

// A command-line argument, so without NUL bytes: random bytes, a nasty string, or both joined.
inline std::string random_argument(std::mt19937_64& generator) {
  const auto nasty = [&] {
    const std::vector<std::string>& strings = nasty_strings();
    return strings[random_number(generator, 0, strings.size() - 1)];
  };
  const auto bytes = [&] {
    return random_bytes(generator, random_number(generator, 0, 40), false);
  };
  switch (random_number(generator, 0, 4)) {
    case 0: return bytes();
    case 1: {
      const std::string start = nasty();  // One statement each, for a fixed order.
      return start + bytes();
    }
    default: return nasty();
  }
}

}  // namespace mcd::test
