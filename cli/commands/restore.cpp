#include <optional>
#include <span>

#include "cli/bulk/dump_file.h"
#include "cli/bulk/loading.h"
#include "cli/bulk/restored_items.h"
#include "cli/command/context.h"
#include "cli/commands/commands.h"

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

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  const Result<InputFile> file = open_dump(path_of(typed), context, typed.has("partial"));
  if (!file) return context.finish(JsonObject().bytes("file", path_of(typed)), file.error());

  Loading loading(typed, context, settings, "restore");
  if (const Code code = loading.prepare({path_of(typed)}); code != Code::success) return code;
  RestoredItems items(typed, context, settings, file->name());
  const Source source = [read = dump_source(loading.source(*file)),
                         &items](std::span<char> room) mutable {
    return items.has_stopped() ? Result<std::size_t>(std::size_t{0}) : read(room);
  };
  RecordReader reader(source, dump_reading());
  bool is_done = loading.begin(*file, reader);
  if (is_done) {
    while (const RecordLine* line = loading.next()) {
      const Result<std::optional<LoadedItem>> item = items.convert(*line);
      loading.take(*line, item, items.wrong());
    }
    is_done = loading.end() && !loading.has_broken_off();
  }
  if (is_done) items.warn_of_cut();
  if (const auto problem = items.problem(); is_done && problem) {
    loading.fail(*problem, file->name());
  }
  if (items.miscount()) loading.fail(*items.miscount(), file->name());
  return loading.finish(JsonObject().number("expired", items.expired()),
                        ", " + std::to_string(items.expired()) + " expired in the meantime");
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
