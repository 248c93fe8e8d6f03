#include "core/items/counter.h"
#include "cli/command/context.h"
#include "cli/command/members.h"
#include "cli/command/options.h"
#include "cli/command/plan.h"
#include "cli/commands/commands.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"KEY", 1, 1, ValueType::key},
                                {"INCREMENT", 0, 1, ValueType::number}};

constexpr Option options[] = {
    {.name = "set", .value = "N", .type = ValueType::number, .sentence = "set the counter to N"},
    {.name = "initial",
     .value = "N",
     .type = ValueType::number,
     .sentence = "create a missing counter as N"},
    {.name = "ttl",
     .letter = 't',
     .value = "TTL",
     .type = ValueType::duration,
     .sentence = "time to live of a counter that --set stores or --initial creates",
     .default_text = "MCDTTL, else 0: never expires"},
    newline_option,
    result_option};

constexpr Example examples[] = {
    {"mcdctl counter calls/trunk1 1 --initial 0",
     "count one more call; prints how many there are now"},
    {"mcdctl counter calls/trunk1 -1", "count one call less, never below 0"},
    {"mcdctl counter calls/trunk1", "print the number"},
    {"mcdctl counter calls/trunk1 -18446744073709551615",
     "reset it to 0 and keep its time to live, which --set 0 would end"},
    {"read -r calls < <(mcdctl counter -N calls/trunk1)", "read it in a script; or calls=$(...)"},
};

constexpr Code results[] = {Code::client_error, Code::not_found, Code::server_out_of_memory,
                            Code::bad_increment, Code::invalid_arguments};
constexpr std::string_view notes[] = {newline_note};
constexpr std::string_view see_also[] = {"get", "set"};

Status check_combination(const Invocation& typed) {
  const bool has_increment = typed.operands().size() > 1;
  const auto fail = [](std::string reason) {
    return Error{.code = Code::argument_needed, .attempt = "counter", .reason = std::move(reason)};
  };
  if (typed.has("set") && has_increment) return fail("--set cannot be combined with INCREMENT");
  if (typed.has("set") && typed.has("initial"))
    return fail("--set cannot be combined with --initial");
  if (typed.has("ttl") && !typed.has("set") && !typed.has("initial")) {
    return fail("--ttl requires --set or --initial: an existing counter keeps its own");
  }
  return Ok{};
}

// `number`, and where it is none, which one that was.
template <typename Number>
Result<Number> checked(Result<Number> number, const Key& key, const std::string& place = "") {
  if (!number) number.error().attempt = "counter " + quote(key.text()) + place;
  return number;
}

// What the command does, by one question or, with a start, by several.
struct Change {
  ItemOperation operation;
  std::optional<std::uint64_t> forced;  // the value that --set stores
  std::optional<CounterStart> start;
};

Result<Change> force(const std::string& text, const Key& key, Ttl ttl) {
  const Result<std::uint64_t> value = checked(parse_counter_value(text), key, " --set");
  if (!value) return value.error();
  return Change{.operation = store_operation(
                    key, {.value = std::to_string(*value), .ttl = ttl, .cas = std::nullopt}),
                .forced = *value,
                .start = std::nullopt};
}

Result<Change> change_of(const Invocation& typed, const Key& key, Ttl ttl) {
  if (const auto text = typed.value("set")) return force(*text, key, ttl);
  std::optional<CounterStart> start;
  if (const auto text = typed.value("initial")) {
    const Result<std::uint64_t> initial = checked(parse_counter_value(*text), key, " --initial");
    if (!initial) return initial.error();
    start = CounterStart{.value = *initial, .ttl = ttl};
  }
  const bool has_increment = typed.operands().size() > 1;
  const auto kind =
      has_increment || start ? ItemOperation::Kind::add_to_counter : ItemOperation::Kind::get;
  Result<Increment> increment =
      has_increment ? checked(parse_increment(typed.operands()[1]), key) : Result(Increment{});
  if (!increment) {
    increment.error().advice += "; counter takes one KEY";
    return increment.error();
  }
  return Change{.operation = {.kind = kind, .key = key, .increment = *increment},
                .forced = std::nullopt,
                .start = start};
}

// The counter's value by the answer to the one question.
Result<std::uint64_t> value_in(const Result<Answer>& answer, const Change& change,
                               const Context& context) {
  if (!answer) return context.own(answer.error(), change.operation.key.text());
  if (change.forced) return *change.forced;
  if (change.operation.kind == ItemOperation::Kind::add_to_counter) return answer->number;
  return read_counter(answer->item, change.operation.key);
}

Code finish(Context& context, const Key& key, const Result<std::uint64_t>& value) {
  return context.finish_number(key.text(), "value", value);
}

struct Target {
  Key key;
  Ttl ttl;
};

Result<Target> target_of(const Invocation& typed, Context& context) {
  if (Status fits = check_combination(typed); !fits) return std::move(fits.error());
  const Result<Key> key = context.key(typed.operands()[0]);
  if (!key) return key.error();
  const Result<Ttl> ttl = context.ttl(Ttl{});  // the configured one is not for counters
  if (!ttl) return ttl.error();
  return Target{.key = *key, .ttl = *ttl};
}

std::optional<Plan> plan(const Invocation& typed, Context& context) {
  if (typed.has("initial")) return std::nullopt;
  const Result<Target> target = target_of(typed, context);
  if (!target) return failed_plan(context.fail(target.error()));
  const Result<Change> change = change_of(typed, target->key, target->ttl);
  if (!change) return failed_plan(finish(context, target->key, change.error()));
  return plan_of({.key = typed.operands()[0], .operations = {change->operation}},
                 [&context, change = *change](Answers answers) {
                   return finish(context, change.operation.key,
                                 value_in(answers[0], change, context));
                 });
}

// With --initial: others may create the counter, or delete it, in between.
Code run(const Invocation& typed, Context& context) {
  const Result<Target> target = target_of(typed, context);
  if (!target) return context.fail(target.error());
  const Result<Store*> store = context.store();
  if (!store) return context.fail(store.error());
  const Result<Change> change = change_of(typed, target->key, target->ttl);
  if (!change) return finish(context, target->key, change.error());
  return finish(context, target->key,
                add_to_counter(**store, target->key, change->operation.increment, change->start));
}

constexpr Member members[] = {
    key_member,
    {"value", "the number, unsigned and of 64 bits; some readers lose digits above 2^53"},
};

}  // namespace

constexpr Command counter_command = {
    .name = "counter",
    .group = items_group,
    .sentence = "read or change a counter",
    .description = R"(
Prints the counter, or adds INCREMENT to it (negative to subtract) and prints the new value; its time
to live stays as it is. --set stores a number as a new item, which expires after --ttl, or
never.

Read a counter with 'mcdctl counter', or many with 'mcdctl get - | tr -d " "': memcached pads
a number with spaces when counting down makes it shorter.

Counters are unsigned 64-bit numbers. Adding is atomic; subtracting stops at 0, and adding beyond
2^64-1 wraps to 0.

A missing counter is status 16. With --initial it is created instead, exactly once however many
clients try. The status is 124 if a number is not an integer, and 9 if the item does not hold a
number.
)",
    .notes = notes,
    .operands = operands,
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .plan = plan,
    .run = run,
    .json = members,
};

}  // namespace mcd::cli
