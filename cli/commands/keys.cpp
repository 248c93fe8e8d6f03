#include <array>
#include <chrono>
#include <ctime>
#include <iterator>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/progress_line.h"
#include "cli/scanning.h"
#include "core/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {glob_operand};

constexpr Option options[] = {
    {.name = "long", .letter = 'l', .sentence = "with size, time to live, last access, server"},
    {.name = "null", .letter = '0', .sentence = "end each key, unescaped, with a NUL byte"},
    all_prefixes_option,
    {.name = "count", .sentence = "print only how many there are"},
};

constexpr Example examples[] = {
    {"mcdctl keys", "every key under the prefix"},
    {"mcdctl keys -l 'callerid/*'", "a family of keys, with what is known of them"},
    {"mcdctl keys -0 'tmp/*' | xargs -0 -r mcdctl get --", "give keys to another command"},
};

constexpr Code results[] = {Code::some_errors, Code::not_supported, Code::in_progress};
constexpr std::string_view see_also[] = {"ttl", "locate"};

std::string local_time(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  char text[64];
  if (::localtime_r(&time, &parts) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts) == 0) {
    return std::to_string(seconds);
  }
  return text;
}

// Prints what the options ask for.
class KeyPrinter {
 public:
  KeyPrinter(const Invocation& typed, const Settings& settings, Output& out, Printer& printer)
      : out_(out),
        printer_(printer),
        is_long_(typed.has("long")),
        ends_with_null_(typed.has("null")),
        now_(std::time(nullptr)) {
    for (const Server& server : settings.servers) servers_.push_back(address_of(server));
  }

  Status print(std::size_t server, std::string_view key, const ListedItem& item) {
    if (printer_.is_json()) return print_json(server, key, item);
    line_.clear();
    if (is_long_) append_details(server, item);
    if (!ends_with_null_) {
      append_escaped(line_, key);
      line_.push_back('\n');
    } else if (key.find('\0') != std::string_view::npos) {
      return Error{.code = Code::not_supported,
                   .attempt = "key " + quote(key),
                   .reason = "it holds a NUL byte itself, so that -0 can't tell its end",
                   .advice = "leave -0 out, or use --json"};
    } else {
      line_.append(key).push_back('\0');
    }
    return out_.write(line_);
  }

 private:
  // Seconds, and -1 for ever.
  std::int64_t ttl_of(const ListedItem& item) const {
    return item.expiry == 0 ? -1 : std::max<std::int64_t>(item.expiry - now_, 0);
  }

  Status print_json(std::size_t server, std::string_view key, const ListedItem& item) {
    JsonObject fields;
    fields.bytes("key", key);
    if (is_long_) {
      fields.number("size", item.size);
      fields.integer("ttl", ttl_of(item));
      fields.integer("last_access", item.last_access);
      fields.bytes("server", servers_[server]);
    }
    return printer_.object(std::move(fields), Code::success);
  }

  void append_details(std::size_t server, const ListedItem& item) {
    line_.append(std::to_string(item.size)).push_back('\t');
    line_.append(std::to_string(ttl_of(item))).push_back('\t');
    line_.append(local_time(item.last_access)).push_back('\t');
    line_.append(servers_[server]).push_back('\t');
  }

  Output& out_;
  Printer& printer_;
  bool is_long_;
  bool ends_with_null_;
  std::int64_t now_;
  std::vector<std::string> servers_{};
  std::string line_{};
};

// `code` tells whether it is the count of all.
Status print_count(Printer& printer, std::uint64_t count, Code code) {
  if (printer.is_json()) return printer.object(JsonObject().number("count", count), code);
  return printer.line(std::to_string(count));
}

Code run(const Invocation& typed, Context& context) {
  const Result<const Config*> config = context.config();
  if (!config) return context.fail(config.error());
  const Settings& settings = (*config)->settings;
  const KeyFilter filter(typed, settings);
  const bool counts_only = typed.has("count");

  // A reader who pauses must not keep the servers waiting.
  SpooledOutput out(context.output(), context.temporary_directory());
  Printer printer = context.printer().to(out);
  KeyPrinter keys(typed, settings, out, printer);
  ProgressLine progress(context, "listing", false);
  std::uint64_t count = 0;
  CombinedCode combined;
  Status written = Ok{};
  const ScanOutcome outcome = scan(
      settings,
      [&](std::size_t server, const ListedItem& item) {
        const auto key = filter.match(item.wire_key);
        if (!key) return true;
        ++count;
        if (count % 1024 == 0) progress.show({.items = count});
        if (counts_only) return true;
        Status printed = keys.print(server, *key, item);
        if (printed) return true;
        if (printed.code() != Code::not_supported) {
          written = std::move(printed);
          return false;
        }
        progress.clear();
        combined.add(context.fail(printed.error()));
        return true;
      },
      [&] { return is_interrupted() || !written; });
  progress.clear();

  if (const Code code = report_scan(context, printer, outcome, "list keys");
      code != Code::success) {
    combined.add(code);
  }
  if (outcome.was_stopped) combined.add(Code::failure);
  if (written && counts_only) written = print_count(printer, count, combined.code());
  const Status flushed = out.flush();  // what was kept is shown, even where no more could be
  if (!written) return context.fail(written.error());
  if (!flushed && !is_interrupted()) return context.fail(flushed.error());
  if (is_interrupted()) {
    context.warn("interrupted: " + std::to_string(count) + " keys listed");
  }
  return combined.code();
}

}  // namespace

constexpr Command keys_command = {
    .name = "keys",
    .group = cluster_group,
    .sentence = "list keys",
    .description =
        "Lists the keys of every server that begin with the prefix, without it, a line each, in "
        "no order; unprintable bytes are escaped as by get with several keys. A GLOB chooses among "
        "them: * is anything, ? one character, [a-z] one of a set; quote it for the shell. -l puts "
        "size in the server's memory, seconds to live (-1 for ever), last access and server in "
        "front, parted by tabs. A server that can't be listed is named, the others are still "
        "listed, and the status is 19. Servers leave out of a list what is being read at that "
        "moment; where one holds more than it lists, it is asked again after a second.",
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
};

}  // namespace mcd::cli
