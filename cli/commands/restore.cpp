#include <ctime>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "cli/bulk/dump_file.h"
#include "cli/bulk/loading.h"
#include "cli/command/context.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"
#include "core/formats/dump_check.h"

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
    {.name = "partial", .sentence = "accept a dump that is incomplete, was cut short or altered"},
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

std::string path_of(const Invocation& typed) {
  return typed.operands().empty() ? "-" : typed.operands()[0];
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
    const std::optional<LoadedItem> nothing;
    if (stop_) return nothing;
    line_ = line.number;
    wrong_.reset();
    DumpCheck::Finding finding = check_.take(line);
    switch (finding.kind) {
      case DumpCheck::Kind::header:
        begin(std::get<DumpHeader>(line.content), std::move(finding.problem));
        return nothing;
      case DumpCheck::Kind::record: return item_of(std::get<Record>(line.content));
      case DumpCheck::Kind::bad_line: break;
      case DumpCheck::Kind::trailer:
        end(std::get<DumpTrailer>(line.content), std::move(finding.problem));
        return nothing;
      case DumpCheck::Kind::no_dump: stop_ = placed(*std::move(finding.problem)); return nothing;
    }
    if (!takes_partial_ || !breaks_off(line)) return *std::move(finding.problem);
    warn("the dump is cut off in this line, which is left out");
    has_warned_of_cut_ = true;
    return nothing;
  }

  // What of the last record is the reason where it was not converted, if it is one thing.
  std::optional<Column> wrong() const { return wrong_; }
  std::uint64_t expired() const { return expired_; }
  // Where a last line did not count what is there, or says that something is missing.
  const std::optional<Error>& miscount() const { return miscount_; }
  // No line is taken any more; problem() says why.
  bool has_stopped() const { return stop_.has_value(); }
  // At the end of the input: that it has no last line although it was accepted.
  void warn_of_cut() {
    const auto problem = check_.problem_at_end();
    if (stop_ || !problem || !takes_partial_ || !has_begun_) return;
    if (!has_warned_of_cut_ && !check_.is_of_rejects()) warn(problem->reason);
  }
  // At the end of the input: why it was not what was to be restored.
  std::optional<Error> problem() const {
    if (stop_) return stop_;
    const auto problem = check_.problem_at_end();
    // A whole one was whole when it was checked, and has changed since.
    if (!problem || (takes_partial_ && has_begun_)) return std::nullopt;
    return placed(*problem);
  }

 private:
  // About the last line.
  Error placed(Error error) const {
    return place_in_dump(std::move(error), name_, {.line = line_});
  }
  void warn(const std::string& sentence) { context_.warn(sentence, place_in(name_, line_)); }

  // A last line without its end, where none is too long to be kept.
  static bool breaks_off(const RecordLine& line) {
    return !line.raw.empty() && !line.raw.ends_with('\n');
  }

  // `problem` is that of the dump before.
  void begin(const DumpHeader& header, std::optional<Error> problem) {
    has_begun_ = true;
    if (problem && takes_partial_) {
      warn(problem->reason);
    } else if (problem) {
      miscount_ = placed(*std::move(problem));  // it has changed since it was checked
    }
    if (check_.is_unverified()) {
      warn(
          "the dump was made by an older mcdctl and has no checksums, so changes can't be detected");
    }
    if (header.prefix != settings_.prefix) {
      warn("the dump was made with the prefix " + quote(header.prefix) +
           ", and its items now get the prefix " + quote(settings_.prefix));
    }
  }

  void end(const DumpTrailer& trailer, std::optional<Error> problem) {
    if (problem) miscount_ = placed(*std::move(problem));
    if (trailer.complete) return;
    if (takes_partial_) {
      warn(incomplete_dump().reason);
    } else if (!miscount_) {
      miscount_ = placed(incomplete_dump());  // it has changed since it was checked
    }
  }

  Result<std::optional<LoadedItem>> item_of(const Record& record) {
    // The limits are the module's, and the item was in a cluster before.
    Result<Key> key = Key::make_of_any_bytes(record.key, settings_.prefix);
    if (!key) {
      wrong_ = Column::key;
      return problem_of_input(std::move(key.error()));
    }
    const std::int64_t now = std::time(nullptr);
    Ttl ttl{};
    if (ttl_mode_ == "original") {
      ttl = record.ttl.value_or(Ttl{});
    } else if (ttl_mode_ == "remaining" && record.expiry.value_or(0) != 0) {
      if (*record.expiry <= static_cast<std::uint64_t>(now)) {
        ++expired_;
        return std::optional<LoadedItem>();
      }
      // As a date: seconds from now on would end up to a second early, by memcached's clock.
      ttl = {.seconds = *record.expiry, .is_date = true};
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
  std::optional<Column> wrong_{};
  std::size_t line_ = 1;  // the number of the last one
  DumpCheck check_{};
  bool has_begun_ = false;
  bool has_warned_of_cut_ = false;
  std::uint64_t expired_ = 0;
  std::optional<Error> miscount_{};
  std::optional<Error> stop_{};
};

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  const Result<InputFile> file = open_dump(path_of(typed), context, typed.has("partial"));
  if (!file) return context.finish(JsonObject().bytes("file", path_of(typed)), file.error());

  Loading loading(typed, context, settings, "restore");
  if (const Code code = loading.prepare({path_of(typed)}); code != Code::success) return code;
  Restore restore(typed, context, settings, file->name());
  const Source source = [read = dump_source(loading.source(*file)),
                         &restore](std::span<char> room) mutable {
    return restore.has_stopped() ? Result<std::size_t>(std::size_t{0}) : read(room);
  };
  RecordReader reader(source, dump_reading());
  bool is_done = loading.begin(*file, reader);
  if (is_done) {
    while (const RecordLine* line = loading.next()) {
      const Result<std::optional<LoadedItem>> item = restore.convert(*line);
      loading.take(*line, item, restore.wrong());
    }
    is_done = loading.end() && !loading.has_broken_off();
  }
  if (is_done) restore.warn_of_cut();
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
    {"column", "where in the line it is wrong, a byte from 1, if that is known"},
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

A file that is not a dump is refused before anything is stored, and so is a dump that was cut short
or altered: each line has a checksum, and the last line counts them and has one of them all. A dump
whose last line says that it is incomplete, since a server failed while it was made, is refused too.
Standard input is kept in TMPDIR to check that.

--partial accepts such a dump with a warning, stores its items as they come, and rejects altered
lines.

Lines that are not stored are reported and kept as by import; 'mcdctl restore --partial' with the
file of rejects finishes the job. To load a dump that you have edited, use 'mcdctl import
--format json', which does not look at checksums.

With --mode add, items that exist already stay as they are, and the status is 14. That is normal
after a change of servers, because some items did not move.

--dry-run checks the lines, and asks no server: what a server would refuse counts as good.

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
