#include "tests/support/core_values.h"

#include <stdexcept>

#include "core/base/text.h"
#include "core/client/client.h"

namespace mcd::test {

bool is_printable_line(std::string_view text) {
  std::string without_backslashes(text);
  std::erase(without_backslashes, '\\');
  return escape(without_backslashes) == without_backslashes;
}

Key key_of(std::string_view text, std::string_view prefix) {
  Result<Key> key = Key::make(text, prefix, wire_key_limit);
  if (!key) throw std::invalid_argument(describe(key.error()));
  return std::move(*key);
}

Settings settings_for(const std::vector<std::string>& servers, const KeyedTexts& others) {
  return effective_settings_for(servers, others).settings;
}

EffectiveSettings effective_settings_for(const std::vector<std::string>& servers,
                                         const KeyedTexts& others) {
  std::vector<Assignment> assignments = {{"servers", servers, {}}, {"limits.value", {"0"}, {}}};
  for (const auto& [key, text] : others) assignments.push_back({key, {text}, {}});
  Result<EffectiveSettings> effective = make_settings(assignments);
  if (!effective) throw std::invalid_argument(describe(effective.error()));
  return std::move(*effective);
}

std::unique_ptr<Store> client_for(const std::vector<std::string>& servers,
                                  const KeyedTexts& others) {
  Result<std::unique_ptr<Store>> client = make_client(settings_for(servers, others));
  if (!client) throw std::invalid_argument(describe(client.error()));
  return std::move(*client);
}

StoreRequest store_of(StoreMode mode, std::string_view value) {
  return {.mode = mode, .value = value, .flags = 0, .ttl = {}, .cas = std::nullopt};
}

Variables::Variables(std::vector<std::string> entries) : entries_(std::move(entries)) {
  for (const std::string& entry : entries_) pointers_.push_back(entry.c_str());
  pointers_.push_back(nullptr);
}

}  // namespace mcd::test
