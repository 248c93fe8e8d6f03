// Answers of memcached's binary protocol, right ones and wrong ones.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mcd::test {

inline constexpr std::size_t kBinaryHeaderSize = 24;

inline std::string big_endian(std::uint64_t number, unsigned bytes) {
  std::string text;
  while (bytes-- > 0) text += static_cast<char>(number >> (8 * bytes) & 0xffU);
  return text;
}

inline std::uint64_t from_big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
  return number;
}

struct BinaryFrame {
  std::uint8_t magic = 0x81;
  std::uint8_t opcode = 0;
  std::uint16_t status = 0;
  std::uint64_t opaque = 0;
  std::uint64_t cas = 0;
  std::string extras{};
  std::string key{};
  std::string value{};

  std::string bytes() const {
    return big_endian(magic, 1) + big_endian(opcode, 1) + big_endian(key.size(), 2) +
           big_endian(extras.size(), 1) + big_endian(0, 1) + big_endian(status, 2) +
           big_endian(extras.size() + key.size() + value.size(), 4) + big_endian(opaque, 4) +
           big_endian(cas, 8) + extras + key + value;
  }
};

// What can be told of a request without its body.
struct BinaryRequest {
  std::uint8_t opcode = 0;
  std::uint64_t opaque = 0;
  std::string key{};
};

// Takes a request off the front of `received`; false if there is no whole one.
inline bool take_binary_request(std::string_view& received, BinaryRequest& request) {
  if (received.size() < kBinaryHeaderSize) return false;
  const std::uint64_t body = from_big_endian(received.substr(8, 4));
  if (received.size() < kBinaryHeaderSize + body) return false;
  request.opcode = static_cast<std::uint8_t>(received[1]);
  request.opaque = from_big_endian(received.substr(12, 4));
  const std::uint64_t extras = from_big_endian(received.substr(4, 1));
  request.key = received.substr(kBinaryHeaderSize + extras, from_big_endian(received.substr(2, 2)));
  received.remove_prefix(kBinaryHeaderSize + body);
  return true;
}

}  // namespace mcd::test
