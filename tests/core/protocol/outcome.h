// What a protocol parser made of some bytes, in one form for all parsers.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/client/connection.h"
#include "core/items/item.h"
#include "core/protocol/stat.h"
#include "tests/support/core_values.h"

namespace mcd::test {

struct Outcome {
  bool needs_more = false;
  Code code = Code::success;
  std::string text{};  // of a value, if it has one

  bool operator==(const Outcome&) const = default;
};

inline void PrintTo(const Outcome& outcome, std::ostream* out) {
  if (outcome.needs_more) {
    *out << "more needed";
  } else {
    mcd::PrintTo(outcome.code, out);
    *out << " \"" << escape(outcome.text) << '"';
  }
}

using OutcomeParser = std::function<Outcome(std::string_view)>;

inline Outcome success(std::string text = "") {
  return {.needs_more = false, .code = Code::success, .text = std::move(text)};
}
inline Outcome failure(Code code) {
  return {.needs_more = false, .code = code, .text = ""};
}

inline std::string text_of(const Ok&) {
  return "";
}
inline std::string text_of(const std::string& text) {
  return text;
}
inline std::string text_of(std::uint64_t number) {
  return std::to_string(number);
}
inline std::string text_of(const std::optional<Item>& item) {
  if (!item) return "no item";
  return item->value + " flags " + std::to_string(item->flags) + " cas " +
         std::to_string(item->cas);
}

inline std::string text_of(const Stats& stats) {
  std::string text;
  for (const Stat& stat : stats) {
    if (!text.empty()) text += "\r\nSTAT ";
    text += stat.name;
    if (!stat.value.empty()) text += " " + stat.value;
  }
  return text;
}

template <typename T>
Outcome outcome_of(const Parsed<T>& parsed) {
  if (!parsed) return {.needs_more = true, .code = Code::success, .text = ""};
  return *parsed ? success(text_of(**parsed)) : failure(parsed->code());
}

}  // namespace mcd::test
