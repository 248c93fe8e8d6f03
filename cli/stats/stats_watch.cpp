#include "cli/stats/stats_watch.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/command/options.h"
#include "cli/stats/stats_lines.h"
#include "cli/terminal/human.h"
#include "core/base/text.h"
#include "core/client/stats_poll.h"

namespace mcd::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Answers = std::vector<Result<StatsPoll::Answer>>;

struct Rhythm {
  std::optional<std::chrono::milliseconds> interval = {};  // nothing: once
  std::uint64_t rounds = 0;                                // 0: no end
};

// What is known of a server from the last time that it was asked.
struct LastLook {
  std::optional<ServerCounters> counters = {};
  Clock::time_point at = {};
  bool has_failed = false;
};

void append(JsonObject& fields, std::string_view name, const std::optional<std::uint64_t>& count) {
  if (count) fields.number(name, *count);
}

void append(JsonObject& fields, std::string_view name, const std::optional<double>& number) {
  if (number) fields.decimal(name, *number);
}

void append_totals(JsonObject& fields, const ServerCounters& counters) {
  append(fields, "commands", counters.commands);
  append(fields, "gets", counters.gets);
  append(fields, "sets", counters.sets);
  append(fields, "hits", counters.hits);
  append(fields, "misses", counters.misses);
  append(fields, "hit_ratio", hit_ratio(counters.hits, counters.misses));
  append(fields, "evictions", counters.evictions);
}

void append_rates(JsonObject& fields, const ServerRates& rates) {
  if (rates.seconds > 0) fields.decimal("seconds", rates.seconds);
  append(fields, "commands_per_second", rates.commands);
  append(fields, "gets_per_second", rates.gets);
  append(fields, "sets_per_second", rates.sets);
  append(fields, "hits_per_second", rates.hits);
  append(fields, "misses_per_second", rates.misses);
  append(fields, "hit_ratio", hit_ratio(rates.hit_count, rates.miss_count));
  append(fields, "evictions_per_second", rates.evictions);
  fields.boolean("restarted", rates.is_restarted);
}

// Asks and prints, one round at a time.
class StatsWatch {
 public:
  StatsWatch(Context& context, const Settings& settings, bool shows_rates)
      : context_(context),
        settings_(settings),
        shows_rates_(shows_rates),
        poll_(settings),
        looks_(settings.servers.size()),
        names_(names_of(settings)),
        lines_(shows_rates ? StatsLines::Kind::rates : StatsLines::Kind::totals,
               context.printer().is_terminal(), names_) {}

  // Only notes what there is, so that the first round has something to compare with. The titles
  // say that it is at work.
  Status begin() {
    const Answers answers = poll_.ask();
    std::vector<ServerLine> known;
    for (std::size_t server = 0; server < answers.size(); ++server) {
      known.push_back(note(server, answers[server]));
    }
    add_sum(known);
    return printer().is_json() ? Ok{} : printer().raw(lines_.titles(printer().columns(), known));
  }

  Status run_round() {
    const Answers answers = poll_.ask();
    const std::int64_t now = std::time(nullptr);
    const std::string time = local_time(now);
    std::vector<ServerLine> lines;
    CombinedCode combined;
    for (std::size_t server = 0; server < answers.size(); ++server) {
      ServerLine line = note(server, answers[server]);
      combined.add(answers[server].code());
      line.time = time;
      line.server = names_[server];
      if (printer().is_json()) {
        if (Status printed = print_json(server, line, answers[server], now); !printed)
          return printed;
      }
      lines.push_back(std::move(line));
    }
    combined_.add(combined.code());
    const bool has_sum = add_sum(lines);
    if (has_sum) lines.back().time = time;
    if (printer().is_json()) {
      return has_sum ? print_sum(lines.back(), answers, now, combined.code()) : Ok{};
    }
    return printer().raw(lines_.text(lines, printer().columns()));
  }

  Code code() const { return combined_.code(); }

 private:
  static std::vector<std::string> names_of(const Settings& settings) {
    std::vector<std::string> names;
    for (const Server& server : settings.servers) names.push_back(escape(address_of(server)));
    return names;
  }

  Printer& printer() { return context_.printer(); }

  ServerLine note(std::size_t server, const Result<StatsPoll::Answer>& answer) {
    LastLook& last = looks_[server];
    ServerLine line;
    if (!answer) {
      fail(last, answer.error());
      line.failure = describe({.code = answer.code(), .reason = answer.error().reason},
                              number_of(answer.code()), false);
      return line;
    }
    last.has_failed = false;
    line.counters = counters_of(answer->stats);
    if (last.counters) {
      line.rates = rates_between(*last.counters, line.counters, answer->at - last.at);
    }
    last.counters = line.counters;
    last.at = answer->at;
    return line;
  }

  // Whether there is one: a single server is its own.
  static bool add_sum(std::vector<ServerLine>& lines) {
    const bool has_sum = lines.size() > 1 && std::ranges::any_of(lines, [](const ServerLine& line) {
                           return !line.failure;
                         });
    if (has_sum) lines.push_back(sum_of(lines));
    return has_sum;
  }

  // Said once for as long as it lasts: the lines go on saying it.
  void fail(LastLook& last, Error error) {
    error.attempt = "stats";
    if (!std::exchange(last.has_failed, true)) context_.fail(error);
  }

  Status print_json(std::size_t server, const ServerLine& line,
                    const Result<StatsPoll::Answer>& answer, std::int64_t now) {
    const std::string address = address_of(settings_.servers[server]);
    JsonObject fields = JsonObject().bytes("server", address).integer("time", now);
    if (answer) return print_numbers(std::move(fields), line, Code::success);
    Error error = answer.error();
    error.attempt = "stats";
    return printer().failure(std::move(fields), error);
  }

  Status print_sum(const ServerLine& sum, const Answers& answers, std::int64_t now, Code code) {
    const auto count = std::ranges::count_if(
        answers, [](const auto& answer) { return static_cast<bool>(answer); });
    return print_numbers(JsonObject()
                             .bytes("server", sum.server)
                             .integer("time", now)
                             .number("servers", answers.size())
                             .number("answers", static_cast<std::uint64_t>(count)),
                         sum, code);
  }

  Status print_numbers(JsonObject fields, const ServerLine& line, Code code) {
    if (shows_rates_) {
      append_rates(fields, line.rates);
    } else {
      append_totals(fields, line.counters);
    }
    append(fields, "items", line.counters.items);
    append(fields, "memory", line.counters.memory);
    append(fields, "memory_limit", line.counters.memory_limit);
    append(fields, "connections", line.counters.connections);
    append(fields, "uptime", line.counters.uptime);
    return printer().object(std::move(fields), code);
  }

  Context& context_;
  const Settings& settings_;
  bool shows_rates_;
  StatsPoll poll_;
  std::vector<LastLook> looks_;
  std::vector<std::string> names_;  // made printable
  StatsLines lines_;
  CombinedCode combined_{};
};

Status follow(StatsWatch& watch, const Rhythm& rhythm) {
  if (!rhythm.interval) return watch.run_round();
  Status done = watch.begin();
  Clock::time_point next = Clock::now();
  for (std::uint64_t round = 0; done && (rhythm.rounds == 0 || round < rhythm.rounds); ++round) {
    // What a server that does not answer made late is not made up for.
    next = std::max(next + *rhythm.interval, Clock::now());
    std::this_thread::sleep_until(next);
    done = watch.run_round();
  }
  return done;
}

Result<Rhythm> rhythm_of(const Invocation& typed) {
  const auto wrong = [](std::string reason) {
    return Error{.code = Code::argument_needed, .attempt = "stats", .reason = std::move(reason)};
  };
  if (typed.has(rounds_option.name) && !typed.has(stats_interval_option.name)) {
    return wrong("--count requires --interval");
  }
  if (typed.has("raw")) return wrong("--raw cannot be combined with --summary or --interval");
  if (!typed.operands().empty()) {
    return wrong("a GROUP cannot be combined with --summary or --interval");
  }
  const Result<std::optional<std::chrono::milliseconds>> interval = time_option(typed, "interval");
  if (!interval) return interval.error();
  const Result<std::uint64_t> rounds = unsigned_option(typed, rounds_option.name, UINT32_MAX);
  if (!rounds) return rounds.error();
  if (typed.has(rounds_option.name) && *rounds == 0) return wrong("--count must be 1 or more");
  return Rhythm{.interval = *interval, .rounds = *rounds};
}

}  // namespace

bool wants_stats_lines(const Invocation& typed) {
  return typed.has(summary_option.name) || typed.has(stats_interval_option.name) ||
         typed.has(rounds_option.name);
}

Code print_stats_lines(const Invocation& typed, Context& context) {
  const Result<Rhythm> rhythm = rhythm_of(typed);
  if (!rhythm) return context.fail(rhythm.error());
  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return context.fail(effective.error());
  StatsWatch watch(context, (*effective)->settings, rhythm->interval.has_value());
  const Status done = follow(watch, *rhythm);
  return done ? watch.code() : context.fail(done.error());
}

}  // namespace mcd::cli
