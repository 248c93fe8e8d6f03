// Whatever a server says for a line of its list of items.
#include "core/protocol/metadump.h"

#include "tests/fuzz/fuzz.h"

namespace {

using mcd::fuzz::require;

std::string encoded(std::string_view key) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const char letter : key) {
    const auto byte = static_cast<unsigned char>(letter);
    text += '%';
    text += digits[byte >> 4U];
    text += digits[byte & 0x0fU];
  }
  return text;
}

// An item is read again as it is written.
void check_again(const mcd::ListedItem& item) {
  const std::string expiry = item.expiry == 0 ? "-1" : std::to_string(item.expiry);
  const std::string line = "key=" + encoded(item.wire_key) + " exp=" + expiry +
                           " la=" + std::to_string(item.last_access) +
                           " size=" + std::to_string(item.size);
  std::string decoded;
  const mcd::Result<mcd::ListedItem> again = mcd::metadump::parse_line(line, decoded);
  require(static_cast<bool>(again), "what was written can be read");
  require(again->wire_key == item.wire_key && again->expiry == item.expiry &&
              again->last_access == item.last_access && again->size == item.size,
          "and is the same");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line = mcd::fuzz::text_of(data, size);
  std::string decoded;
  const mcd::Result<mcd::ListedItem> item = mcd::metadump::parse_line(line, decoded);
  if (!item) {
    mcd::fuzz::require_printable(item.error());
    require(item.code() == mcd::Code::protocol_error, "a bad line is the server's fault");
    return 0;
  }
  require(!item->wire_key.empty(), "every item has a key");
  require(item->wire_key.size() < line.size(), "which stands in the line");
  require(item->expiry >= 0, "an item ends at a time, or never");
  check_again(*item);
  return 0;
}
