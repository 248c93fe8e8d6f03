#include "cli/command/plan.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>

#include "cli/command/key_source.h"
#include "cli/terminal/words.h"
#include "core/base/glob.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view advice_on_glob =
    "a KEY is not a GLOB; see 'mcdctl help globs' for a way to act on all that match";

// What was probably meant by a KEY without an item; empty where nothing suggests itself.
std::string advice_on_miss(const std::string& key, const Context& context) {
  if (key.find('*') != std::string::npos) return std::string(advice_on_glob);
  std::error_code ignored;
  if (!context.talks_of_misses() || !std::filesystem::is_regular_file(key, ignored)) return {};
  return "there is a file of this name; to read keys from it, use - <" + shell_word(key);
}

// 'mcdctl keys' lists what other clients have stored, under any bytes.
std::string advice_on_listed_key(const std::string& key) {
  const std::string options_end = key.starts_with('-') ? "-- " : "";
  const std::string glob = escape(key) == key ? options_end + shell_word(escape_glob(key)) : "KEY";
  return std::string(info_of(Code::bad_key).advice) +
         "; an item that another client stored under it is shown by: mcdctl dump " + glob +
         " (or with --misplaced), and deleted by: mcdctl purge " + glob;
}

}  // namespace

Plan failed_plan(Code code) {
  // A step without a question, so that it is reported in its turn.
  Plan plan = plan_of({.key = {}}, [code](Answers) { return code; });
  plan.asks_store = false;
  return plan;
}

Plan plan_of(Step step, std::function<Code(Answers answers)> report) {
  return {.next = [next = std::optional(
                       std::move(step))]() mutable { return std::exchange(next, std::nullopt); },
          .report = [report = std::move(report)](const Step&,
                                                 Answers answers) { return report(answers); }};
}

Ask ask_for(ItemOperation::Kind kind, Ttl ttl) {
  return [kind, ttl](const Key& key) {
    return std::vector<ItemOperation>{{.kind = kind, .key = key, .ttl = ttl}};
  };
}

Plan plan_for_keys(const Invocation& typed, Context& context, Ask ask, Show show) {
  const auto source = std::make_shared<KeySource>(typed, context);
  const auto next = [&context, source, ask = std::move(ask),
                     has_advised = false]() mutable -> std::optional<Step> {
    Result<std::optional<std::string>> text = source->next();
    if (!text) return Step{.key = source->line(), .failure = std::move(text.error())};
    if (!*text) return std::nullopt;
    Step step{.key = std::move(**text)};
    Result<Key> key = context.key(step.key);
    if (key) {
      step.operations = ask(*key);
    } else {
      if (key.code() == Code::bad_key && !std::exchange(has_advised, true)) {
        key.error().advice = advice_on_listed_key(step.key);
      }
      step.failure = source->with_place(std::move(key.error()));
    }
    return step;
  };
  const auto report = [&context, show = std::move(show)](const Step& step, Answers answers) {
    Status shown = step.failure ? Status(*step.failure) : show(step.key, answers);
    if (shown) return Code::success;
    const bool is_miss = shown.code() == Code::not_found && shown.error().advice.empty();
    if (is_miss) shown.error().advice = advice_on_miss(step.key, context);
    const Code code = context.fail_as_one_of_many(shown.error());
    if (code == Code::write_failure) return code;
    const Status printed =
        context.printer().failure(JsonObject().bytes("key", step.key), shown.error());
    return printed ? code : context.fail(printed.error());
  };
  return {.next = next,
          .report = report,
          .is_ready = [source] { return source->is_ready(); },
          .end = [&context] { context.say_the_rest("key"); },
          .steps = source->count()};
}

Plan plan_for_keys_quietly(const Invocation& typed, Context& context, Ask ask,
                           std::string_view done) {
  struct Counts {
    std::uint64_t done = 0;
    std::uint64_t all = 0;
  };
  const auto counts = std::make_shared<Counts>();
  const auto show = [&context, counts](const std::string& key, Answers answers) -> Status {
    if (!answers[0]) return answers[0].error();
    ++counts->done;
    return context.printer().object(JsonObject().bytes("key", key), Code::success);
  };
  Plan plan = plan_for_keys(typed, context, std::move(ask), show);
  plan.report = [counts, report = std::move(plan.report)](const Step& step, Answers answers) {
    ++counts->all;
    return report(step, answers);
  };
  // Of a long list, nobody else says what became of it.
  if (!reads_standard_input(typed) || !context.talks_of_misses()) return plan;
  plan.end = [&context, counts, done, say_the_rest = std::move(plan.end)] {
    say_the_rest();
    if (counts->all == 0) return;
    context.say(std::to_string(counts->done) + " of " + counted(counts->all, "key") + " " +
                std::string(done));
  };
  return plan;
}

}  // namespace mcd::cli
