// A context for tests of what commands are made of, with no settings of the machine.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command/context.h"
#include "tests/support/core_values.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {

class CommandTest : public testing::Test {
 protected:
  using Options = std::vector<std::pair<std::string, std::string>>;  // long names and values

  static Invocation typed_as(const Options& options,
                             const std::vector<std::string>& operands = {}) {
    Invocation typed;
    for (const auto& [name, value] : options) typed.add_option(name, value);
    for (const std::string& operand : operands) typed.add_operand(operand);
    return typed;
  }

  // The context of `typed`, which must outlive it; what was printed before is forgotten.
  Context& context_of(const Invocation& typed, int in = -1, bool err_is_terminal = false) {
    context_.reset();
    out_ = StringOutput();
    err_ = StringOutput(err_is_terminal);
    return context_.emplace(typed, Streams{.in = in, .out = out_, .err = err_},
                            variables_.environment(), CommandTable());
  }

  const test::TempDir directory_{};
  const test::Variables variables_{{"MCDCTL_CONFIG=" + directory_.write("empty.toml", "")}};
  StringOutput out_{};
  StringOutput err_{};
  std::optional<Context> context_{};
};

}  // namespace mcd::cli
