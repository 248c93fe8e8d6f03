// What parsers and readers of records found, as text.

#pragma once

#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/formats/record.h"

namespace mcd::test {

// "more", "blank 2", "malformed 5: why", or "record 4 [a] [b]" with fields escaped; the number is
// how many bytes it takes.
template <typename Parse>
std::string fields_text(Parse parse, std::string_view input, bool is_whole) {
  Fields fields;
  const Found found = parse(input, is_whole, fields);
  const std::string size = std::to_string(found.size);
  switch (found.kind) {
    case Found::Kind::more: return "more";
    case Found::Kind::blank: return "blank " + size;
    case Found::Kind::malformed:
      return "malformed " + size + ": " + found.reason + " at byte " + std::to_string(found.byte);
    case Found::Kind::record: break;
  }
  std::string text = "record " + size;
  for (const std::string_view field : fields.kept) text += " [" + escape(field) + "]";
  return text;
}

}  // namespace mcd::test
