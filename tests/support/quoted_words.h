// Bytes as a shell's quotations, each read back as one word of these bytes.

#pragma once

#include <string>
#include <string_view>

namespace mcd::test {

// No NUL byte can be written this way, nor, on one line, a newline.
inline std::string single_quoted(std::string_view bytes) {
  std::string out = "'";
  for (const char byte : bytes) {
    if (byte == '\'') {
      out += "'\\''";
    } else {
      out += byte;
    }
  }
  return out + "'";
}

// The same holds here.
inline std::string double_quoted(std::string_view bytes) {
  std::string out = "\"";
  for (const char byte : bytes) {
    if (byte == '"' || byte == '\\' || byte == '$' || byte == '`') out += '\\';
    out += byte;
  }
  return out + "\"";
}

// Any bytes, all of them as \xHH.
inline std::string ansi_quoted(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "$'";
  for (const char letter : bytes) {
    const auto byte = static_cast<unsigned char>(letter);
    out += "\\x";
    out += digits[byte >> 4U];
    out += digits[byte & 0x0fU];
  }
  return out + "'";
}

}  // namespace mcd::test
