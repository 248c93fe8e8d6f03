#include "core/settings/asterisk.h"

#include <algorithm>
#include <vector>

#include "core/base/text.h"
#include "core/cluster/topology.h"
#include "core/settings/setting_table.h"

namespace mcd {
namespace {

// What the module has had from the first, in its own words, and then what mcdctl.toml has: the
// module takes both, and so must whoever wants the same servers and keys.
std::vector<std::string_view> known_names() {
  std::vector<std::string_view> names = {"server", "keyprefix", "binary_proto", "prefixkey"};
  for (const Setting& setting : all_settings()) names.push_back(setting.key);
  return names;
}

// Takes the variables of [general] for what they mean to res_memcached.
class Reader {
 public:
  explicit Reader(AsteriskFile file) : file_(std::move(file)) {
    contents_.mistakes = std::move(file_.mistakes);
    contents_.notes = std::move(file_.notes);
  }

  FileContents read() && {
    for (const AsteriskVariable& variable : file_.general) read_variable(variable);
    if (!servers_.texts.empty()) contents_.assignments.push_back(std::move(servers_));
    return std::move(contents_);
  }

 private:
  void read_variable(const AsteriskVariable& variable) {
    const auto is = [&](std::string_view name) { return equal_ignoring_case(variable.name, name); };
    const auto known = std::ranges::find_if(known_names_, is);
    if (known == known_names_.end()) {
      return fail(variable,
                  "no setting " + quote(variable.name) + suggestion(variable.name, known_names_));
    }
    if (is("server") || is("servers")) return read_server(variable);
    // What is inherited may be set again; in one section it is a mistake.
    std::size_t& section = seen_[static_cast<std::size_t>(known - known_names_.begin())];
    if (section == variable.section) return fail(variable, std::string(*known) + " is set twice");
    section = variable.section;
    if (is("ttl")) return read_ttl(variable);
    if (is("keyprefix") || is("prefix")) return read_prefix(variable);
    if (!is("prefixkey") && !is("binary_proto") && !is("hash")) {
      return assign(*known, variable.value, variable);
    }
    if (is("prefixkey") && !variable.value.empty()) {
      return fail(variable,
                  "res_memcached does not read prefixkey; write keyprefix, or delete the line");
    }
    note(variable, std::string(*known) + " has no effect here, as in res_memcached");
  }

  void read_server(const AsteriskVariable& variable) {
    if (variable.value.empty()) return fail(variable, "server: empty");
    const Result<Server> server = parse_server(variable.value);
    if (!server && is_server_list(variable.value)) {
      return fail(variable, "server: " + quote_server(variable.value) +
                                " is more than one server; write a line server=... for each");
    }
    if (!server) {
      return fail(variable, "server: " + quote_server(variable.value) + ": " +
                                server.error().reason + "; " + server.error().advice);
    }
    if (servers_.texts.empty()) {
      servers_ = {"servers", {}, {Origin::Kind::file, variable.place}};
    }
    servers_.texts.push_back(variable.value);
  }

  void read_ttl(const AsteriskVariable& variable) {
    const std::string& text = variable.value;
    if (text.empty()) return fail(variable, "ttl: empty");
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits > 0 && digits < text.size()) {
      note(variable, "ttl: the first res_memcached read only the leading number of " + quote(text) +
                         ", " + text.substr(0, digits) +
                         (text.substr(0, digits) == "1" ? " second" : " seconds") +
                         "; write the time in seconds");
    }
    assign("ttl", text, variable);
  }

  void read_prefix(const AsteriskVariable& variable) {
    const std::string& value = variable.value;
    const bool quoted = value.size() >= 2 && value.starts_with('"') && value.ends_with('"');
    if (!quoted && (value.starts_with('"') || value.ends_with('"'))) {
      note(variable, variable.name +
                         " has a quotation mark at one end only, which becomes part of " +
                         "every key");
    }
    assign("prefix", quoted ? value.substr(1, value.size() - 2) : value, variable);
  }

  void assign(std::string_view key, std::string value, const AsteriskVariable& variable) {
    std::erase_if(contents_.assignments,
                  [key](const Assignment& assignment) { return assignment.key == key; });
    contents_.assignments.push_back({std::string(key),
                                     {std::move(value)},
                                     {Origin::Kind::file, variable.place},
                                     variable.name});
  }

  void note(const AsteriskVariable& variable, const std::string& sentence) {
    contents_.notes.push_back(escape(variable.place) + ": " + sentence);
  }

  void fail(const AsteriskVariable& variable, std::string reason) {
    contents_.mistakes.push_back(
        {.code = Code::parse_error, .where = escape(variable.place), .reason = std::move(reason)});
  }

  AsteriskFile file_;
  const std::vector<std::string_view> known_names_ = known_names();
  // The section in which each of them was seen last; they count from 1.
  std::vector<std::size_t> seen_ = std::vector<std::size_t>(known_names_.size());
  Assignment servers_;
  FileContents contents_;
};

}  // namespace

FileContents parse_asterisk_settings(std::string_view text, const std::string& path,
                                     const IncludedFiles& files) {
  return Reader(read_asterisk_file(text, path, files)).read();
}

}  // namespace mcd
