#include "core/items/key.h"

#include <cstdint>
#include <cstring>
#include <optional>

#include "core/base/text.h"

namespace mcd {
namespace {

std::string bytes(std::size_t count) {
  return counted(count, "byte");
}

bool is_bad(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte <= 0x20 || byte == 0x7f;
}

// Whether one of eight bytes is bad, found out for all at once. In the word, the highest bit of a
// byte tells; it may also tell so of a good one above a bad one.
bool has_bad(std::uint64_t bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t highest = 0x8080808080808080;
  const auto has_below = [](std::uint64_t word, std::uint64_t limit) {
    return ((word - ones * limit) & ~word & highest) != 0;
  };
  return has_below(bytes, 0x21) || has_below(bytes ^ ones * 0x7f, 1);
}

Error unusable(std::string_view text, Code code, std::string reason) {
  return {.code = code, .attempt = "key " + quote(text), .reason = std::move(reason)};
}

// Why no command can name the key: it has no byte, or more than `most`, or a prefix that is none.
// `why` is what makes for that many.
std::optional<Error> find_problem(std::string_view text, std::string_view prefix, std::size_t most,
                                  std::string_view why) {
  if (text.empty()) return unusable(text, Code::argument_needed, "the key is empty");
  if (prefix.size() + text.size() > most) {
    std::string reason = "the key has " + bytes(text.size());
    if (!prefix.empty()) reason += " and the prefix " + bytes(prefix.size());
    reason += ", memcached accepts " + std::to_string(most);
    if (!prefix.empty()) reason += " together";
    Error error = unusable(text, Code::key_too_long, std::move(reason.append(why)));
    error.advice = "use a shorter key";  // no setting helps
    return error;
  }
  if (find_bad_key_byte(prefix) != std::string_view::npos) {
    return unusable(text, Code::bad_key,
                    "the prefix " + quote(prefix) + " contains a space or a control character");
  }
  return std::nullopt;
}

}  // namespace

std::size_t find_bad_key_byte(std::string_view text) {
  std::size_t place = 0;
  for (std::uint64_t bytes = 0; place + sizeof bytes <= text.size(); place += sizeof bytes) {
    std::memcpy(&bytes, text.data() + place, sizeof bytes);
    if (has_bad(bytes)) break;
  }
  while (place < text.size() && !is_bad(text[place])) ++place;
  return place < text.size() ? place : std::string_view::npos;
}

Result<Key> Key::make(std::string_view text, std::string_view prefix, std::size_t limit) {
  if (text.size() > limit && limit < wire_key_limit) {
    return unusable(
        text, Code::key_too_long,
        "the key has " + bytes(text.size()) + ", the limit is " + std::to_string(limit));
  }
  if (auto problem = find_problem(text, prefix, wire_key_limit, "")) return *std::move(problem);
  const std::size_t bad_in_key = find_bad_key_byte(text);
  if (bad_in_key != std::string_view::npos) {
    return unusable(
        text, Code::bad_key,
        "byte " + std::to_string(bad_in_key + 1) + " of the key is a space or a control character");
  }
  return join(prefix, text);
}

Result<Key> Key::make_of_any_bytes(std::string_view text, std::string_view prefix) {
  const bool is_plain = find_bad_key_byte(text) == std::string_view::npos;
  auto problem = is_plain ? find_problem(text, prefix, wire_key_limit, "")
                          : find_problem(text, prefix, base64_key_limit,
                                         " where there are spaces or control characters");
  if (problem) return *std::move(problem);
  return join(prefix, text);
}

Key Key::join(std::string_view prefix, std::string_view text) {
  std::string wire;
  wire.reserve(prefix.size() + text.size());
  wire += prefix;
  wire += text;
  return Key(std::move(wire), prefix.size());
}

}  // namespace mcd
