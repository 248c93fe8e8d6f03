// Comments in the settings files of Asterisk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcd {

// Takes comments out of one line after the other: `;` to the end of the line (but not `\;`, which
// is a semicolon), and `;--` to `--;`, which nests and spans lines. `;---` is an ordinary comment.
class AsteriskComments {
 public:
  std::string strip(std::string_view line);

  bool in_block() const { return depth_ > 0; }
  // Whether the line that was stripped last had a `--;` outside of a block comment. Asterisk then
  // drops the rest of the file.
  bool has_stray_end() const { return stray_end_; }

 private:
  void skip_in_block(std::string_view& line);

  std::size_t depth_ = 0;
  bool stray_end_ = false;
};

}  // namespace mcd
