#include "tests/support/memcached_text.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace mcd::test {
namespace {

std::size_t to_size(std::string_view digits) {
  std::size_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

bool ends_reply(std::string_view line) {
  static constexpr std::string_view kLastWords[] = {
      "END",        "STORED", "OK",           "DELETED",     "ERROR", "NOT_FOUND",
      "NOT_STORED", "EXISTS", "RESET",        "TOUCHED",     "HD",    "EN",
      "NF",         "NS",     "EX",           "MN",          "ME",    "VA",
      "VERSION",    "BUSY",   "CLIENT_ERROR", "SERVER_ERROR"};
  const std::string_view word = take(line, ' ');
  const bool is_number =
      !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number ||
         std::find(std::begin(kLastWords), std::end(kLastWords), word) != std::end(kLastWords);
}

}  // namespace

std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

std::string_view take_line(std::string_view& text) {
  std::string_view line = take(text, '\n');
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

std::size_t data_block_length(std::string_view line) {
  const std::string_view word = take(line, ' ');
  if (word == "VALUE") {
    take(line, ' ');  // The key,
    take(line, ' ');  // and the flags.
  } else if (word != "VA") {
    return 0;
  }
  return to_size(take(line, ' ')) + 2;
}

bool is_complete_reply(std::string_view reply) {
  if (!reply.ends_with("\r\n")) {
    return false;
  }
  bool complete = false;
  while (!reply.empty()) {
    const std::string_view line = take_line(reply);
    const std::size_t block_length = data_block_length(line);
    if (reply.size() < block_length) {
      return false;
    }
    reply.remove_prefix(block_length);
    complete = ends_reply(line);
  }
  return complete;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    unsigned char byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    if (byte == '%' && text.size() >= 2) {
      std::from_chars(text.data(), text.data() + 2, byte, 16);
      text.remove_prefix(2);
    }
    decoded.push_back(static_cast<char>(byte));
  }
  return decoded;
}

}  // namespace mcd::test
