// Temporary directories and whole-file reading and writing.

#pragma once

#include <string>
#include <string_view>

namespace mcd::test {

// A new empty directory (mode 0700) that is removed with all its contents at the end.
//
// It is made under $TMPDIR, or under /tmp when that is not set or so long that the path of a unix
// socket inside could exceed its limit of 107 bytes.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }

  // The path of `name` inside the directory; nothing is created.
  std::string file(std::string_view name) const;

  // Creates or replaces the file `name` and returns its path.
  std::string write(std::string_view name, std::string_view bytes) const;

 private:
  std::string path_;
};

// All bytes of a file. Throws std::runtime_error when it cannot be read.
std::string read_file(const std::string& path);

}  // namespace mcd::test
