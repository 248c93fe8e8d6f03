#include "cli/scanning.h"

#include "cli/interrupt.h"
#include "core/glob.h"

namespace mcd::cli {

KeyFilter::KeyFilter(const Invocation& typed, const Settings& settings)
    : prefix_(typed.has(all_prefixes_option.name) ? "" : settings.prefix) {
  if (!typed.operands().empty()) glob_ = typed.operands()[0];
}

std::optional<std::string_view> KeyFilter::match(std::string_view wire_key) const {
  if (!wire_key.starts_with(prefix_) || wire_key.size() == prefix_.size()) return std::nullopt;
  wire_key.remove_prefix(prefix_.size());
  if (glob_ && !matches_glob(*glob_, wire_key)) return std::nullopt;
  return wire_key;
}

bool is_interrupted() {
  Interrupt::is_awaited = 1;
  return Interrupt::was_received != 0;
}

Code report_scan(Context& context, Printer& printer, const ScanOutcome& outcome,
                 std::string_view attempt) {
  CombinedCode combined;
  for (Error error : outcome.failures) {
    error.attempt = attempt;
    combined.add(context.fail(error));
    const Status printed = printer.failure(JsonObject().bytes("server", error.where), error);
    if (!printed) return context.fail(printed.error());
  }
  if (outcome.failures.empty()) return Code::success;
  const Result<const Config*> config = context.config();
  const bool all_failed = config && outcome.failures.size() == (*config)->settings.servers.size();
  return all_failed ? combined.code() : Code::some_errors;
}

}  // namespace mcd::cli
