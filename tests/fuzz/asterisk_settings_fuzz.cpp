// memcached.conf.
#include "core/settings/asterisk.h"
#include "core/settings/settings.h"

#include <algorithm>
#include <vector>

#include "core/cluster/topology.h"
#include "tests/fuzz/fuzz.h"

namespace {

using mcd::fuzz::require;

constexpr const char* path = "m.conf";

// Two files that can be included: one that is a section of its own, and one that includes the
// other.
mcd::IncludedFiles files() {
  return {
      .find = [](const std::string& pattern) -> std::vector<std::string> {
        if (pattern == "a" || pattern == "b") return {pattern};
        if (pattern == "*") return {"a", "b"};
        return {};
      },
      .read = [](const std::string& name) -> mcd::Result<std::string> {
        return std::string(name == "a" ? "server=a:1\n[t](!)\nttl=5\n" : "#include a\nserver=b\n");
      }};
}

// The assignments as they would stand in the file.
std::string write(const std::vector<mcd::Assignment>& assignments) {
  std::string out = "[general]\n";
  for (const mcd::Assignment& assignment : assignments) {
    for (const std::string& text : assignment.texts) {
      const bool is_prefix = assignment.key == "prefix";
      out += is_prefix ? "keyprefix" : assignment.key == "servers" ? "server" : "ttl";
      out += is_prefix ? "=> \"" : "=> ";
      for (const char letter : text) {
        if (letter == ';') out += '\\';
        out += letter;
      }
      out += is_prefix ? "\"\n" : "\n";
    }
  }
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto contents = mcd::without_mistakes(
      mcd::parse_asterisk_settings(mcd::fuzz::text_of(data, size), path, files()));
  if (!contents) {
    require(contents.code() == mcd::Code::parse_error, "what can't be read is a parse_error");
    require(contents.error().where.find(':') != std::string::npos, "an error has a line");
    mcd::fuzz::require_printable(contents.error());
    return 0;
  }
  for (const mcd::Assignment& assignment : contents->assignments) {
    require(assignment.key == "servers" || assignment.key == "ttl" || assignment.key == "prefix",
            "nothing else has an effect in this file");
    require(assignment.key == "servers" || assignment.texts.size() == 1, "one text for one line");
    require(assignment.origin.name.find(':') != std::string::npos, "an assignment has a line");
    for (const std::string& text : assignment.texts) {
      require(text.find('\n') == std::string::npos, "a text is of one line");
      require(assignment.key != "servers" || mcd::parse_server(text), "a server is one");
    }
  }
  for (const std::string& note : contents->notes) mcd::fuzz::require_printable(note);
  const auto again = mcd::without_mistakes(
      mcd::parse_asterisk_settings(write(contents->assignments), path, files()));
  require(static_cast<bool>(again), "what was read can be written and read again");
  require(std::ranges::equal(again->assignments, contents->assignments,
                             [](const mcd::Assignment& left, const mcd::Assignment& right) {
                               return left.key == right.key && left.texts == right.texts;
                             }),
          "what was read is read as it is written");
  if (const auto effective = mcd::make_settings(contents->assignments); !effective) {
    mcd::fuzz::require_printable(effective.error());
  }
  return 0;
}
