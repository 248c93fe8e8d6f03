#include "core/settings/asterisk_comments.h"

namespace mcd {
namespace {

bool opens_block(std::string_view line) {
  return line.starts_with(";--") && !line.starts_with(";---");
}

}  // namespace

std::string AsteriskComments::strip(std::string_view line) {
  std::string kept;
  stray_end_ = false;
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
      stray_end_ = kept.ends_with("--");
      break;
    } else {
      kept += line.front();
      line.remove_prefix(1);
    }
  }
  return kept;
}

void AsteriskComments::skip_in_block(std::string_view& line) {
  if (line.starts_with("\\;")) {
    line.remove_prefix(2);
  } else if (line.starts_with("--;")) {
    --depth_;
    line.remove_prefix(3);
  } else if (opens_block(line)) {
    ++depth_;
    line.remove_prefix(3);
  } else {
    line.remove_prefix(1);
  }
}

}  // namespace mcd
