// Reading records: the same whatever the pieces are in which the input arrives, and every byte but
// those of blank lines is in one record or refused line. The first byte picks the options, the
// second one how long the pieces are.
#include <algorithm>
#include <string>

#include "core/formats/record_reader.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/chunks.h"

namespace {

using mcd::fuzz::require;

struct Summary {
  std::string operator()(const mcd::Record& record) const {
    return std::string(record.key) + "\t" + std::string(record.value) + "\t" +
           std::to_string(record.ttl ? record.ttl->seconds : 1) + "\t" +
           std::to_string(record.flags.value_or(1));
  }
  std::string operator()(const mcd::Error& error) const {
    mcd::fuzz::require_printable(error);
    require(error.where.empty(), "the place is the caller's to say");
    return mcd::describe(error);
  }
  std::string operator()(const mcd::DumpHeader& header) const { return header.prefix; }
  std::string operator()(const mcd::DumpTrailer& trailer) const {
    return std::to_string(trailer.items);
  }
};

std::string summary_of(std::string_view input, const mcd::RecordOptions& options,
                       std::size_t most) {
  mcd::RecordReader reader(mcd::test::chunks_of(std::string(input), most), options);
  std::string summary;
  std::size_t last = 0;
  std::size_t taken = 0;
  while (true) {
    const mcd::Result<const mcd::RecordLine*> line = reader.next();
    if (!line) return summary + Summary()(line.error());
    if (*line == nullptr) break;
    const bool may_share = reader.joins_lines() && (*line)->number == last;
    require((*line)->number > last || may_share, "lines are numbered upwards");
    require((*line)->raw.size() <= options.longest, "no record is too long");
    last = (*line)->number;
    taken += (*line)->raw.size();
    summary += std::to_string(last) + " " + std::string((*line)->raw) + " " +
               std::visit(Summary(), (*line)->content) + "\n";
  }
  // An array of JSON is made into lines of its own.
  if (reader.joins_lines()) return summary + reader.header();
  require(taken + reader.header().size() <= input.size(), "nothing is handed out twice");
  const auto lines = static_cast<std::size_t>(std::ranges::count_if(
                         input, [](char letter) { return letter == '\n' || letter == '\r'; })) +
                     1;
  require(last <= lines, "there are no more lines than line ends");
  return summary + reader.header();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = mcd::fuzz::text_of(data, size);
  if (input.size() < 2) return 0;
  const auto choice = static_cast<unsigned char>(input[0]);
  const std::size_t most = static_cast<unsigned char>(input[1]) % 16 + 1;
  input.remove_prefix(2);
  const mcd::RecordOptions options{.format = static_cast<mcd::RecordFormat>(choice % 3),
                                   .columns = {},
                                   .has_header = (choice / 3) % 2 != 0,
                                   .longest = (choice / 6) % 2 != 0 ? 16U : 1000U,
                                   .block = 64};
  const std::string summary = summary_of(input, options, input.size() + 1);
  require(summary_of(input, options, most) == summary, "pieces make no difference");
  return 0;
}
