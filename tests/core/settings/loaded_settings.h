// Settings as they are loaded for a user, with no files of the machine.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/settings/settings.h"
#include "tests/support/core_values.h"
#include "tests/support/temp_dir.h"

namespace mcd {

using test::TempDir;
using test::Variables;

// The texts of a setting in force, joined by '|'.
inline std::string value_of(const EffectiveSettings& effective, std::string_view key) {
  const auto row = std::ranges::find(all_settings(), key, &Setting::key);
  std::string joined;
  for (const std::string& text : row->show(effective.settings)) {
    joined += (joined.empty() ? "" : "|") + text;
  }
  return joined;
}

inline const Origin& origin_of(const EffectiveSettings& effective, std::string_view key) {
  const auto rows = all_settings();
  const auto row = std::ranges::find(rows, key, &Setting::key);
  return effective.origins[static_cast<std::size_t>(row - rows.begin())];
}

// A user's directory of settings, so that no file of the machine has a say.
class LoadedSettings : public testing::Test {
 protected:
  LoadedSettings() { ::mkdir(directory_.file("mcdctl").c_str(), 0700); }

  // Writes the user's mcdctl.toml.
  void write(std::string_view text) { path_ = directory_.write("mcdctl/mcdctl.toml", text); }

  Result<EffectiveSettings> load(std::vector<std::string> variables = {},
                                 const std::vector<Assignment>& flags = {},
                                 const std::optional<std::string>& file_flag = std::nullopt,
                                 const std::optional<std::string>& profile_flag = std::nullopt) {
    if (path_.empty()) write("");
    variables.push_back("XDG_CONFIG_HOME=" + directory_.path());
    const Variables made_up(std::move(variables));
    return load_settings(file_flag, flags, made_up.environment(), profile_flag);
  }

  Result<EffectiveSettings> load_profile(const std::string& name,
                                         std::vector<std::string> variables = {},
                                         const std::vector<Assignment>& flags = {}) {
    return load(std::move(variables), flags, std::nullopt, name);
  }

  Error error_of(std::vector<std::string> variables, const std::vector<Assignment>& flags = {}) {
    const Result<EffectiveSettings> effective = load(std::move(variables), flags);
    EXPECT_FALSE(effective);
    return effective ? Error{} : effective.error();
  }

  const TempDir directory_;
  std::string path_;
};

inline Assignment flag(std::string key, std::vector<std::string> texts, std::string name) {
  return {std::move(key), std::move(texts), {Origin::Kind::flag, std::move(name)}};
}

}  // namespace mcd
