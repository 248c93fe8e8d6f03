// The environment as a value, so that tests can make one up.
#pragma once

#include <optional>
#include <string_view>

namespace mcd {

// A view of a null-terminated list of "NAME=value" strings, which must outlive it: that of the
// process is Environment(environ). Safe to read from any thread while no one changes the list.
class Environment {
 public:
  explicit Environment(const char* const* entries) : entries_(entries) {}

  // The variable's value. One that is set but empty counts as not set, so that a dialplan may
  // export an empty variable without changing anything.
  std::optional<std::string_view> get(std::string_view name) const {
    for (const char* const* entry = entries_; *entry != nullptr; ++entry) {
      const std::string_view text(*entry);
      if (text.starts_with(name) && text.size() > name.size() + 1 && text[name.size()] == '=') {
        return text.substr(name.size() + 1);
      }
    }
    return std::nullopt;
  }

  const char* const* entries() const { return entries_; }

 private:
  const char* const* entries_;
};

}  // namespace mcd
