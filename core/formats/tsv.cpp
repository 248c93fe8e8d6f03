#include "core/formats/tsv.h"

#include <optional>

#include "core/base/hex.h"
#include "core/base/input.h"
#include "core/base/text.h"

namespace mcd::tsv {
namespace {

struct Escape {
  std::size_t length = 0;  // as it is written; 0 if it is none
  char byte = 0;
};

// `text` begins with a backslash.
Escape escape_of(std::string_view text) {
  if (text.size() < 2) return {};
  switch (text[1]) {
    case 't': return {2, '\t'};
    case 'n': return {2, '\n'};
    case 'r': return {2, '\r'};
    case '\\': return {2, '\\'};
    case 'x': break;
    default: return {};
  }
  const auto byte = byte_of_hex(text.substr(2));
  return byte ? Escape{4, *byte} : Escape{};
}

// Appends what `field` stands for to `out`; returns the backslash that begins no escape, and what
// stands after it, or nothing.
std::string_view decode(std::string_view field, std::string& out) {
  for (std::size_t place = 0; (place = field.find('\\')) != std::string_view::npos;) {
    out.append(field.substr(0, place));
    field.remove_prefix(place);
    const Escape escape = escape_of(field);
    if (escape.length == 0) return field;
    out += escape.byte;
    field.remove_prefix(escape.length);
  }
  out.append(field);
  return {};
}

// `byte` is where what is wrong begins, from 1.
Found malformed(std::size_t size, std::size_t number, std::string_view wrong, std::size_t byte) {
  const std::size_t shown =
      wrong.starts_with("\\x") ? 4 : 1 + utf8_sequence_length(wrong.substr(1));
  return {.kind = Found::Kind::malformed,
          .size = size,
          .reason = wrong.size() == 1 ? "field " + std::to_string(number) + " ends in a backslash"
                                      : "field " + std::to_string(number) + ": unknown escape " +
                                            quote(wrong.substr(0, shown)),
          .advice = "write \\\\ for a backslash; the escapes are \\t, \\n, \\r, \\\\ and \\xHH",
          .byte = byte};
}

}  // namespace

Found parse(std::string_view input, bool is_whole, Fields& fields) {
  fields.clear();
  const FirstLine line = first_line(input, is_whole);
  if (line.size == 0) return {};
  if (line.text.empty()) return {.kind = Found::Kind::blank, .size = line.size};
  fields.add_all_of(line.text, '\t');
  if (line.text.find('\\') == std::string_view::npos) {
    return {.kind = Found::Kind::record, .size = line.size};
  }
  fields.decoded.reserve(line.text.size());  // views point into it, so it must not move
  for (std::size_t index = 0; index < fields.kept.size(); ++index) {
    std::string_view& field = fields.kept[index];
    if (field.find('\\') == std::string_view::npos) continue;
    const std::size_t start = fields.decoded.size();
    const std::string_view wrong = decode(field, fields.decoded);
    if (!wrong.empty()) {
      const auto byte = static_cast<std::size_t>(wrong.data() - line.text.data()) + 1;
      return malformed(line.size, index + 1, wrong, byte);
    }
    field = std::string_view(fields.decoded).substr(start);
  }
  return {.kind = Found::Kind::record, .size = line.size};
}

}  // namespace mcd::tsv
