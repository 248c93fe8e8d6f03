#include "core/key.h"

#include <algorithm>

#include "core/text.h"

namespace mcd {
namespace {

std::string bytes(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

}  // namespace

std::size_t find_bad_key_byte(std::string_view text) {
  const auto bad = [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte <= 0x20 || byte == 0x7f;
  };
  const auto found = std::ranges::find_if(text, bad);
  return found == text.end() ? std::string_view::npos
                             : static_cast<std::size_t>(found - text.begin());
}

Result<Key> Key::make(std::string_view text, std::string_view prefix, std::size_t limit) {
  const auto fail = [text](Code code, std::string reason) {
    return Error{.code = code, .attempt = "key " + quote(text), .reason = std::move(reason)};
  };
  if (text.empty()) return fail(Code::argument_needed, "the key is empty");
  if (text.size() > limit) {
    return fail(Code::key_too_long,
                "the key has " + bytes(text.size()) + ", the limit is " + std::to_string(limit));
  }
  if (prefix.size() + text.size() > wire_key_limit) {
    return fail(Code::key_too_long, "the key has " + bytes(text.size()) + " and the prefix " +
                                        bytes(prefix.size()) + ", memcached takes " +
                                        std::to_string(wire_key_limit) + " together");
  }
  const std::size_t bad_in_key = find_bad_key_byte(text);
  if (bad_in_key != std::string_view::npos) {
    return fail(Code::bad_key, "byte " + std::to_string(bad_in_key + 1) +
                                   " of the key is a space or a control character");
  }
  if (find_bad_key_byte(prefix) != std::string_view::npos) {
    return fail(Code::bad_key,
                "the prefix " + quote(prefix) + " holds a space or a control character");
  }
  std::string wire;
  wire.reserve(prefix.size() + text.size());
  wire += prefix;
  wire += text;
  return Key(std::move(wire), prefix.size());
}

}  // namespace mcd
