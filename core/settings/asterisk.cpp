#include "core/settings/asterisk.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/cluster/topology.h"

namespace mcd {
namespace {

constexpr std::array<std::string_view, 6> known_keys = {"server",       "ttl",  "keyprefix",
                                                        "binary_proto", "hash", "prefixkey"};

// As ast_strip() does it: without blanks and control characters at both ends.
std::string_view strip(std::string_view text) {
  const auto is_blank = [](char letter) { return static_cast<unsigned char>(letter) <= 0x20; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Takes comments out of one line after the other: `;` to the end of the line (but not `\;`, which
// is a semicolon), and `;--` to `--;`, which nests and spans lines. `;---` is an ordinary comment.
class CommentFilter {
 public:
  std::string strip(std::string_view line) {
    std::string kept;
    while (!line.empty()) {
      if (depth_ > 0) {
        skip_in_block(line);
      } else if (line.starts_with("\\;")) {
        kept += ';';
        line.remove_prefix(2);
      } else if (opens_block(line)) {
        ++depth_;
        line.remove_prefix(3);
      } else if (line.front() == ';') {
        break;
      } else {
        kept += line.front();
        line.remove_prefix(1);
      }
    }
    return kept;
  }

  bool in_block() const { return depth_ > 0; }

 private:
  static bool opens_block(std::string_view line) {
    return line.starts_with(";--") && !line.starts_with(";---");
  }

  void skip_in_block(std::string_view& line) {
    if (line.starts_with("--;")) {
      --depth_;
      line.remove_prefix(3);
    } else if (opens_block(line)) {
      ++depth_;
      line.remove_prefix(3);
    } else {
      line.remove_prefix(1);
    }
  }

  int depth_ = 0;
};

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  Result<FileContents> read(std::string_view text) {
    text = without_byte_order_mark(text);
    CommentFilter comments;
    std::size_t block_start = 0;
    while (!text.empty()) {
      ++line_;
      const std::size_t end = std::min(text.find('\n'), text.size());
      const bool was_in_block = comments.in_block();
      const std::string line = comments.strip(text.substr(0, end));
      if (comments.in_block() && !was_in_block) block_start = line_;
      // The end of the line to Asterisk, but hardly to who wrote it.
      if (line.find('\0') != std::string::npos) return fail("the line contains a NUL byte");
      if (Status read = read_line(strip(line)); !read) return std::move(read.error());
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (comments.in_block()) {
      line_ = block_start;
      return fail("the comment that starts here with ;-- has no end");
    }
    if (!servers_.texts.empty()) contents_.assignments.push_back(std::move(servers_));
    return std::move(contents_);
  }

 private:
  Status read_line(std::string_view line) {
    if (line.empty()) return Ok{};
    if (line.front() == '#') return fail("mcdctl follows no #include or #exec");
    if (line.front() == '[') return read_section(line);
    if (!section_) return fail("a setting before any [section]");
    if (!*section_) return Ok{};  // Asterisk's module does not look at other sections either
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return fail("no '=' in " + quote(line));
    const std::string_view key = strip(line.substr(0, equals));
    std::string_view value = line.substr(equals + 1);
    if (value.starts_with('>')) value.remove_prefix(1);
    return read_setting(key, strip(value));
  }

  Status read_section(std::string_view line) {
    const std::size_t close = line.find(']');
    if (close == std::string_view::npos) return fail("no ']' in " + quote(line));
    const std::string_view name = line.substr(1, close - 1);
    section_ = equal_ignoring_case(name, "general");
    if (!*section_) {
      contents_.notes.push_back(escape(here()) + ": the section " + quote(name) +
                                " has no effect, as in res_memcached, which reads only [general]");
    }
    return Ok{};
  }

  Status read_setting(std::string_view key, std::string_view value) {
    const auto is = [key](std::string_view name) { return equal_ignoring_case(key, name); };
    const auto known = std::ranges::find_if(known_keys, is);
    if (known == known_keys.end()) {
      return fail("no setting " + quote(key) + suggestion(key, known_keys));
    }
    if (is("server")) return read_server(value);
    const auto index = static_cast<std::size_t>(known - known_keys.begin());
    if (seen_[index]) return fail(std::string(*known) + " is set twice");
    seen_[index] = true;
    if (is("ttl")) return assign("ttl", value);
    if (is("keyprefix")) {
      const bool quoted = value.size() >= 2 && value.starts_with('"') && value.ends_with('"');
      return assign("prefix", quoted ? value.substr(1, value.size() - 2) : value);
    }
    if (is("prefixkey") && !value.empty()) {
      return fail("res_memcached does not read prefixkey; write keyprefix, or delete the line");
    }
    contents_.notes.push_back(escape(here()) + ": " + std::string(*known) +
                              " has no effect here, as in res_memcached");
    return Ok{};
  }

  Status read_server(std::string_view value) {
    if (value.empty()) return fail("server: empty");
    if (const Result<Server> server = parse_server(value); !server) {
      return fail("server: " + quote(value) + ": " + server.error().reason);
    }
    if (servers_.texts.empty()) servers_ = {"servers", {}, {Origin::Kind::file, here()}};
    servers_.texts.emplace_back(value);
    return Ok{};
  }

  Status assign(std::string_view key, std::string_view value) {
    if (value.empty() && key == "ttl") return fail("ttl: empty");
    contents_.assignments.push_back(
        {std::string(key), {std::string(value)}, {Origin::Kind::file, here()}});
    return Ok{};
  }

  std::string here() const { return path_ + ":" + std::to_string(line_); }

  Error fail(std::string reason) const {
    return {.code = Code::parse_error, .where = escape(here()), .reason = std::move(reason)};
  }

  const std::string& path_;
  std::size_t line_ = 0;
  std::optional<bool> section_;  // whether the section is [general], once there is one
  std::array<bool, known_keys.size()> seen_{};
  Assignment servers_;
  FileContents contents_;
};

}  // namespace

Result<FileContents> parse_asterisk_settings(std::string_view text, const std::string& path) {
  return Reader(path).read(text);
}

}  // namespace mcd
