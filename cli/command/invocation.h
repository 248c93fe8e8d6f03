// What was typed: options and operands, byte for byte, not yet what they mean.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcd::cli {

class Invocation {
 public:
  void add_option(std::string_view name, std::string value) {
    options_.emplace_back(name, std::move(value));
  }
  void add_operand(std::string text) { operands_.push_back(std::move(text)); }

  bool has(std::string_view name) const { return value(name).has_value(); }

  // The last value given for the option, by its long name.
  std::optional<std::string> value(std::string_view name) const {
    const auto found = std::find_if(options_.rbegin(), options_.rend(),
                                    [name](const auto& option) { return option.first == name; });
    if (found == options_.rend()) return std::nullopt;
    return found->second;
  }

  std::vector<std::string> values(std::string_view name) const {
    std::vector<std::string> all;
    for (const auto& [option, value] : options_) {
      if (option == name) all.push_back(value);
    }
    return all;
  }

  const std::vector<std::string>& operands() const { return operands_; }

  // The last operand stands after `--`, and so for nothing but itself.
  void end_with_literal() { ends_with_literal_ = true; }
  bool ends_with_literal() const { return ends_with_literal_; }

 private:
  std::vector<std::pair<std::string, std::string>> options_;
  std::vector<std::string> operands_;
  bool ends_with_literal_ = false;
};

}  // namespace mcd::cli
