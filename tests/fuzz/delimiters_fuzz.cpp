// What the first lines of CSV tell of the delimiter: the same, however much has arrived.
#include "core/formats/delimiters.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using mcd::fuzz::require;
  const std::string_view text = mcd::fuzz::text_of(data, size);
  const mcd::DelimiterVerdict whole = mcd::judge_delimiter(text, true, 0);
  require(whole.is_decided, "of a whole text all is known");
  require(!whole.other || text.find(*whole.other) != std::string_view::npos, "it is in the text");
  for (std::size_t length = 0; length <= size; length += 1 + length / 8) {
    const mcd::DelimiterVerdict early = mcd::judge_delimiter(text.substr(0, length), false, 0);
    require(!early.is_decided || early.other == whole.other, "a verdict is final");
  }
  const auto fitting = mcd::fitting_delimiter(text, ',', 2, 4);
  require(fitting != ',', "another one is named");
  mcd::delimiter_of_header(text, ';');
  return 0;
}
