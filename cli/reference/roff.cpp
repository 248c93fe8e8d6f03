#include "cli/reference/roff.h"

#include <algorithm>

#include "cli/command/prose.h"
#include "cli/command/version.h"

namespace mcd::cli::roff {
namespace {

constexpr std::string_view opening = "(\"'";
constexpr std::string_view closing = ".,;:)\"'?";

bool is_lower(char letter) {
  return letter >= 'a' && letter <= 'z';
}

bool is_letter_or_digit(char letter) {
  return is_lower(letter) || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
}

// A hyphen is `hyphen`, and every other character is itself.
std::string escaped(std::string_view text, std::string_view hyphen) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '\\': out += "\\e"; break;
      case '-': out += hyphen; break;
      case '\'': out += "\\(aq"; break;
      case '`': out += "\\(ga"; break;
      case '^': out += "\\(ha"; break;
      case '~': out += "\\(ti"; break;
      case '"': out += "\\(dq"; break;
      default: out += letter;
    }
  }
  return out;
}

// A dot at the start of a line would be a request.
std::string without_request(const std::string& line) {
  return line.starts_with('.') ? "\\&" + line : line;
}

std::string bold_phrase(std::string_view phrase) {
  std::string out;
  for (const char letter : bold(phrase)) out += letter == ' ' ? "\\ " : std::string(1, letter);
  return out;
}

// The length of the quoted phrase that `text` begins with, quotes included: a command with its
// arguments. 0 if there is none.
std::size_t quoted_phrase(std::string_view text) {
  if (!text.starts_with('\'') || text.size() < 2 || !is_lower(text[1])) return 0;
  const std::size_t end = text.find('\'', 1);
  if (end == text.npos || text.substr(0, end).find(' ') == text.npos) return 0;
  return end + 1;
}

bool is_option(std::string_view word) {
  return word == "--" || (word.size() > 1 && word[0] == '-' &&
                          (word[1] == '-' || !is_letter_or_digit(word[1]) || word[1] > '9'));
}

// "mcdctl-exit(7)"
bool is_page_name(std::string_view word) {
  return word.size() > 3 && word.ends_with(')') && word[word.size() - 3] == '(' &&
         word[word.size() - 2] >= '1' && word[word.size() - 2] <= '8' &&
         word.find_first_not_of("abcdefghijklmnopqrstuvwxyz.-") == word.size() - 3;
}

// Whether its hyphens are part of a name, and don't join words.
bool is_name(std::string_view word) {
  return word.find_first_of("/_=${}[]<>@+*") != word.npos || word.find("mcdctl-") != word.npos;
}

// A word, without punctuation around it.
std::string word_in_roff(std::string_view word) {
  if (is_page_name(word)) {
    const std::size_t parenthesis = word.size() - 3;
    return bold(word.substr(0, parenthesis)) + std::string(word.substr(parenthesis));
  }
  if (is_option(word)) return bold(word);
  const bool joins_words = word.size() > 2 && is_letter_or_digit(word.front()) &&
                           is_letter_or_digit(word.back()) && !is_name(word);
  return escaped(word, joins_words ? "-" : "\\-");
}

std::string with_punctuation(std::string_view word) {
  const std::size_t begin = std::min(word.find_first_not_of(opening), word.size());
  std::size_t end = word.size();
  while (end > begin && closing.find(word[end - 1]) != closing.npos &&
         !is_page_name(word.substr(begin, end - begin))) {
    --end;
  }
  return literal(word.substr(0, begin)) + word_in_roff(word.substr(begin, end - begin)) +
         literal(word.substr(end));
}

}  // namespace

std::string literal(std::string_view text) {
  return escaped(text, "\\-");
}
std::string bold(std::string_view text) {
  return "\\fB" + literal(text) + "\\fR";
}
std::string italic(std::string_view text) {
  return "\\fI" + literal(text) + "\\fR";
}

std::string prose(std::string_view text) {
  std::string out;
  std::string line;
  while (!text.empty()) {
    if (const std::size_t size = quoted_phrase(text); size != 0) {
      line += bold_phrase(text.substr(1, size - 2));
      text.remove_prefix(size);
    }
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    line += with_punctuation(word);
    text.remove_prefix(end);
    if (text.empty()) break;
    text.remove_prefix(1);
    if ((word.ends_with('.') || word.ends_with(".)")) && word.find("..") == word.npos) {
      out += without_request(line) + "\n";
      line.clear();
    } else {
      line += ' ';
    }
  }
  return out + without_request(line) + "\n";
}

Page::Page(std::string name, int section, std::string_view purpose)
    : name_(std::move(name)), section_(section) {
  std::string title = name_;
  std::ranges::transform(title, title.begin(), [](char letter) {
    return is_lower(letter) ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  // No hyphenation and no justification: both alter what is there to be copied.
  text_ = ".\\\" Rendered by scripts/render; edit the tables in cli/ and core/ instead.\n.TH " +
          literal(title) + " " + std::to_string(section_) +
          " " MCDCTL_DATE " \"mcdctl " MCDCTL_VERSION "\" \"mcdctl\"\n.nh\n.ad l\n";
  heading("NAME").line(literal(name_) + " \\- " + literal(purpose));
}

Page& Page::heading(std::string_view title) {
  line(".SH " + std::string(title));
  is_after_heading_ = true;
  return *this;
}

Page& Page::subheading(std::string_view title) {
  line(".SS " + std::string(title));
  is_after_heading_ = true;
  return *this;
}

Page& Page::line(std::string_view roff) {
  text_ += roff;
  text_ += '\n';
  is_after_heading_ = false;
  return *this;
}

Page& Page::paragraph(std::string_view text) {
  if (!is_after_heading_) line(".PP");  // there it would be a mistake
  text_ += prose(text);
  is_after_heading_ = false;
  return *this;
}

Page& Page::paragraphs(std::string_view text) {
  for (const Block& block : blocks_of(text)) {
    if (block.is_item) {
      line(".IP \\(bu 2");
      text_ += prose(block.text);
    } else {
      paragraph(block.text);
    }
  }
  return *this;
}

Page& Page::entry(std::string_view term, std::string_view meaning) {
  line(".TP").line(term);
  text_ += prose(meaning);
  return *this;
}

Page& Page::code(std::string_view lines) {
  if (!is_after_heading_) line(".PP");
  line(".RS 2").line(".nf");  // .EX and .EE would switch hyphenation on again
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    line(without_request(literal(lines.substr(0, end))));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return line(".fi").line(".RE");
}

Page& Page::see_also(std::span<const std::string> pages) {
  heading("SEE ALSO");
  for (std::size_t index = 0; index < pages.size(); ++index) {
    const std::size_t parenthesis = pages[index].find('(');
    line(".BR " + literal(std::string_view(pages[index]).substr(0, parenthesis)) + " " +
         pages[index].substr(parenthesis) + (index + 1 < pages.size() ? "," : ""));
  }
  return *this;
}

ReferenceFile Page::file() const {
  return {"man/" + name_ + "." + std::to_string(section_), text_};
}

}  // namespace mcd::cli::roff
