// Commands on several keys: each key its own outcome, one status for all.
#pragma once

#include "cli/command/context.h"
#include "cli/terminal/interrupt.h"

namespace mcd::cli {

// Runs `operation`, a call that takes a Key and returns a Status, on each operand. A key that fails
// is reported, in JSON too, and the rest goes on; output that can't be written ends it. What
// succeeds is the operation's to print.
template <typename Operation>
Code for_each_valid_key(const Invocation& typed, Context& context, Operation operation) {
  CombinedCode combined;
  Interrupt::total = static_cast<int>(typed.operands().size());
  for (const std::string& text : typed.operands()) {
    const Result<Key> key = context.key(text);
    Status status = key ? operation(*key) : Status(key.error());
    if (!status) {
      combined.add(context.fail(status.error()));
      if (status.code() == Code::write_failure) return Code::write_failure;
      Status printed = context.printer().failure(JsonObject().bytes("key", text), status.error());
      if (!printed) return context.fail(printed.error());
    }
    Interrupt::done = Interrupt::done + 1;
  }
  return combined.code();
}

// The same for operations that take a Store& before the Key.
template <typename Operation>
Code for_each_key(const Invocation& typed, Context& context, Operation operation) {
  const Result<Store*> store = context.store();
  if (!store) return context.fail(store.error());
  return for_each_valid_key(typed, context,
                            [&](const Key& key) { return operation(**store, key); });
}

// for_each_key() for operations that print nothing in text.
template <typename Operation>
Code for_each_key_quietly(const Invocation& typed, Context& context, Operation operation) {
  return for_each_key(typed, context, [&](Store& store, const Key& key) -> Status {
    if (Status status = operation(store, key); !status) return status;
    return context.printer().object(JsonObject().bytes("key", key.text()), Code::success);
  });
}

}  // namespace mcd::cli
