#include "core/config_toml.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <vector>

#include "core/text.h"

namespace mcd {
namespace {

std::string place(const std::string& path, const toml::source_region& source) {
  return path + ":" + std::to_string(source.begin.line);
}

std::string_view type_name(const toml::node& node) {
  if (node.is_table()) return "a table";
  if (node.is_array()) return "an array";
  if (node.is_string()) return "a string";
  if (node.is_integer()) return "an integer";
  if (node.is_floating_point()) return "a floating-point number";
  if (node.is_boolean()) return "a boolean";
  return "a date or time";
}

std::string_view wanted_type(const Setting& setting) {
  switch (setting.type) {
    case SettingType::list: return "an array of strings";
    case SettingType::duration: return "a duration: a string such as \"15m\", or seconds";
    case SettingType::size: return "an integer";
    default: return "a string";
  }
}

// The node's texts if its type is one that the setting takes.
std::optional<std::vector<std::string>> texts_of(const Setting& setting, const toml::node& node) {
  const toml::value<std::string>* text = node.as_string();
  if (setting.type == SettingType::list) {
    const toml::array* array = node.as_array();
    if (array == nullptr || !(array->empty() || array->is_homogeneous<std::string>())) {
      return std::nullopt;
    }
    std::vector<std::string> texts;
    for (const toml::node& element : *array) texts.push_back(element.as_string()->get());
    return texts;
  }
  const bool takes_integer =
      setting.type == SettingType::size || setting.type == SettingType::duration;
  if (takes_integer && node.is_integer()) {
    return std::vector{std::to_string(node.as_integer()->get())};
  }
  if (setting.type != SettingType::size && text != nullptr) return std::vector{text->get()};
  return std::nullopt;
}

// Walks the document, tables inside tables, and collects assignments until something is wrong.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  Result<FileContents> read(const toml::table& document) {
    FileContents contents;
    for (const auto& [name, node] : document) {
      const std::string key(name.str());
      Status read = key == "profile" ? read_profiles(node, contents.profiles)
                                     : read_entry(key, node, "", contents.assignments);
      if (!read) return std::move(read.error());
    }
    return contents;
  }

 private:
  // [profile.NAME] tables, each with the settings that it overrides.
  Status read_profiles(const toml::node& node, std::vector<Profile>& profiles) {
    constexpr std::string_view shape = "profiles are tables: [profile.NAME]";
    const toml::table* tables = node.as_table();
    if (tables == nullptr) return fail(node, std::string(shape));
    for (const auto& [name, profile_node] : *tables) {
      const toml::table* table = profile_node.as_table();
      if (table == nullptr) return fail(profile_node, std::string(shape));
      Profile profile{.name = std::string(name.str()), .assignments = {}};
      const std::string remark = " (profile " + escape(profile.name) + ")";
      if (Status read = read_table(*table, "", remark, profile.assignments); !read) return read;
      profiles.push_back(std::move(profile));
    }
    return Ok{};
  }

  // `remark` stands behind the place of each setting that is read.
  Status read_table(const toml::table& table, const std::string& prefix, const std::string& remark,
                    std::vector<Assignment>& assignments) {
    for (const auto& [name, node] : table) {
      Status read = read_entry(prefix + std::string(name.str()), node, remark, assignments);
      if (!read) return read;
    }
    return Ok{};
  }

  Status read_entry(const std::string& key, const toml::node& node, const std::string& remark,
                    std::vector<Assignment>& assignments) {
    const auto rows = all_settings();
    const std::string table_prefix = key + ".";
    const auto row = std::ranges::find(rows, key, &Setting::key);
    const bool is_known_table = std::ranges::any_of(
        rows, [&](const Setting& setting) { return setting.key.starts_with(table_prefix); });
    if (is_known_table && node.is_table()) {
      return read_table(*node.as_table(), table_prefix, remark, assignments);
    }
    if (is_known_table) return fail(node, quote(key) + " is a table, not " + type(node));
    if (row == rows.end()) {
      std::vector<std::string_view> keys;
      for (const Setting& setting : rows) keys.push_back(setting.key);
      return fail(node, "no setting " + quote(key) + suggestion(key, keys));
    }
    auto texts = texts_of(*row, node);
    if (!texts) {
      return fail(node, key + ": wants " + std::string(wanted_type(*row)) + ", not " + type(node));
    }
    assignments.push_back(
        {key, std::move(*texts), {Origin::Kind::file, place(path_, node.source()) + remark}});
    return Ok{};
  }

  static std::string type(const toml::node& node) {
    return node.is_array() ? "an array with other elements" : std::string(type_name(node));
  }

  Error fail(const toml::node& node, std::string reason) const {
    return {.code = Code::parse_error,
            .where = escape(place(path_, node.source())),
            .reason = std::move(reason)};
  }

  const std::string& path_;
};

}  // namespace

Result<FileContents> parse_toml_settings(std::string_view text, const std::string& path) {
  const toml::parse_result document = toml::parse(text);
  if (!document) {
    return Error{.code = Code::parse_error,
                 .where = escape(place(path, document.error().source())),
                 .reason = escape(document.error().description())};
  }
  return Reader(path).read(document.table());
}

}  // namespace mcd
