#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <span>

#include "cli/bulk/loading.h"
#include "cli/command/context.h"
#include "cli/commands/commands.h"
#include "cli/terminal/output_file.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/items/item.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"FILE", 0, 1, ValueType::file}};

constexpr std::string_view ttl_modes[] = {"remaining", "original", "none"};

constexpr Option options[] = {
    {.name = "ttl-mode",
     .value = "MODE",
     .type = ValueType::choice,
     .sentence = "when items expire: remaining, original or none",
     .default_text = "remaining",
     .choices = ttl_modes},
    {.name = "partial", .sentence = "accept a dump that was cut short"},
    mode_option,
    rejects_option,
    dry_run_option,
};

constexpr Example examples[] = {
    {"mcdctl restore nightly.dump", "restore what was saved, with the original expiry"},
    {"mcdctl restore --ttl-mode original --mode add nightly.dump",
     "keep existing items, and restart each time to live"},
};

constexpr Code results[] = {Code::some_errors, Code::parse_user_error,  Code::not_stored,
                            Code::too_big,     Code::system_error,      Code::not_supported,
                            Code::bad_key,     Code::invalid_arguments, Code::value_too_long,
                            Code::key_too_long};
constexpr std::string_view see_also[] = {"dump", "import"};

Error not_a_dump(const std::string& name, std::string reason, std::string advice) {
  return {.code = Code::parse_user_error,
          .attempt = "restore " + quote(name),
          .reason = std::move(reason),
          .advice = std::move(advice)};
}

Error no_dump(const std::string& name) {
  return not_a_dump(name, "not a dump: its first line does not identify one",
                    "use 'mcdctl import' for CSV, TSV and other JSON lines");
}

Error newer_dump(const std::string& name) {
  return not_a_dump(name, "made by a newer mcdctl, in an unknown format",
                    "use that version of mcdctl");
}

Error incomplete(const std::string& name, std::string reason) {
  return not_a_dump(name, std::move(reason), "restore what it has with --partial");
}

Error cut_short(const std::string& name) {
  return incomplete(name, "the dump was cut short: its last line is missing");
}

// A line may be as long as memcached's largest value.
RecordOptions how_to_read() {
  return {.format = RecordFormat::ndjson, .longest = largest_value};
}

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

// Before anything is stored: what is no dump is refused, and one that ends in the middle, too.
Status check_dumps(const InputFile& file, bool takes_partial) {
  RecordOptions skimming = how_to_read();
  skimming.skims_records = true;  // they are read when they are stored
  RecordReader reader(look_ahead(file), std::move(skimming));
  bool is_inside = false;
  for (bool is_first = true;; is_first = false) {
    const Result<const RecordLine*> next = reader.next();
    if (!next) return next.error();
    if (*next == nullptr && is_first) return no_dump(file.name());
    if (*next == nullptr) return is_inside ? Status(cut_short(file.name())) : Ok{};
    const RecordLine& line = **next;
    const auto* header = std::get_if<DumpHeader>(&line.content);
    if (is_first && header == nullptr) return no_dump(file.name());
    if (header != nullptr && header->version > dump_version) return newer_dump(file.name());
    if (takes_partial) return Ok{};
    if (header != nullptr && is_inside) {
      return incomplete(file.name(), "a dump was cut short: its last line is missing, and line " +
                                         std::to_string(line.number) + " starts another one");
    }
    if (header == nullptr && !is_inside) {
      return incomplete(file.name(),
                        "line " + std::to_string(line.number) + " comes after the end of the dump");
    }
    is_inside = !std::holds_alternative<DumpTrailer>(line.content);
  }
}

// A pipe's end is not known before it has come, so that it is kept on the disk until then.
Result<InputFile> spool(const InputFile& pipe, const Context& context) {
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
  const Source read = descriptor_source(pipe.descriptor(), pipe.name());
  std::vector<char> block(std::size_t{256} << 10U);
  while (true) {
    const Result<std::size_t> count = read(block);
    Status written = Ok{};
    if (count && *count > 0) written = copy.write({block.data(), *count});
    if (!count) return count.error();
    if (!written) return cannot_keep(written.error().reason);
    if (*count == 0) return InputFile::adopt(pipe.name(), std::move(kept));
  }
}

std::string path_of(const Invocation& typed) {
  return typed.operands().empty() ? "-" : typed.operands()[0];
}

// Opened, and known to be a dump, and, unless --partial is given, a whole one; with it, a pipe is
// taken as it comes.
Result<InputFile> open_dump(const Invocation& typed, const Context& context) {
  Result<InputFile> file = InputFile::open(path_of(typed), context);
  const bool takes_partial = typed.has("partial");
  if (!file || (takes_partial && !file->is_regular())) return file;
  Result<InputFile> kept = file->is_regular() ? std::move(file) : spool(*file, context);
  if (!kept) return kept;
  if (Status checked = check_dumps(*kept, takes_partial); !checked) {
    return std::move(checked.error());
  }
  return kept;
}

// Makes items of the lines, and watches that the dump is what it says.
class Restore {
 public:
  Restore(const Invocation& typed, Context& context, const Settings& settings, std::string name)
      : context_(context),
        settings_(settings),
        name_(std::move(name)),
        takes_partial_(typed.has("partial")),
        ttl_mode_(typed.value("ttl-mode").value_or("remaining")) {}

  Result<std::optional<LoadedItem>> convert(const RecordLine& line) {
    const auto* header = std::get_if<DumpHeader>(&line.content);
    if (!stop_ && state_ == State::before && header == nullptr) stop_ = no_dump(name_);
    if (!stop_ && header != nullptr && header->version > dump_version) stop_ = newer_dump(name_);
    if (stop_) return std::optional<LoadedItem>();
    if (header != nullptr) return begin(*header);
    if (const auto* trailer = std::get_if<DumpTrailer>(&line.content)) return end(*trailer);
    if (state_ == State::ended) {
      return Error{.code = Code::parse_user_error,
                   .reason = "it comes after the end of the dump",
                   .advice = "use 'mcdctl import' for lines that are not a dump"};
    }
    const auto* problem = std::get_if<Error>(&line.content);
    if (problem != nullptr && takes_partial_ && breaks_off(line)) {
      context_.warn("the dump is cut off in line " + std::to_string(line.number) +
                    ", which is left out");
      return std::optional<LoadedItem>();
    }
    ++read_;
    if (problem != nullptr) return *problem;
    return item_of(std::get<Record>(line.content));
  }

  std::uint64_t expired() const { return expired_; }
  // Where a last line did not count what is there.
  const std::optional<Error>& miscount() const { return miscount_; }
  // No line is taken any more; problem() says why.
  bool has_stopped() const { return stop_.has_value(); }
  // At the end of the input: why it was not what was to be restored.
  std::optional<Error> problem() const {
    if (stop_) return stop_;
    if (state_ == State::before) return no_dump(name_);
    // It was whole when it was checked, and has changed since.
    if (state_ == State::inside && !takes_partial_) return cut_short(name_);
    return std::nullopt;
  }

 private:
  enum class State : std::uint8_t { before, inside, ended };

  // A last line without its end, where none is too long to be kept.
  static bool breaks_off(const RecordLine& line) {
    return !line.raw.empty() && !line.raw.ends_with('\n');
  }

  // Several dumps may stand in one file, one after the other.
  Result<std::optional<LoadedItem>> begin(const DumpHeader& header) {
    state_ = State::inside;
    read_ = 0;
    if (header.prefix != settings_.prefix) {
      context_.warn("the dump was made with the prefix " + quote(header.prefix) +
                    ", and its items now get the prefix " + quote(settings_.prefix));
    }
    return std::optional<LoadedItem>();
  }

  Result<std::optional<LoadedItem>> end(const DumpTrailer& trailer) {
    state_ = State::ended;
    if (trailer.items != read_) {
      miscount_ = not_a_dump(name_,
                             "its last line counts " + std::to_string(trailer.items) +
                                 " items, but there are " + std::to_string(read_),
                             "make the dump again if you can");
    }
    if (!trailer.complete) {
      context_.warn("the dump is incomplete: not everything could be dumped when it was made");
    }
    return std::optional<LoadedItem>();
  }

  Result<std::optional<LoadedItem>> item_of(const Record& record) {
    // The limits are the module's, and the item was in a cluster before.
    Result<Key> key = Key::make_of_any_bytes(record.key, settings_.prefix);
    if (!key) return std::move(key.error());
    const std::int64_t now = std::time(nullptr);
    Ttl ttl{};
    if (ttl_mode_ == "original") {
      ttl = record.ttl.value_or(Ttl{});
    } else if (ttl_mode_ == "remaining" && record.expiry.value_or(0) != 0) {
      if (*record.expiry <= static_cast<std::uint64_t>(now)) {
        ++expired_;
        return std::optional<LoadedItem>();
      }
      ttl.seconds = *record.expiry - static_cast<std::uint64_t>(now);
    }
    const Result<std::uint32_t> expiry = expiry_of(ttl, now);
    if (!expiry) return expiry.error();
    return std::optional(LoadedItem{.key = std::move(*key),
                                    .value = record.value,
                                    .flags = record.flags.value_or(0),
                                    .expiry = *expiry});
  }

  Context& context_;
  const Settings& settings_;
  std::string name_;
  bool takes_partial_;
  std::string ttl_mode_;
  State state_ = State::before;
  std::uint64_t read_ = 0;
  std::uint64_t expired_ = 0;
  std::optional<Error> miscount_{};
  std::optional<Error> stop_{};
};

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  const Result<InputFile> file = open_dump(typed, context);
  if (!file) return context.finish(JsonObject().bytes("file", path_of(typed)), file.error());

  Loading loading(typed, context, settings, "restore");
  if (const Code code = loading.prepare({path_of(typed)}); code != Code::success) return code;
  Restore restore(typed, context, settings, file->name());
  const Source source = [read = loading.source(*file), &restore](std::span<char> room) {
    return restore.has_stopped() ? Result<std::size_t>(std::size_t{0}) : read(room);
  };
  RecordReader reader(source, how_to_read());
  const bool is_done = loading.load(
      *file, reader, [&restore](const RecordLine& line) { return restore.convert(line); });
  if (const auto problem = restore.problem(); is_done && problem) {
    loading.fail(*problem, file->name());
  }
  if (restore.miscount()) loading.fail(*restore.miscount(), file->name());
  return loading.finish(JsonObject().number("expired", restore.expired()),
                        ", " + std::to_string(restore.expired()) + " expired in the meantime");
}

constexpr Member members[] = {
    {"file",
     "the file of a rejected line, or the one that can't be read or written or is not a dump"},
    {"line", "the number of the rejected line, from 1"},
    {"stored", "the number of items stored"},
    {"good", "with --dry-run: the number of items that could be stored"},
    {"rejected", "the number of lines rejected; each has an object of its own, with file and line"},
    {"expired", "the number of items that have expired since they were dumped"},
};

}  // namespace

constexpr Command restore_command = {
    .name = "restore",
    .group = cluster_group,
    .sentence = "store the items of a dump",
    .description = R"(
Stores the items of a dump in FILE, or on standard input, with their flags, under the prefix in
force, and prints how many.

--ttl-mode decides when they expire:

- remaining: when they would have expired anyway; expired items are left out
- original: after the time that they had left when they were dumped
- none: never

A file that is not a dump is refused before anything is stored, and so is a dump without its last
line, which was cut short, even if another dump follows it. Standard input is kept in TMPDIR to
check that. --partial accepts such a dump, stores its items as they come, and leaves out an
incomplete last line.

Lines that are not stored are reported and kept as by import; 'mcdctl restore --partial' with the
file of rejects finishes the job.

The limits on keys and values do not apply, keys may contain any bytes, and a line may be 1 GiB
long.
)",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
