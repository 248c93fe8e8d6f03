#include "core/settings/asterisk_file.h"

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/settings/asterisk_comments.h"
#include "core/settings/settings_file.h"

namespace mcd {
namespace {

constexpr std::size_t deepest_include = 10;    // Asterisk's MAX_INCLUDE_LEVEL
constexpr std::size_t longest_line = 8190;     // of its buffer of 8192 bytes, without the newline
constexpr std::size_t most_variables = 10000;  // of all files, which inheritance could multiply

// As ast_strip() does it: without blanks and control characters at both ends.
std::string_view strip(std::string_view text) {
  const auto is_blank = [](char letter) { return static_cast<unsigned char>(letter) <= 0x20; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

struct Section {
  std::string name;
  std::string place;
  bool is_template = false;
  bool is_inherited = false;
  std::vector<AsteriskVariable> variables;
};

// What a line of a section says in the parentheses after its name.
struct SectionOptions {
  bool is_template = false;
  bool appends = false;
  std::vector<std::string_view> parents;
};

SectionOptions parse_options(std::string_view text) {
  SectionOptions options;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view option = text.substr(0, comma);
    if (option == "!") {
      options.is_template = true;
    } else if (option == "+") {
      options.appends = true;
    } else {
      options.parents.push_back(option);
    }
    if (comma == text.size()) return options;
    text.remove_prefix(comma + 1);
  }
}

class Reader {
 public:
  Reader(const std::string& path, const IncludedFiles& files)
      : name_(path), directory_(directory_of(path)), files_(files) {}

  void read_file(std::string_view text, const std::string& path) {
    const std::string* outer_path = std::exchange(path_, &path);
    const std::size_t outer_line = std::exchange(line_, 0);
    open_files_.push_back(path);
    read_lines(without_byte_order_mark(text));
    open_files_.pop_back();
    path_ = outer_path;
    line_ = outer_line;
  }

  AsteriskFile result() && {
    Section* general = find("general", false);
    if (general != nullptr) {
      file_.general = std::move(general->variables);
    } else if (Section* hidden = find("general", true)) {
      file_.mistakes.push_back(
          {.code = Code::parse_error,
           .where = escape(hidden->place),
           .reason = "[general] is a template here, which res_memcached does not see",
           .advice = "remove the (!), or add a line [general](general) after it"});
    } else if (file_.mistakes.empty()) {
      file_.notes.push_back(escape(name_) +
                            ": no [general] section: nothing is set here, and the "
                            "default server is 127.0.0.1:11211");
    }
    for (const Section& section : sections_) {
      if (&section != general && !section.is_inherited) note_unused(section);
    }
    return std::move(file_);
  }

 private:
  void read_lines(std::string_view text) {
    AsteriskComments comments;
    std::size_t block_start = 0;
    while (!text.empty() && !is_too_much_) {
      ++line_;
      const std::size_t end = std::min(text.find('\n'), text.size());
      const bool was_in_block = comments.in_block();
      const std::string_view raw = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      const std::string line = comments.strip(raw);
      if (comments.in_block() && !was_in_block) block_start = line_;
      if (raw.size() > longest_line) {
        fail("the line is too long for Asterisk, which reads 8190 bytes");
      } else if (line.find('\0') != std::string::npos) {
        // The end of the line to Asterisk, but hardly to who wrote it.
        fail("the line contains a NUL byte");
      } else if (comments.has_stray_end()) {
        fail("--; ends no comment, and makes Asterisk drop the rest of the file");
      } else {
        read_line(strip(line));
      }
    }
    if (!comments.in_block()) return;
    line_ = block_start;
    fail("the comment that starts here with ;-- has no end");
  }

  void read_line(std::string_view line) {
    if (line.empty()) return;
    if (line.front() == '#') return read_directive(line);
    if (line.front() == '[') return read_section(line);
    if (!current_) return fail("a setting before any [section]");
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      // Nobody but Asterisk reads other sections.
      return is_read(sections_[*current_]) ? fail("no '=' in " + quote(line)) : void();
    }
    std::string_view name = line.substr(0, equals);
    const bool appends = name.ends_with('+');
    if (appends) name.remove_suffix(1);
    std::string_view value = line.substr(equals + 1);
    if (value.starts_with('>')) value.remove_prefix(1);
    add(strip(name), strip(value), appends);
  }

  void add(std::string_view name, std::string_view value, bool appends) {
    std::vector<AsteriskVariable>& variables = sections_[*current_].variables;
    if (appends) {
      const auto before = std::ranges::find_if(variables, [name](const AsteriskVariable& variable) {
        return equal_ignoring_case(variable.name, name);
      });
      if (before != variables.end()) {
        before->value += value;
        return;
      }
    }
    if (has_room(1)) variables.push_back({std::string(name), std::string(value), here(), opened_});
  }

  void read_section(std::string_view line) {
    current_ = nowhere();
    const std::size_t close = line.find(']');
    if (close == std::string_view::npos) {
      fail("no ']' in " + quote(line));
      return go_on_after_broken(line.substr(1, line.find_first_of("( \t") - 1));
    }
    const std::string_view name = line.substr(1, close - 1);
    std::string_view rest = line.substr(close + 1);
    SectionOptions options;
    if (rest.starts_with('(')) {
      const std::size_t end = rest.find(')');
      if (end == std::string_view::npos) {
        fail("no ')' in " + quote(line));
        return go_on_after_broken(name);
      }
      options = parse_options(rest.substr(1, end - 1));
    }
    ++opened_;
    if (options.appends) {
      if (find(name, false) == nullptr) return fail_to_append(name);
      current_ = static_cast<std::size_t>(find(name, false) - sections_.data());
    } else {
      sections_.push_back({.name = std::string(name),
                           .place = here(),
                           .is_template = options.is_template,
                           .variables = {}});
      current_ = sections_.size() - 1;
    }
    for (const std::string_view parent : options.parents) inherit(parent);
  }

  // So that the other mistakes of [general] are found too.
  void go_on_after_broken(std::string_view name) {
    if (!equal_ignoring_case(name, "general")) return;
    ++opened_;
    sections_.push_back({.name = std::string(name), .place = here(), .variables = {}});
    current_ = sections_.size() - 1;
  }

  void fail_to_append(std::string_view name) {
    fail(find(name, true) == nullptr
             ? "(+) appends to a section that does not exist before this line: " + quote(name)
             : "(+) cannot append to a template: " + quote(name));
  }

  void inherit(std::string_view name) {
    Section* heir = &sections_[*current_];
    Section* parent = find(name, std::nullopt);
    // The heir has been added already, but is not its own parent.
    if (parent == nullptr || parent == heir) {
      return fail("inherits from " + quote(name) + ", which does not exist before this line");
    }
    parent->is_inherited = true;
    const std::vector<AsteriskVariable> inherited = parent->variables;
    if (has_room(inherited.size()))
      std::ranges::copy(inherited, std::back_inserter(heir->variables));
  }

  void read_directive(std::string_view line) {
    line.remove_prefix(1);
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    const std::string_view name = line.substr(0, end);
    std::string_view argument = strip(line.substr(end));
    const auto is = [name](std::string_view word) { return equal_ignoring_case(name, word); };
    if (is("exec")) {
      return fail("mcdctl does not run #exec; write its output into a file, and #include that");
    }
    if (!is("include") && !is("tryinclude")) {
      return fail("no directive #" + escape(name) + "; there are #include and #tryinclude");
    }
    if (argument.empty()) return fail("#" + escape(name) + " needs the name of a file");
    const bool is_quoted =
        argument.size() >= 2 && ((argument.starts_with('"') && argument.ends_with('"')) ||
                                 (argument.starts_with('<') && argument.ends_with('>')));
    if (is_quoted) argument = argument.substr(1, argument.size() - 2);
    include(argument, is("tryinclude"));
  }

  void include(std::string_view argument, bool may_be_missing) {
    if (open_files_.size() > deepest_include) {
      return fail("#include is nested more than " + std::to_string(deepest_include) + " deep");
    }
    const std::string pattern = (argument.starts_with('/') ? "" : directory_).append(argument);
    const std::vector<std::string> paths = files_.find(pattern);
    if (paths.empty() && !may_be_missing)
      return fail("no such file to #include: " + quote(pattern));
    const auto section = current_;
    for (const std::string& path : paths) {
      if (std::ranges::find(open_files_, path) != open_files_.end()) {
        fail("the file includes itself: " + quote(path));
        continue;
      }
      const Result<std::string> text = files_.read(path);
      if (text) {
        read_file(*text, path);
      } else {
        fail("cannot read " + quote(path) + ": " + text.error().reason);
      }
    }
    current_ = section;
  }

  // The first section of that name, of templates, others, or either.
  Section* find(std::string_view name, std::optional<bool> is_template) {
    const auto found = std::ranges::find_if(sections_, [&](const Section& section) {
      return !section.place.empty() && equal_ignoring_case(section.name, name) &&
             (!is_template || section.is_template == *is_template);
    });
    return found == sections_.end() ? nullptr : &*found;
  }

  // Where lines go whose section is wrong: not into another one's. It has no place.
  std::size_t nowhere() {
    if (!nowhere_) {
      sections_.push_back({.name = {}, .place = {}, .is_inherited = true, .variables = {}});
      nowhere_ = sections_.size() - 1;
    }
    return *nowhere_;
  }

  static bool is_read(const Section& section) {
    return section.is_template || equal_ignoring_case(section.name, "general");
  }

  bool has_room(std::size_t count) {
    variables_ += count;
    if (variables_ > most_variables && !is_too_much_) {
      is_too_much_ = true;
      fail("more than " + std::to_string(most_variables) + " settings");
    }
    return !is_too_much_;
  }

  void note_unused(const Section& section) {
    const bool is_second = find(section.name, section.is_template) != &section;
    std::string sentence = escape(section.place) + ": ";
    if (!section.is_template && equal_ignoring_case(section.name, "general")) {
      sentence += "of several sections [general], Asterisk reads the first; this one has no effect";
      sentence += ", unless it is [general](+)";
    } else if (section.is_template) {
      sentence += "no section inherits from the template " + quote(section.name);
      if (is_second) sentence += ", of which Asterisk reads the first";
    } else {
      constexpr std::string_view only[] = {"general"};
      sentence += "the section " + quote(section.name) +
                  " has no effect, as in res_memcached, which reads only [general]" +
                  suggestion(section.name, only);
    }
    file_.notes.push_back(std::move(sentence));
  }

  std::string here() const { return place_in(*path_, line_); }

  void fail(std::string reason) {
    file_.mistakes.push_back(
        {.code = Code::parse_error, .where = escape(here()), .reason = std::move(reason)});
  }

  const std::string& name_;  // of the outermost file
  std::string directory_;
  const IncludedFiles& files_;
  const std::string* path_ = nullptr;
  std::size_t line_ = 0;
  std::vector<std::string> open_files_;  // the one that is read, and those that include it
  std::vector<Section> sections_;
  std::optional<std::size_t> current_;  // the section of the line, once there is one
  std::optional<std::size_t> nowhere_;
  std::size_t opened_ = 0;  // how many [section] lines there were
  std::size_t variables_ = 0;
  bool is_too_much_ = false;
  AsteriskFile file_;
};

std::vector<std::string> find_files(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), GLOB_NOMAGIC | GLOB_BRACE, nullptr, &found) == 0) {
    for (std::size_t index = 0; index < found.gl_pathc; ++index) {
      struct stat status {};
      const char* path = found.gl_pathv[index];
      // As in Asterisk: a directory that the pattern matches is passed over.
      if (::stat(path, &status) == 0 && S_ISREG(status.st_mode)) paths.emplace_back(path);
    }
  }
  ::globfree(&found);
  return paths;
}

// The whole file, or an error: half of the settings would be others.
Result<std::string> read_included(const std::string& path) {
  Result<std::string> text = read_file(path, largest_settings_file);
  if (!text || text->size() <= largest_settings_file) return text;
  return Error{.code = Code::system_error,
               .attempt = "read " + quote(path),
               .reason = std::string(settings_file_too_large)};
}

}  // namespace

IncludedFiles included_files() {
  return {.find = find_files, .read = read_included};
}

AsteriskFile read_asterisk_file(std::string_view text, const std::string& path,
                                const IncludedFiles& files) {
  Reader reader(path, files);
  reader.read_file(text, path);
  return std::move(reader).result();
}

}  // namespace mcd
