// base64 (RFC 4648), with padding.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mcd {

std::string base64(std::string_view bytes);
void append_base64(std::string& out, std::string_view bytes);
// Puts the bytes that `text` stands for in its place and returns how many they are; nothing (and
// `text` spoilt) if it is not what base64() writes.
std::optional<std::size_t> decode_base64(std::span<char> text);

}  // namespace mcd
