// mcdctl.toml.
#include "core/settings/settings.h"
#include "core/settings/toml.h"

#include <algorithm>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

using mcd::fuzz::require;

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += letter;
  }
  return out + "\"";
}

// All settings as they would stand in the file.
std::string write(const mcd::Settings& settings) {
  std::string out;
  for (const mcd::Setting& setting : mcd::all_settings()) {
    const std::vector<std::string> texts = setting.show(settings);
    out += std::string(setting.key) + " = ";
    if (setting.type == mcd::SettingType::list) {
      out += "[";
      for (const std::string& text : texts) out += toml_string(text) + ",";
      out += "]\n";
    } else {
      out += (setting.type == mcd::SettingType::size ? texts[0] : toml_string(texts[0])) + "\n";
    }
  }
  return out;
}

void check_each(const std::vector<mcd::Assignment>& assignments) {
  const auto settings = mcd::all_settings();
  for (const mcd::Assignment& assignment : assignments) {
    const auto row = std::ranges::find(settings, assignment.key, &mcd::Setting::key);
    require(row != settings.end(), "only settings are assigned to");
    require(row->type == mcd::SettingType::list || assignment.texts.size() == 1, "one text each");
    require(assignment.origin.name.starts_with("f.toml:"), "an assignment has a line");
  }
  const mcd::Result<mcd::EffectiveSettings> effective = mcd::make_settings(assignments);
  if (!effective) return mcd::fuzz::require_printable(effective.error());
  const auto again =
      mcd::without_mistakes(mcd::parse_toml_settings(write(effective->settings), "again.toml"));
  require(static_cast<bool>(again), "settings can be written and read again");
  const mcd::Result<mcd::EffectiveSettings> same = mcd::make_settings(again->assignments);
  require(static_cast<bool>(same), "settings that are written are right");
  for (const mcd::Setting& setting : settings) {
    require(setting.show(same->settings) == setting.show(effective->settings),
            "a setting is read as it is written");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto contents =
      mcd::without_mistakes(mcd::parse_toml_settings(mcd::fuzz::text_of(data, size), "f.toml"));
  if (!contents) {
    require(contents.code() == mcd::Code::parse_error, "what can't be read is a parse_error");
    require(contents.error().where.starts_with("f.toml:"), "an error has a line");
    mcd::fuzz::require_printable(contents.error());
    return 0;
  }
  check_each(contents->assignments);
  for (const mcd::Profile& profile : contents->profiles) check_each(profile.assignments);
  return 0;
}
