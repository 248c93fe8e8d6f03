// Keys: checked here before any library or server sees them, so that nothing hostile reaches the
// wire as anything but one key.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mcd {

// memcached's own limit, in bytes, on what goes over the wire (prefix and key together).
inline constexpr std::size_t wire_key_limit = 250;
// The same for a key that travels as base64 (core/protocol/meta.h), before it is that.
inline constexpr std::size_t base64_key_limit = wire_key_limit / 4 * 3;

// A key that passed every rule of how it was made. An immutable value: safe to read from any
// thread.
class Key {
 public:
  // `text` is the key as the user knows it; `prefix` and `limit` (in bytes, without the prefix) are
  // those of the settings. Fails with argument_needed (empty), key_too_long (over `limit`, or over
  // 250 bytes together with the prefix) or bad_key (a byte <= 0x20 or 0x7f, in the key or the
  // prefix). UTF-8 and any other byte above 0x7f is fine.
  static Result<Key> make(std::string_view text, std::string_view prefix, std::size_t limit);
  // A key that is in a cluster already, perhaps by the binary protocol, in which any byte is
  // allowed: for those who name keys as core/protocol/meta.h does, and no one else. No limit but
  // the wire's applies: 250 bytes together with the prefix, or 186 where there are bytes that
  // travel as base64. Fails with argument_needed (empty), key_too_long, or bad_key (the prefix).
  static Result<Key> make_of_any_bytes(std::string_view text, std::string_view prefix);

  // Both views are valid as long as the key is.
  // The key without the prefix: what is printed, and what picks the server.
  std::string_view text() const { return std::string_view(wire_).substr(prefix_length_); }
  // The key as the server knows it.
  std::string_view wire() const { return wire_; }

 private:
  Key(std::string wire, std::size_t prefix_length)
      : wire_(std::move(wire)), prefix_length_(prefix_length) {}

  static Key join(std::string_view prefix, std::string_view text);

  std::string wire_;
  std::size_t prefix_length_;
};

// The place of the first byte that no key or prefix can have, or npos.
std::size_t find_bad_key_byte(std::string_view text);

}  // namespace mcd
