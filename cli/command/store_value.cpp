#include "cli/command/store_value.h"

#include <sys/stat.h>
#include <unistd.h>

#include <limits>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/items/item.h"

namespace mcd::cli {
namespace {

// Whether somebody may want its bytes to be stored: a pipe, a file with bytes in it, or a terminal;
// not what a service has, /dev/null.
bool is_meant_for_reading(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return false;
  const bool is_stream = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
  return is_stream || (S_ISREG(status.st_mode) && status.st_size > 0) || ::isatty(descriptor) == 1;
}

// A dash is a value like any other. Elsewhere it stands for standard input, so whoever may have
// meant that is told; nobody who wrote `--` before it.
void note_dash(const Invocation& typed, Context& context) {
  if (typed.operands()[1] != "-" || typed.ends_with_literal()) return;
  const bool is_line_of_input = context.input() < 0;  // of a batch: it can't hold a value, too
  if (is_line_of_input) {
    context.note("the value is \"-\" itself");
  } else if (is_meant_for_reading(context.input())) {
    context.note("the value is \"-\" itself; --file - stores standard input");
  }
}

// The second operand, or what is in --file.
Result<std::string> value_of(StoreMode mode, const Invocation& typed, Context& context) {
  const auto file = typed.value("file");
  const bool has_operand = typed.operands().size() > 1;
  if (file.has_value() == has_operand) {
    const bool has_input = !file && is_meant_for_reading(context.input());
    return Error{.code = Code::argument_needed,
                 .attempt = std::string(name_of(mode)),
                 .reason = file ? "VALUE and --file cannot be combined" : "missing VALUE or --file",
                 .advice = has_input ? "use --file - to store what standard input has"
                                     : "see 'mcdctl " + std::string(name_of(mode)) + " --help'"};
  }
  if (has_operand) {
    note_dash(typed, context);
    return typed.operands()[1];
  }

  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return effective.error();
  const std::size_t limit = (*effective)->settings.value_limit;
  const std::size_t most = limit != 0 ? limit : largest_value;
  Result<std::string> value =
      *file == "-" ? read_descriptor(context.input(), std::string(standard_input), most)
                   : read_file(*file, most);
  if (value && value->size() > most) {
    return Error{.code = limit != 0 ? Code::value_too_long : Code::too_big,
                 .attempt = "read " + quote(*file),
                 .reason = "larger than " + counted(most, "byte")};
  }
  return value;
}

// What is typed: the value, --ttl, --flags and --cas as far as the command has them. Reads the
// value's file.
Result<ItemOperation> operation_typed(StoreMode mode, const Invocation& typed, Context& context) {
  const Result<std::uint64_t> flags =
      unsigned_option(typed, "flags", std::numeric_limits<std::uint32_t>::max());
  if (!flags) {
    Error error = flags.error();
    // `set KEY -foo` has the option -f.
    if (typed.operands().size() < 2 && !typed.has("file")) {
      error.advice = "put -- before a VALUE that starts with -";
    }
    return error;
  }
  const Result<std::uint64_t> cas =
      unsigned_option(typed, "cas", std::numeric_limits<std::uint64_t>::max());
  if (!cas) return cas.error();
  const Result<Key> key = context.key(typed.operands()[0]);
  if (!key) return key.error();
  Result<std::string> value = value_of(mode, typed, context);
  if (!value) return std::move(value.error());
  const bool keeps_expiry = mode == StoreMode::append || mode == StoreMode::prepend;
  const Result<Ttl> ttl = keeps_expiry ? Result(Ttl{}) : context.ttl();
  if (!ttl) return ttl.error();
  return ItemOperation{.kind = ItemOperation::Kind::store,
                       .key = *key,
                       .mode = mode,
                       .value = std::move(*value),
                       .flags = static_cast<std::uint32_t>(*flags),
                       .cas = typed.has("cas") ? std::optional(*cas) : std::nullopt,
                       .ttl = *ttl};
}

}  // namespace

std::optional<Plan> plan_to_store(StoreMode mode, const Invocation& typed, Context& context) {
  if (typed.has("file")) return std::nullopt;
  Result<ItemOperation> operation = operation_typed(mode, typed, context);
  if (!operation) return failed_plan(context.fail(operation.error()));
  const std::string& key = typed.operands()[0];
  return plan_of({.key = key, .operations = {std::move(*operation)}},
                 [&key, &context](Answers answers) {
                   const Result<Answer>& answer = answers[0];
                   return context.finish(JsonObject().bytes("key", key),
                                         answer ? Status(Ok{}) : Status(answer.error()));
                 });
}

Code store_value(StoreMode mode, const Invocation& typed, Context& context) {
  const Result<ItemOperation> operation = operation_typed(mode, typed, context);
  if (!operation) return context.fail(operation.error());
  const Result<Store*> store = context.store();
  if (!store) return context.fail(store.error());
  return context.finish(JsonObject().bytes("key", operation->key.text()),
                        (*store)->store(operation->key, request_of(*operation)));
}

}  // namespace mcd::cli
