#include "cli/command/prose.h"

#include <algorithm>

namespace mcd::cli {
namespace {

constexpr std::size_t width = 80;
constexpr std::string_view bullet = "- ";

// Takes the text up to `end` off the front of `text`, and `end` too.
std::string_view take(std::string_view& text, char end) {
  const std::size_t place = std::min(text.find(end), text.size());
  const std::string_view front = text.substr(0, place);
  text.remove_prefix(std::min(place + 1, text.size()));
  return front;
}

}  // namespace

std::vector<Block> blocks_of(std::string_view prose) {
  std::vector<Block> blocks;
  bool begins_block = true;
  while (!prose.empty()) {
    std::string_view line = take(prose, '\n');
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const bool is_item = line.starts_with(bullet);
    if (is_item) line.remove_prefix(bullet.size());
    if (line.empty()) {
      begins_block = true;
    } else if (begins_block || is_item) {
      blocks.push_back({.text = std::string(line), .is_item = is_item});
      begins_block = false;
    } else {
      blocks.back().text += ' ';
      blocks.back().text += line;
    }
  }
  return blocks;
}

std::string plain_text(std::string_view prose) {
  std::string text;
  bool was_item = false;
  for (const Block& block : blocks_of(prose)) {
    if (!text.empty() && !(block.is_item && was_item)) text += '\n';
    was_item = block.is_item;
    if (block.is_item) text += bullet;
    const std::size_t indent = block.is_item ? bullet.size() : 0;
    text += wrap(block.text, indent, indent) + "\n";
  }
  return text;
}

std::string wrap(std::string_view text, std::size_t first_column, std::size_t indent) {
  std::string out;
  std::size_t column = first_column;
  while (!text.empty()) {
    const std::string_view word = take(text, ' ');
    const bool is_first = out.empty();
    if (!is_first && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!is_first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string sentence(std::string_view text, std::span<const std::string_view> names) {
  constexpr std::string_view lower_case = "abcdefghijklmnopqrstuvwxyz";
  const std::size_t end = std::min(text.find_first_of(" ,;:."), text.size());
  const std::string_view word = text.substr(0, end);
  std::string out(text);
  const bool is_followed_by_text =
      end + 1 >= text.size() || text[end] == ' ' || text[end + 1] == ' ';
  if (word.empty() || word.find_first_not_of(lower_case) != word.npos || !is_followed_by_text ||
      std::ranges::find(names, word) != names.end()) {
    return out;
  }
  out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

}  // namespace mcd::cli
