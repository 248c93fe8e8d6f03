#include "cli/bulk/dump_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cli/terminal/streams.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/formats/dump_check.h"
#include "core/items/item.h"

namespace mcd::cli {
namespace {

constexpr std::size_t block_size = std::size_t{256} << 10U;

// Reads on from where the file is read, and leaves that place as it is.
Source look_ahead(const InputFile& file) {
  return [&file, place = ::lseek(file.descriptor(), 0, SEEK_CUR)](
             std::span<char> room) mutable -> Result<std::size_t> {
    const ssize_t count = ::pread(file.descriptor(), room.data(), room.size(), place);
    if (count < 0) return cannot_read(file.name(), errno);
    place += count;
    return static_cast<std::size_t>(count);
  };
}

// Why the dump is not as it should be, if this line tells.
std::optional<Error> find_problem(const RecordLine& line, DumpCheck& dump) {
  DumpCheck::Finding finding = dump.take(line);
  if (finding.problem && finding.kind == DumpCheck::Kind::bad_line) {
    // Both ways on: with this line, or without it.
    std::string& advice = finding.problem->advice;
    const bool names_import = advice.find("'mcdctl import") != std::string::npos;
    advice = (names_import ? advice + ", or " : "") + "restore the other lines with --partial";
  }
  const auto* trailer = std::get_if<DumpTrailer>(&line.content);
  if (finding.problem || trailer == nullptr || trailer->complete) return finding.problem;
  return incomplete_dump();
}

// All of it, or with `takes_partial` its first line alone.
Status check(const InputFile& file, bool takes_partial) {
  RecordOptions skimming = dump_reading();
  skimming.skims_records = true;  // they are read when they are stored
  RecordReader reader(dump_source(look_ahead(file)), std::move(skimming));
  DumpCheck dump;
  RecordReader::Place last{.line = 1};  // where what is not a dump goes wrong
  while (true) {
    const Result<const RecordLine*> next = reader.next();
    if (!next && next.error().code == Code::system_error) return next.error();
    if (!next) return place_in_dump(next.error(), file.name(), reader.place());
    if (*next == nullptr) break;
    const bool is_unreadable = std::holds_alternative<Error>((*next)->content);
    last = is_unreadable ? reader.place() : RecordReader::Place{.line = (*next)->number};
    if (const auto problem = find_problem(**next, dump)) {
      return place_in_dump(*problem, file.name(), last);
    }
    if (takes_partial) return Ok{};
  }
  const auto problem = dump.problem_at_end();
  return problem ? Status(place_in_dump(*problem, file.name(), last)) : Ok{};
}

Result<InputFile> keep(const InputFile& pipe, const Context& context) {
  const std::string directory = context.temporary_directory();
  const auto cannot_keep = [&](std::string reason) {
    return Error{.code = Code::system_error,
                 .attempt = "keep " + pipe.name() + " in " + quote(directory),
                 .reason = std::move(reason),
                 .advice = "set TMPDIR to a place with enough room, or use --partial"};
  };
  Descriptor kept = open_unnamed_file(directory);
  if (!kept) return cannot_keep(std::strerror(errno));
  DescriptorOutput copy(kept.get(), directory);
  const Source read = dump_source(descriptor_source(pipe.descriptor(), pipe.name()));
  std::vector<char> block(block_size);
  while (true) {
    const Result<std::size_t> count = read(block);
    Status written = Ok{};
    if (count && *count > 0) written = copy.write({block.data(), *count});
    if (!count) return count.error();
    if (!written) return cannot_keep(written.error().reason);
    if (*count == 0) return InputFile::adopt(pipe.name(), std::move(kept));
  }
}

}  // namespace

Error incomplete_dump() {
  return {.code = Code::parse_user_error,
          .reason = "the dump is incomplete: not everything could be dumped when it was made",
          .advice = "make the dump again, or restore what it has with --partial"};
}

Error place_in_dump(Error problem, std::string_view name, RecordReader::Place place) {
  problem.attempt = escape(place_in(name, place.line, place.column)) + ": restore the dump";
  return problem;
}

RecordOptions dump_reading() {
  return {.format = RecordFormat::ndjson,
          .has_line_each = true,
          .longest = largest_value,
          .block = block_size};
}

Source dump_source(Source source) {
  enum class State : std::uint8_t { before, inside, ended };
  return [source = std::move(source),
          state = State::before](std::span<char> room) mutable -> Result<std::size_t> {
    if (state == State::ended) return std::size_t{0};
    Result<std::size_t> count = source(room);
    if (!count || state == State::inside) return count;
    state = may_begin_dump({room.data(), *count}) ? State::inside : State::ended;
    return state == State::inside ? *count : 0;
  };
}

Result<InputFile> open_dump(const std::string& path, const Context& context, bool takes_partial) {
  Result<InputFile> file = InputFile::open(path, context);
  if (!file || (takes_partial && !file->is_regular())) return file;
  Result<InputFile> kept = file->is_regular() ? std::move(file) : keep(*file, context);
  if (!kept) return kept;
  if (Status checked = check(*kept, takes_partial); !checked) return std::move(checked.error());
  return kept;
}

}  // namespace mcd::cli
