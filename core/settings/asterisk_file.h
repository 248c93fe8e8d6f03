// A settings file as Asterisk's reader takes it: sections, templates, included files, comments.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mcd {

// `name = value` or `name => value`, both stripped of blanks and control characters.
struct AsteriskVariable {
  std::string name;
  std::string value;
  std::string place;        // path:line
  std::size_t section = 0;  // a number for each [section] line: who wrote it there
};

// What [general] has in the end: what it inherits, then its own, then what (+) appends.
struct AsteriskFile {
  std::vector<AsteriskVariable> general;
  std::vector<Error> mistakes;     // all of them, each a parse_error; Error::where is path:line
  std::vector<std::string> notes;  // what Asterisk passes over without a word
};

// Where included files come from, so that tests and fuzz targets need none.
struct IncludedFiles {
  // The files that a pattern of #include means, in the order they are read; none without a match.
  std::function<std::vector<std::string>(const std::string& pattern)> find;
  std::function<Result<std::string>(const std::string& path)> read;  // all of it
};
// Those of the file system: regular files of at most 1,000,000 bytes. read() fails with
// system_error.
IncludedFiles included_files();

// `text` is the whole file, `path` its name. Patterns that are not absolute are relative to the
// directory of `path`, in included files too, as Asterisk takes them as relative to its directory
// of settings. Measured with Asterisk 22 and 16, which agree:
//
// - Of several sections of one name, the first counts; [name](+) appends to it.
// - [name](!) is a template: nobody sees it but the sections that inherit from it, (a,b).
// - An unknown parent, or (+) without such a section before, and the whole file is refused.
// - An #include may be nested ten deep, and after it the section goes on that was open before;
//   of several files that one pattern means, each goes on where the one before ended.
// - `name += value` adds to the text of the variable before.
//
// What Asterisk only warns of, or drops without a word, is a mistake here: a line without '=',
// directives that it does not know, lines that it takes for too long, `--;` outside of a comment.
AsteriskFile read_asterisk_file(std::string_view text, const std::string& path,
                                const IncludedFiles& files);

}  // namespace mcd
