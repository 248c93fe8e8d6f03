#include <ctime>
#include <limits>

#include "cli/bulk/import_formats.h"
#include "cli/bulk/loading.h"
#include "cli/bulk/table_options.h"
#include "cli/command/context.h"
#include "cli/command/options.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"FILE", 1, any_number, ValueType::file, {}, true}};

constexpr std::string_view formats[] = {"csv", "tsv", "ndjson", "json", "memcached-tool"};

// Unlike elsewhere, what it is read from may have its own.
constexpr Option default_ttl_option = [] {
  Option option = ttl_option;
  option.sentence =
      "time to live of lines that have none: 90, 90s, 15m, 1h30m, 7d; 0 never expires";
  return option;
}();

constexpr Option options[] = {
    {.name = "format",
     .value = "FORMAT",
     .type = ValueType::choice,
     .sentence = "csv, tsv, ndjson (or json), or memcached-tool (its dump)",
     .default_text = "from the file's name, of a pipe from its first line",
     .choices = formats},
    {.name = "delimiter",
     .value = "BYTE",
     .type = ValueType::text,
     .sentence = "of csv: what separates the fields, such as ; or \\t",
     .default_text = ", or what a first line sep=; says"},
    {.name = "columns",
     .value = "LIST",
     .type = ValueType::text,
     .sentence = "names of the columns: key,value,-,ttl,expiry,flags; - is ignored",
     .default_text = "key,value,ttl,flags"},
    {.name = "header",
     .sentence =
         "take the columns from the first line, or skip it with --columns; unknown ones are ignored"},
    key_prefix_option,
    mode_option,
    default_ttl_option,
    flags_option,
    rejects_option,
    dry_run_option,
};

constexpr Example examples[] = {
    {"mcdctl import numbers.csv", "import lines of key,value[,ttl[,flags]]"},
    {"mcdctl import --header --rejects left.csv nightly.csv",
     "keep what could not be stored, to fix and import later"},
    {"mcdctl import --key-prefix callerid/ numbers.csv", "store 4711 as callerid/4711"},
    {"psql --csv -t -c 'select ...' | mcdctl import --format csv --ttl 1d -", "import from a pipe"},
};

constexpr Code results[] = {Code::some_errors, Code::parse_user_error,  Code::not_stored,
                            Code::too_big,     Code::system_error,      Code::not_supported,
                            Code::bad_key,     Code::invalid_arguments, Code::value_too_long,
                            Code::key_too_long};
constexpr std::string_view see_also[] = {"set", "batch"};

// What there is to say of the whole import.
struct Tally {
  std::uint64_t records = 0;
  std::uint64_t expired = 0;   // since the file was written
  std::uint64_t own_ttl = 0;   // whose lines say how long they live
  std::uint64_t prefixed = 0;  // whose keys begin with what --key-prefix puts before them
};

// The prefix of every key, and what applies to lines without a ttl or flags of their own.
struct Defaults {
  std::string key_prefix;
  Ttl ttl;
  std::uint32_t flags;
};

Result<Defaults> defaults_of(const Invocation& typed, Context& context) {
  const Result<Ttl> ttl = context.ttl();
  if (!ttl) return ttl.error();
  const Result<std::uint64_t> flags =
      unsigned_option(typed, "flags", std::numeric_limits<std::uint32_t>::max());
  if (!flags) return flags.error();
  return Defaults{.key_prefix = typed.value(key_prefix_option.name).value_or(""),
                  .ttl = *ttl,
                  .flags = static_cast<std::uint32_t>(*flags)};
}

// A date in place of a ttl, as in a part of a dump's table without its header.
Error problem_of_ttl(Ttl ttl, Error error) {
  constexpr std::uint64_t oldest = 1'000'000'000;
  if (!ttl.is_date && ttl.seconds > oldest) {
    error.advice = "write a date as @" + std::to_string(ttl.seconds) +
                   ", or use --columns key,value,expiry,flags";
  }
  return error;
}

// Where the record is not an item, `wrong` becomes the part of it that is the reason. Items that
// have expired since the file was written are counted only: they must not replace what there is.
Result<std::optional<LoadedItem>> convert(const RecordLine& line, const Settings& settings,
                                          const Defaults& defaults, std::optional<Column>& wrong,
                                          Tally& tally) {
  if (const Error* problem = std::get_if<Error>(&line.content)) return *problem;
  const Record* record = std::get_if<Record>(&line.content);
  if (record == nullptr) return std::optional<LoadedItem>();  // a dump's first or last line
  ++tally.records;
  if (record->key.starts_with(defaults.key_prefix)) ++tally.prefixed;
  wrong = Column::key;
  Result<Key> key =
      Key::make(key_after(defaults.key_prefix, record->key), settings.prefix, settings.key_limit);
  if (!key) return problem_of_input(std::move(key.error()));
  wrong = Column::value;
  if (Status fits = check_value_size(record->value.size(), settings.value_limit); !fits) {
    return std::move(fits.error());
  }
  wrong = Column::ttl;
  const std::int64_t now = std::time(nullptr);
  const std::optional<Ttl> own = ttl_of(*record);
  if (own) ++tally.own_ttl;
  if (own && own->is_date && own->seconds <= static_cast<std::uint64_t>(now)) {
    ++tally.expired;
    return std::optional<LoadedItem>();
  }
  const Ttl ttl = own.value_or(defaults.ttl);
  const Result<std::uint32_t> expiry = expiry_of(ttl, now);
  if (!expiry) return problem_of_ttl(ttl, expiry.error());
  return std::optional(LoadedItem{.key = std::move(*key),
                                  .value = record->value,
                                  .flags = record->flags.value_or(defaults.flags),
                                  .expiry = *expiry});
}

// What is stored in spite of it, but perhaps not as it was meant.
void warn_of_content(const RecordReader& reader, const std::string& name, Context& context) {
  if (reader.ignored_expiry()) {
    context.warn("an expiry that is not a number was ignored; use a ttl, or seconds since 1970",
                 name);
  }
  if (reader.not_utf8() > 0) {
    const RecordReader::Place place = reader.place_not_utf8();
    context.warn(counted(reader.not_utf8(), "record is", "records are") +
                     " not UTF-8, and taken byte for byte; to convert Latin-1 use iconv -f L1 -t "
                     "UTF-8",
                 place_in(name, place.line, place.column));
  }
}

// Options that may not have done what was intended.
void tell_of_options(const Invocation& typed, const Tally& tally, const Defaults& defaults,
                     const Settings& settings, Context& context) {
  const bool is_useless = tally.own_ttl == tally.records;
  if (typed.has("ttl") && tally.own_ttl > 0 && (is_useless || context.talks_of_misses())) {
    context.note("--ttl is for lines without one, and " +
                 counted(tally.own_ttl, "line has", "lines have") + " a ttl or an expiry");
  }
  const bool has_choice = settings.servers.size() > 1;  // and it matters which server is chosen
  if (typed.has("prefix") && tally.records > 0 && (has_choice || context.talks_of_misses())) {
    context.note(
        "only clients with the same --prefix find these items, since the key without it chooses the "
        "server; --key-prefix would make it a part of the keys");
  }
  if (!defaults.key_prefix.empty() && tally.records > 0 && tally.prefixed == tally.records) {
    context.warn("each key in the input begins with " + quote(defaults.key_prefix) +
                 " already, and --key-prefix puts it there once more");
  }
}

Code run(const Invocation& typed, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  const Settings& settings = (*effective)->settings;
  const Result<std::vector<RecordOptions>> formats_of_files = record_options(typed, context);
  if (!formats_of_files) return context.fail(formats_of_files.error());
  const Result<Defaults> defaults = defaults_of(typed, context);
  if (!defaults) return context.fail(defaults.error());

  Tally tally;
  Loading loading(typed, context, settings, "import");
  const std::vector<std::string>& paths = typed.operands();
  if (const Code code = loading.prepare(paths); code != Code::success) return code;
  for (std::size_t index = 0; index < paths.size(); ++index) {
    const Result<InputFile> file = InputFile::open(paths[index], context);
    if (!file) {
      loading.fail(file.error(), paths[index]);
      continue;
    }
    RecordReader reader(loading.source(*file), (*formats_of_files)[index]);
    if (!loading.begin(*file, reader)) break;
    while (const RecordLine* line = loading.next()) {
      std::optional<Column> wrong;
      const Result<std::optional<LoadedItem>> item =
          convert(*line, settings, *defaults, wrong, tally);
      loading.take(*line, item, wrong);
    }
    const bool is_done = loading.end();
    warn_of_content(reader, file->name(), context);
    if (!is_done) break;
  }
  tell_of_options(typed, tally, *defaults, settings, context);
  if (tally.expired == 0) return loading.finish({}, "");
  return loading.finish(JsonObject().number("expired", tally.expired),
                        ", " + std::to_string(tally.expired) + " expired in the meantime");
}

constexpr Member members[] = {
    {"file", "the file of a rejected line, or the one that can't be read or written"},
    {"line",
     "the number of the rejected line, from 1; of a record with several lines, the one that is "
     "wrong, or the first if that is not known"},
    {"column", "where in the line it is wrong, a byte from 1, if that is known"},
    {"stored", "the number of lines stored"},
    {"good", "with --dry-run: the number of lines that could be stored"},
    {"rejected", "the number of lines rejected; each has an object of its own, with file and line"},
    {"expired", "the number of lines left out because their expiry has passed, if there are any"},
};

}  // namespace

constexpr Command import_command = {
    .name = "import",
    .group = cluster_group,
    .sentence = "store the items of files",
    .description = R"(
Stores an item for each line of the FILEs (- is standard input), on all servers at once, and prints
how many.

The formats:

- csv: RFC 4180, with commas, the --delimiter, or that of a first line such as sep=;. A table from
  dump is recognized by its first line. A file whose first lines look separated by something else is
  refused; --delimiter , insists on commas. So is one that seems to begin with a header; --columns
  insists on an item
- tsv: with \t, \n, \r, \\ and \xHH for bytes that need it, as printed by get with several keys
- ndjson: JSON objects, one on each line or as jq prints them, or an array of them, with key, value
  and optionally encoding (base64), ttl and flags. Other members are ignored, such as the cas in what
  get --json prints: 'mcdctl set --cas' stores only what nobody has changed
- memcached-tool: what memcached-tool HOST dump prints; values may contain anything

A ttl is seconds, a duration, @ and a date in seconds since 1970, or -1 to never expire. --ttl is
for lines without one. An expiry, as dump writes it, is read as memcached does: seconds up to 30
days, or a date in seconds since 1970; 0 never expires. Columns and members named exptime, expires or
expiration, as other tools have them, are read likewise, but what is not such a number is ignored,
with a warning. If a line has both a date as its expiry and a ttl, the date counts. A ttl counts from
the import on, so an item that has expired since the file was written lives again; an item whose date
has passed is left out and counted.

--key-prefix cid/ stores the item of 4711 under the key cid/4711, where get cid/4711 finds it. --prefix
does not: a prefix is a namespace, and the key without it chooses the server.

Each line that is not stored is reported on standard error with its number, its MCDRESULT and the
reason, and the rest is still imported. Of many failures alike on one server, the first ten are
reported, and how many more there were. If several lines have the same key, the last one wins. A
quote that is never closed rejects everything after it, as one line. Changes that others have made
since the file was written are overwritten. The status is 0, the number that all rejected lines
share, or 19.

--rejects keeps the rejected lines as they came, after the header if there is one, except lines over
8 MiB. Fix that file and import it to finish the job, with the same options but another file for
--rejects. Without --rejects, the import ends early when no server can be used any more.

--dry-run checks the lines, and asks no server: what a server would refuse counts as good.

SIGINT (Ctrl-C), SIGTERM and SIGHUP end it as well, with the counts and complete rejects.

If a connection breaks, the server may have stored lines that it had not answered yet. They count as
rejected; importing them with --mode add will find those that were stored.
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
