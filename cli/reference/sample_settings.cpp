// The sample settings, conf/mcdctl.toml.
#include <string>
#include <string_view>

#include "cli/command/prose.h"
#include "cli/reference/reference.h"
#include "cli/reference/roff.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view introduction =
    "Settings of mcdctl: /etc/mcdctl/mcdctl.toml for the machine, ~/.config/mcdctl/mcdctl.toml for "
    "one user. Every setting is listed here with its default. 'mcdctl config show' prints the "
    "settings in force and where each was set; 'mcdctl config check' finds mistakes.";

constexpr std::string_view profile_example = R"(
# Other values for any of these settings, under a name: they apply with
# --profile NAME or MCDCTL_PROFILE=NAME. What a profile leaves out is as above.
#[profile.test]
#servers = ["/run/memcached/test.sock"]
#prefix = "test."
#limits.key = 200
)";

std::string comment(std::string_view text) {
  std::string lines = "# " + wrap(text, 2, 2) + "\n";
  for (std::size_t place = 0; (place = lines.find("\n  ", place)) != std::string::npos;) {
    lines[place + 1] = '#';
  }
  return lines;
}

std::string default_of(const Setting& setting) {
  if (parse_unsigned(setting.default_text)) return std::string(setting.default_text);
  const std::string text = in_quotes(setting.default_text);
  return setting.type == SettingType::list ? "[" + text + "]" : text;
}

}  // namespace

std::string meaning_of(const Setting& setting) {
  std::string meaning = sentence(setting.sentence) + ".";
  if (!setting.details.empty()) meaning.append(" ").append(setting.details);
  return meaning;
}

ReferenceFile sample_settings() {
  std::string text = comment(introduction);
  std::string_view table;
  for (const Setting& setting : all_settings()) {
    const std::size_t dot = setting.key.find('.');
    const bool is_in_table = dot != std::string_view::npos;
    if (is_in_table && setting.key.substr(0, dot) != table) {
      table = setting.key.substr(0, dot);
      text += "\n#[" + std::string(table) + "]\n";
    } else {
      text += '\n';
    }
    text += comment(meaning_of(setting));
    if (const auto choices = choices_of(setting); !choices.empty()) {
      text += comment("One of " + join_list(choices) + ".");
    }
    text += "#" + std::string(setting.key.substr(is_in_table ? dot + 1 : 0)) + " = " +
            default_of(setting) + "\n";
  }
  return {"conf/mcdctl.toml", text.append(profile_example)};
}

}  // namespace mcd::cli
