// Prose as the table of commands has it: paragraphs separated by blank lines, and lists whose items
// begin with "- ". Where a line ends inside of one means nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcd::cli {

struct Block {
  std::string text;  // on one line, without the dash of an item
  bool is_item = false;
};

std::vector<Block> blocks_of(std::string_view prose);

// The blocks at most 80 columns wide, with a blank line between paragraphs; ends with a newline.
std::string plain_text(std::string_view prose);

// With a capital letter, unless the text begins with one of `names`, or with what can't be an
// English word.
std::string sentence(std::string_view text, std::span<const std::string_view> names = {});

// `text` broken at its spaces so that no line is longer than 80 columns. The first line begins at
// `first_column`, the others are indented by `indent`.
std::string wrap(std::string_view text, std::size_t first_column, std::size_t indent);

}  // namespace mcd::cli
