// What a settings file says, as lines to compare.

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/settings/settings.h"

namespace mcd::test {

// "key=text|text @place" for each assignment, or "error: " and the message.
inline std::vector<std::string> lines_of(const Result<FileContents>& contents) {
  if (!contents) return {"error: " + describe(contents.error())};
  std::vector<std::string> lines;
  for (const Assignment& assignment : contents->assignments) {
    std::string line = assignment.key + "=";
    for (const std::string& one : assignment.texts) {
      line += (line.ends_with('=') ? "" : "|") + one;
    }
    EXPECT_EQ(assignment.origin.kind, Origin::Kind::file);
    lines.push_back(line + " @" + assignment.origin.name);
  }
  return lines;
}

}  // namespace mcd::test
