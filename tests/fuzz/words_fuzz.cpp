// The lines of a batch: what is split into words can be quoted to be the same words again.
#include <vector>

#include "cli/terminal/words.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/quoted_words.h"

namespace {

std::string quoted(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    const bool has_nul = word.find('\0') != std::string::npos;
    line += (has_nul ? mcd::test::ansi_quoted(word) : mcd::test::single_quoted(word)) + " ";
  }
  return line;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using mcd::fuzz::require;
  const auto words = mcd::cli::split_words(mcd::fuzz::text_of(data, size));
  if (!words) {
    require(words.code() == mcd::Code::argument_needed, "wrong usage is argument_needed");
    mcd::fuzz::require_printable(words.error());
    return 0;
  }
  const auto again = mcd::cli::split_words(quoted(*words));
  require(static_cast<bool>(again), "quoted words can be split");
  require(*again == *words, "quoted words are the same words");
  return 0;
}
