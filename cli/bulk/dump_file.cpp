#include "cli/bulk/dump_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
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

Error no_longer_whole(const InputFile& file, const DumpCheck::Finding& finding,
                      RecordReader::Place place) {
  Error error = *finding.problem;
  if (finding.kind == DumpCheck::Kind::bad_line) {
    error.attempt = escape(place_in(file.name(), place.line, place.column)) + ": restore the dump";
    error.advice = "restore the other lines with --partial";
  }
  return error;
}

// All of it, or with `takes_partial` its first line alone.
Status check(const InputFile& file, bool takes_partial) {
  RecordOptions skimming = dump_reading();
  skimming.skims_records = true;  // they are read when they are stored
  RecordReader reader(dump_source(look_ahead(file)), std::move(skimming));
  DumpCheck dump;
  while (true) {
    const Result<const RecordLine*> next = reader.next();
    if (!next) return next.error();
    if (*next == nullptr) break;
    const DumpCheck::Finding finding = dump.take(**next);
    if (finding.problem) {
      const bool is_unreadable = std::holds_alternative<Error>((*next)->content);
      return no_longer_whole(
          file, finding,
          is_unreadable ? reader.place() : RecordReader::Place{.line = (*next)->number});
    }
    if (takes_partial) return Ok{};
  }
  auto problem = dump.problem_at_end();
  return problem ? Status(*std::move(problem)) : Ok{};
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

RecordOptions dump_reading() {
  return {.format = RecordFormat::ndjson, .longest = largest_value, .block = block_size};
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
  if (Status checked = check(*kept, takes_partial); !checked) {
    if (checked.error().attempt.empty()) checked.error().attempt = "restore " + quote(kept->name());
    return std::move(checked.error());
  }
  return kept;
}

}  // namespace mcd::cli
