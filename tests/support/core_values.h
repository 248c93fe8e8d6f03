// Core's values in tests: how GoogleTest prints them, and short ways to make them.

#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/environment.h"
#include "core/base/result.h"
#include "core/items/key.h"
#include "core/items/store.h"
#include "core/settings/settings.h"

namespace mcd {

// GoogleTest finds these by their names.
inline void PrintTo(Code code, std::ostream* out) {
  *out << number_of(code) << ' ' << name_of(code);
}

template <typename T>
void PrintTo(const Result<T>& result, std::ostream* out) {
  *out << (result ? "a value" : describe(result.error()));
}

}  // namespace mcd

namespace mcd::test {

// Whether `text` is fit to be shown: one line of UTF-8 without control characters.
bool is_printable_line(std::string_view text);

// The key, which must be a good one.
Key key_of(std::string_view text, std::string_view prefix = {});

using KeyedTexts = std::vector<std::pair<std::string, std::string>>;

// Settings for these servers, with others by their keys in mcdctl.toml over the defaults, except
// that the length of values is left to the server. Throws std::invalid_argument for a wrong one.
Settings settings_for(const std::vector<std::string>& servers, const KeyedTexts& others = {});
// The same with their origins.
EffectiveSettings effective_settings_for(const std::vector<std::string>& servers,
                                         const KeyedTexts& others = {});

// The client for settings_for().
std::unique_ptr<Store> client_for(const std::vector<std::string>& servers,
                                  const KeyedTexts& others = {});

// A request with no more in it than that.
StoreRequest store_of(StoreMode mode, std::string_view value);
inline StoreRequest set_of(std::string_view value) {
  return store_of(StoreMode::set, value);
}

inline constexpr Increment plus(std::uint64_t magnitude) {
  return {.negative = false, .magnitude = magnitude};
}
inline constexpr Increment minus(std::uint64_t magnitude) {
  return {.negative = true, .magnitude = magnitude};
}

// An environment that a test makes up: entries like "NAME=value".
class Variables {
 public:
  explicit Variables(std::vector<std::string> entries);
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;

  Environment environment() const { return Environment(pointers_.data()); }

 private:
  std::vector<std::string> entries_;
  std::vector<const char*> pointers_{};
};

}  // namespace mcd::test
