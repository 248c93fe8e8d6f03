#include "core/settings/asterisk.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/cluster/topology.h"

namespace mcd {
namespace {

constexpr std::array<std::string_view, 6> known_keys = {"server",       "ttl",  "keyprefix",
                                                        "binary_proto", "hash", "prefixkey"};

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
    const auto known = std::ranges::find_if(known_keys, is);
    if (known == known_keys.end()) {
      return fail(variable,
                  "no setting " + quote(variable.name) + suggestion(variable.name, known_keys));
    }
    if (is("server")) return read_server(variable);
    // What is inherited may be set again; in one section it is a mistake.
    std::size_t& section = seen_[static_cast<std::size_t>(known - known_keys.begin())];
    if (section == variable.section) return fail(variable, std::string(*known) + " is set twice");
    section = variable.section;
    if (is("ttl")) return read_ttl(variable);
    if (is("keyprefix")) return read_prefix(variable);
    if (is("prefixkey") && !variable.value.empty()) {
      return fail(variable,
                  "res_memcached does not read prefixkey; write keyprefix, or delete the line");
    }
    note(variable, std::string(*known) + " has no effect here, as in res_memcached");
  }

  void read_server(const AsteriskVariable& variable) {
    if (variable.value.empty()) return fail(variable, "server: empty");
    if (const Result<Server> server = parse_server(variable.value); !server) {
      return fail(variable, "server: " + quote(variable.value) + ": " + server.error().reason);
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
      note(variable, "ttl: res_memcached reads only the leading number of " + quote(text) + ", " +
                         text.substr(0, digits) +
                         (text.substr(0, digits) == "1" ? " second" : " seconds") +
                         "; write the time in seconds");
    }
    assign("ttl", text, variable);
  }

  void read_prefix(const AsteriskVariable& variable) {
    const std::string& value = variable.value;
    const bool quoted = value.size() >= 2 && value.starts_with('"') && value.ends_with('"');
    assign("prefix", quoted ? value.substr(1, value.size() - 2) : value, variable);
  }

  void assign(std::string_view key, std::string value, const AsteriskVariable& variable) {
    std::erase_if(contents_.assignments,
                  [key](const Assignment& assignment) { return assignment.key == key; });
    contents_.assignments.push_back(
        {std::string(key), {std::move(value)}, {Origin::Kind::file, variable.place}});
  }

  void note(const AsteriskVariable& variable, const std::string& sentence) {
    contents_.notes.push_back(escape(variable.place) + ": " + sentence);
  }

  void fail(const AsteriskVariable& variable, std::string reason) {
    contents_.mistakes.push_back(
        {.code = Code::parse_error, .where = escape(variable.place), .reason = std::move(reason)});
  }

  AsteriskFile file_;
  // The section in which each of known_keys was seen last; they count from 1.
  std::array<std::size_t, known_keys.size()> seen_{};
  Assignment servers_;
  FileContents contents_;
};

}  // namespace

FileContents parse_asterisk_settings(std::string_view text, const std::string& path,
                                     const IncludedFiles& files) {
  return Reader(read_asterisk_file(text, path, files)).read();
}

}  // namespace mcd
