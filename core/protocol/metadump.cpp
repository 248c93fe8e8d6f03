#include "core/protocol/metadump.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "core/base/hex.h"
#include "core/base/text.h"

namespace mcd::metadump {
namespace {

// The key, which is percent-encoded; nothing if it is not.
std::optional<std::string_view> decode(std::string_view encoded, std::string& decoded) {
  std::size_t percent = encoded.find('%');
  if (percent == std::string_view::npos) return encoded;
  decoded.clear();
  for (; percent != std::string_view::npos; percent = encoded.find('%')) {
    decoded.append(encoded.substr(0, percent));
    const auto byte = byte_of_hex(encoded.substr(percent + 1));
    if (!byte) return std::nullopt;
    decoded.push_back(*byte);
    encoded.remove_prefix(percent + 3);
  }
  decoded.append(encoded);
  return decoded;
}

// starts_with(), in a single comparison: it is asked for each word of each item.
template <std::size_t Size>
bool begins_with(std::string_view word, const char (&name)[Size]) {
  return word.size() >= Size - 1 && std::memcmp(word.data(), name, Size - 1) == 0;
}

template <typename Number>
bool take_number(std::string_view text, Number& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size();
}

}  // namespace

Error cannot_list() {
  return {.code = Code::not_supported,
          .reason = "the server can't list its items",
          .advice = "this requires memcached 1.4.31 or newer, without a proxy in front of it"};
}

Error malformed(std::string_view line) {
  return {.code = Code::protocol_error,
          .reason = "invalid line in the server's list of items: " + quote(line)};
}

Result<ListedItem> parse_line(std::string_view line, std::string& decoded) {
  // key=NAME exp=-1 la=1700000000 cas=1 fetch=no cls=1 size=63, and more words in newer servers
  ListedItem item;
  bool has_key = false;
  bool has_expiry = false;
  bool has_size = false;
  for (std::string_view rest = line; !rest.empty();) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    bool is_good = true;
    if (begins_with(word, "key=")) {
      const auto key = decode(word.substr(4), decoded);
      is_good = !has_key && key && !key->empty();
      item.wire_key = key.value_or("");
      has_key = true;
    } else if (begins_with(word, "exp=")) {
      is_good = has_expiry = take_number(word.substr(4), item.expiry);
    } else if (begins_with(word, "la=")) {
      is_good = take_number(word.substr(3), item.last_access);
    } else if (begins_with(word, "size=")) {
      is_good = has_size = take_number(word.substr(5), item.size);
    }
    if (!is_good) return malformed(line);
  }
  if (!has_key || !has_expiry || !has_size) return malformed(line);
  item.expiry = std::max<std::int64_t>(item.expiry, 0);  // -1 for never
  return item;
}

}  // namespace mcd::metadump
