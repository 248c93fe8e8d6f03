// A file that is there whole or not at all.
#pragma once

#include <optional>
#include <string>

#include "cli/streams.h"

namespace mcd::cli {

// Writes beside `path`, and takes its place when all is written, so that a failure does not cost
// what was there before. What is no regular file (/dev/null, a pipe) is written to as it is.
class OutputFile : public Output {
 public:
  // Fails with system_error.
  static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  // Leaves nothing behind if there was no commit().
  ~OutputFile() override;

  // Fails with system_error: a full disk.
  Status write(std::string_view bytes) override;
  bool is_terminal() const override { return false; }
  // What was written is on the disk and under its name. Fails with system_error.
  Status commit();

 private:
  OutputFile(std::string path, std::string temporary, int descriptor)
      : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

  std::string path_;
  std::string temporary_;  // empty where it is written to in place
  int descriptor_;
};

// The error of a file that can't be written; `problem` is what errno said.
Error cannot_write(const std::string& path, int problem);

}  // namespace mcd::cli
