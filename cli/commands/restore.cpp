#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/loading.h"
#include "cli/output_file.h"
#include "core/file.h"
#include "core/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"FILE", 0, 1, ValueType::file}};

constexpr std::string_view ttl_modes[] = {"remaining", "original", "none"};

constexpr Option options[] = {
    {.name = "ttl-mode",
     .value = "MODE",
     .type = ValueType::choice,
     .sentence = "when items end: remaining, original or none",
     .default_text = "remaining",
     .choices = ttl_modes},
    {.name = "partial", .sentence = "take a dump that was cut short, too"},
    mode_option,
    rejects_option,
    dry_run_option,
};

constexpr Example examples[] = {
    {"mcdctl restore nightly.dump", "bring back what was saved, with the end that it had"},
    {"mcdctl restore --ttl-mode original --mode add nightly.dump",
     "keep what is there, and start each time to live anew"},
};

constexpr Code results[] = {Code::some_errors, Code::parse_user_error, Code::not_stored,
                            Code::too_big,     Code::system_error,     Code::not_supported};
constexpr std::string_view see_also[] = {"dump", "import"};

Error not_a_dump(const std::string& name, std::string reason, std::string advice) {
  return {.code = Code::parse_user_error,
          .attempt = "restore " + quote(name),
          .reason = std::move(reason),
          .advice = std::move(advice)};
}

Error cut_short(const std::string& name) {
  return not_a_dump(name, "the dump was cut short: its last line is missing",
                    "take what it has with --partial");
}

// The end of the file: its last line is among it, unless that is none of a dump.
Result<std::string> read_end(const InputFile& file) {
  constexpr std::uint64_t enough = 4096;
  const std::uint64_t size = std::min(file.size(), enough);
  std::string end(size, '\0');
  const ssize_t count =
      ::pread(file.descriptor(), end.data(), size, static_cast<off_t>(file.size() - size));
  if (count < 0) return cannot_read(file.name(), errno);
  end.resize(static_cast<std::size_t>(count));
  return end;
}

// Before anything is stored: a dump that ends in the middle is refused.
Status check_last_line(const InputFile& file) {
  const Result<std::string> end = read_end(file);
  if (!end) return end.error();
  const std::string_view text = std::string_view(*end).substr(0, end->find_last_not_of("\r\n") + 1);
  const std::string_view line = text.substr(text.rfind('\n') + 1);
  ndjson::Parser parser;
  const bool is_trailer = parser.parse(line, true).kind == Found::Kind::record &&
                          std::holds_alternative<DumpTrailer>(parser.content());
  if (!is_trailer) return cut_short(file.name());
  return Ok{};
}

// A pipe's end is not known before it has come, so that it is kept on the disk until then.
Result<InputFile> spool(const InputFile& pipe, const Context& context) {
  const std::string directory(context.environment().get("TMPDIR").value_or("/tmp"));
  std::string path = directory + "/mcdctl-restore.XXXXXX";
  const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) return cannot_write(path, errno);
  ::unlink(path.c_str());  // it is gone with the last descriptor, whatever happens
  DescriptorOutput copy(descriptor, path);
  const Source read = descriptor_source(pipe.descriptor(), pipe.name());
  std::vector<char> block(std::size_t{256} << 10U);
  while (true) {
    const Result<std::size_t> count = read(block);
    Status written = Ok{};
    if (count && *count > 0) written = copy.write({block.data(), *count});
    if (!count || !written) ::close(descriptor);
    if (!count) return count.error();
    if (!written) {
      return Error{.code = Code::system_error,
                   .attempt = "keep " + pipe.name() + " in " + quote(directory),
                   .reason = written.error().reason,
                   .advice = "set TMPDIR to a place with room, or use --partial"};
    }
    if (*count == 0) return InputFile::adopt(pipe.name(), descriptor);
  }
}

std::string path_of(const Invocation& typed) {
  return typed.operands().empty() ? "-" : typed.operands()[0];
}

// Opened, and known to have its last line, unless --partial is given.
Result<InputFile> open_dump(const Invocation& typed, const Context& context) {
  Result<InputFile> file = InputFile::open(path_of(typed), context);
  if (!file || typed.has("partial")) return file;
  if (!file->is_regular()) {
    Result<InputFile> kept = spool(*file, context);
    if (!kept) return kept;
    if (Status checked = check_last_line(*kept); !checked) return std::move(checked.error());
    return kept;
  }
  if (Status checked = check_last_line(*file); !checked) return std::move(checked.error());
  return file;
}

// Makes items of the lines, and watches that the dump is what it says.
class Restore {
 public:
  Restore(const Invocation& typed, Context& context, const Settings& settings, std::string name)
      : context_(context),
        settings_(settings),
        name_(std::move(name)),
        ttl_mode_(typed.value("ttl-mode").value_or("remaining")) {}

  Result<std::optional<LoadedItem>> convert(const RecordLine& line) {
    if (const auto* header = std::get_if<DumpHeader>(&line.content)) return begin(*header);
    if (const auto* trailer = std::get_if<DumpTrailer>(&line.content)) return end(*trailer);
    if (state_ != State::inside) {
      return not_a_dump(name_, "there are items outside of a dump",
                        "use 'mcdctl import' for other files");
    }
    ++read_;
    if (const auto* problem = std::get_if<Error>(&line.content)) return *problem;
    return item_of(std::get<Record>(line.content));
  }

  std::uint64_t expired() const { return expired_; }
  // Where a last line did not count what is there.
  const std::optional<Error>& miscount() const { return miscount_; }
  // Every dump in the input has its last line.
  bool is_whole() const { return state_ == State::ended && !misses_end_; }

 private:
  enum class State : std::uint8_t { before, inside, ended };

  Result<std::optional<LoadedItem>> begin(const DumpHeader& header) {
    if (header.version > dump_version) {
      return not_a_dump(name_, "it was made by a newer mcdctl, in a form not known here",
                        "use an mcdctl as new as that one");
    }
    // Several dumps may stand in one file, one after the other.
    misses_end_ = misses_end_ || state_ == State::inside;
    state_ = State::inside;
    read_ = 0;
    if (header.prefix != settings_.prefix) {
      context_.warn("the dump was made with the prefix " + quote(header.prefix) +
                    ", and its items get the prefix " + quote(settings_.prefix));
    }
    return std::optional<LoadedItem>();
  }

  Result<std::optional<LoadedItem>> end(const DumpTrailer& trailer) {
    state_ = State::ended;
    if (trailer.items != read_) {
      miscount_ = not_a_dump(name_,
                             "its last line counts " + std::to_string(trailer.items) +
                                 " items, but there are " + std::to_string(read_),
                             "make the dump anew if you can");
    }
    if (!trailer.complete) {
      context_.warn("the dump is incomplete: when it was made, not everything could be dumped");
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
  std::string ttl_mode_;
  State state_ = State::before;
  bool misses_end_ = false;  // of a dump that another one follows
  std::uint64_t read_ = 0;
  std::uint64_t expired_ = 0;
  std::optional<Error> miscount_{};
};

Code run(const Invocation& typed, Context& context) {
  const Result<const Config*> config = context.config();
  if (!config) return context.fail(config.error());
  const Settings& settings = (*config)->settings;
  const Result<InputFile> file = open_dump(typed, context);
  if (!file) return context.fail(file.error());

  Loading loading(typed, context, settings, "restore");
  if (const Status ready = loading.prepare({path_of(typed)}); !ready) {
    return context.fail(ready.error());
  }
  RecordReader reader(loading.source(*file), {.format = RecordFormat::ndjson});
  Restore restore(typed, context, settings, file->name());
  const bool is_done = loading.load(
      *file, reader, [&restore](const RecordLine& line) { return restore.convert(line); });
  if (is_done && !restore.is_whole() && !typed.has("partial"))
    loading.fail(cut_short(file->name()));
  if (restore.miscount()) loading.fail(*restore.miscount());
  return loading.finish(JsonObject().number("expired", restore.expired()),
                        ", " + std::to_string(restore.expired()) + " expired meanwhile");
}

}  // namespace

constexpr Command restore_command = {
    .name = "restore",
    .group = cluster_group,
    .sentence = "bring back the items of a dump",
    .description =
        "Stores the items of a dump in FILE, or on standard input, with their flags, under the "
        "prefix in force, and prints how many. With --ttl-mode remaining, an item ends when it "
        "would have ended, and one whose end has passed is left out; with original it has the time "
        "anew that it had left when it was dumped; with none it has no end. A dump without its "
        "last "
        "line, which was cut short, is refused before anything is stored (standard input is kept "
        "in "
        "TMPDIR for that); --partial takes what it has, as it comes. Lines that are not stored are "
        "named and kept as by import; 'mcdctl restore --partial' of the file of rejects finishes "
        "the job. The limits on keys and values do not apply.",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
};

}  // namespace mcd::cli
