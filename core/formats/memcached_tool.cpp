#include "core/formats/memcached_tool.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "core/base/input.h"
#include "core/base/text.h"
#include "core/items/item.h"

namespace mcd::memcached_tool {
namespace {

Found malformed(std::size_t size, std::string reason) {
  return {.kind = Found::Kind::malformed,
          .size = size,
          .reason = std::move(reason),
          .advice = "a record is a line \"add KEY FLAGS EXPIRY BYTES\" and the value after it"};
}

}  // namespace

Found parse(std::string_view input, bool is_whole, Record& record) {
  record = {};
  const FirstLine line = first_line(input, is_whole);
  if (line.size == 0) return {};
  if (line.text.empty()) return {.kind = Found::Kind::blank, .size = line.size};
  std::array<std::string_view, 5> words;
  std::string_view rest = line.text;
  for (std::string_view& word : words) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  const auto flags = parse_unsigned(words[2]);
  const auto expiry = words[3] == "-1" ? 0 : parse_unsigned(words[3]);
  const auto size = parse_unsigned(words[4]);
  if ((words[0] != "add" && words[0] != "set") || !flags || !expiry || !size || !rest.empty() ||
      *flags > std::numeric_limits<std::uint32_t>::max() || *size > largest_value) {
    return malformed(line.size, "not a command of memcached-tool's dump: " + quote(line.text));
  }
  const std::string_view body = input.substr(line.size);
  const std::string_view after = body.substr(std::min<std::size_t>(*size, body.size()));
  const std::size_t end = after.starts_with("\r\n") ? 2 : after.starts_with('\n') ? 1 : 0;
  const bool is_cut = body.size() < *size || after.empty() || after == "\r";
  if (is_cut && !is_whole) return {};
  if (body.size() < *size || (end == 0 && !is_cut)) {
    return malformed(line.size, "the value does not end after " + std::to_string(*size) + " bytes");
  }
  record.key = words[1];
  record.value = body.substr(0, *size);
  record.flags = static_cast<std::uint32_t>(*flags);
  record.expiry = *expiry;
  return {.kind = Found::Kind::record, .size = line.size + *size + (is_cut ? after.size() : end)};
}

}  // namespace mcd::memcached_tool
