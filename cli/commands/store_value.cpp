#include "cli/commands/store_value.h"

#include <limits>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/items/item.h"

namespace mcd::cli {
namespace {

// The second operand, or what is in --file.
Result<std::string> value_of(StoreMode mode, const Invocation& typed, Context& context) {
  const auto file = typed.value("file");
  const bool has_operand = typed.operands().size() > 1;
  if (file.has_value() == has_operand) {
    return Error{.code = Code::argument_needed,
                 .attempt = std::string(name_of(mode)),
                 .reason = file ? "VALUE and --file cannot be combined" : "missing VALUE or --file",
                 .advice = "see 'mcdctl " + std::string(name_of(mode)) + " --help'"};
  }
  if (has_operand) return typed.operands()[1];

  const Result<const EffectiveSettings*> effective = context.settings();
  if (!effective) return effective.error();
  const std::size_t limit = (*effective)->settings.value_limit;
  const std::size_t most = limit != 0 ? limit : largest_value;
  Result<std::string> value = *file == "-"
                                  ? read_descriptor(context.input(), "standard input", most)
                                  : read_file(*file, most);
  if (value && value->size() > most) {
    return Error{.code = limit != 0 ? Code::value_too_long : Code::too_big,
                 .attempt = "read " + quote(*file),
                 .reason = "larger than " + std::to_string(most) + " bytes"};
  }
  return value;
}

}  // namespace

Result<std::uint64_t> unsigned_option(const Invocation& typed, std::string_view option,
                                      std::uint64_t most) {
  const std::string text = typed.value(option).value_or("0");
  const auto number = parse_unsigned(text);
  if (number && *number <= most) return *number;
  return bad_option(option, text, "not a whole number from 0 to " + std::to_string(most));
}

Code store_value(StoreMode mode, const Invocation& typed, Context& context) {
  const Result<std::uint64_t> flags =
      unsigned_option(typed, "flags", std::numeric_limits<std::uint32_t>::max());
  if (!flags) return context.fail(flags.error());
  const Result<std::uint64_t> cas =
      unsigned_option(typed, "cas", std::numeric_limits<std::uint64_t>::max());
  if (!cas) return context.fail(cas.error());
  const Result<Key> key = context.key(typed.operands()[0]);
  if (!key) return context.fail(key.error());
  const Result<std::string> value = value_of(mode, typed, context);
  if (!value) return context.fail(value.error());
  const bool keeps_expiry = mode == StoreMode::append || mode == StoreMode::prepend;
  const Result<Ttl> ttl = keeps_expiry ? Result(Ttl{}) : context.ttl();
  if (!ttl) return context.fail(ttl.error());
  const Result<Store*> store = context.store();
  if (!store) return context.fail(store.error());

  StoreRequest request{.mode = mode,
                       .value = *value,
                       .flags = static_cast<std::uint32_t>(*flags),
                       .ttl = *ttl,
                       .cas = std::nullopt};
  if (typed.has("cas")) request.cas = *cas;
  return context.finish(JsonObject().bytes("key", key->text()), (*store)->store(*key, request));
}

}  // namespace mcd::cli
