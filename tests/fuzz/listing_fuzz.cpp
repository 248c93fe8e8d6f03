// Whatever a server sends for the list of its items, in whatever pieces.
#include "core/bulk/listing.h"

#include <algorithm>

#include "tests/fuzz/stream.h"

namespace {

using mcd::fuzz::require;

struct Listed {
  std::size_t items = 0;
  std::string keys{};
  bool is_complete = false;
  bool operator==(const Listed&) const = default;
};

Listed listed_of(mcd::fuzz::Stream& stream, std::string_view answer, std::size_t piece) {
  Listed listed;
  mcd::Listing listing(stream.server(), stream.connect(), [&listed](const mcd::ListedItem& item) {
    require(!item.wire_key.empty(), "every item has a key");
    ++listed.items;
    listed.keys.append(item.wire_key).push_back('\n');
    return true;
  });
  stream.serve(listing, answer, piece);
  listed.is_complete = listing.is_done() && !listing.failure();
  if (listing.failure()) mcd::fuzz::require_printable(*listing.failure());
  return listed;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static mcd::fuzz::Stream stream;
  const std::string_view answer = mcd::fuzz::text_of(data, size);
  const Listed whole = listed_of(stream, answer, size + 1);
  const auto lines = static_cast<std::size_t>(std::ranges::count(answer, '\n'));
  require(whole.items <= lines, "an item has a line");
  require(!whole.is_complete || answer.find("END") != std::string_view::npos,
          "a list is complete where the server says so");
  if (size <= 300) require(whole == listed_of(stream, answer, 1), "the pieces do not matter");
  return 0;
}
