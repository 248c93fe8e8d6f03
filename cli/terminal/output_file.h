// A file that is there whole or not at all.
#pragma once

#include <string>
#include <utility>

#include "cli/terminal/streams.h"
#include "core/base/descriptor.h"

namespace mcd::cli {

// Writes beside a file, and takes its place when all is written, so that a failure does not cost
// what was there before; where the file system can, without a name until then, so that nothing is
// left even of a process that was killed. A symbolic link is followed, and stays one. What is no
// regular file (/dev/null, a pipe) is written to as it is.
class OutputFile : public Output {
 public:
  // Fails with system_error, or as check_apart_from_streams() does.
  static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  // Leaves nothing behind if there was no commit().
  ~OutputFile() override;

  // The file that commit() replaces: `path`, or what it is a link to.
  const std::string& path() const { return path_; }
  // Not a regular file, which has all that was written already.
  bool is_in_place() const { return is_in_place_; }

  // Fails with system_error: a full disk.
  Status write(std::string_view bytes) override;
  bool is_terminal() const override { return false; }
  // What was written is on the disk and under its name. Fails with system_error.
  Status commit() { return commit_as(path_); }
  // The same under another name in the same directory, and path() stays as it was.
  Status commit_as(const std::string& path);

 private:
  // `temporary` is empty for a file without a name.
  OutputFile(std::string path, std::string temporary, Descriptor descriptor, bool is_in_place)
      : path_(std::move(path)),
        temporary_(std::move(temporary)),
        descriptor_(std::move(descriptor)),
        out_(descriptor_.get(), path_, DescriptorOutput::AtInterrupt::ends),
        is_in_place_(is_in_place) {}
  Status give_name();

  std::string path_;
  std::string temporary_;  // empty as long as it has no name of its own
  Descriptor descriptor_;
  DescriptorOutput out_;  // of the same
  bool is_in_place_;
};

// The error of a file that can't be written; `problem` is what errno said.
Error cannot_write(const std::string& path, int problem);
Error cannot_write(const std::string& path, std::string reason);

// Fails with argument_needed where the file is what standard output or standard error goes to; only
// devices, which keep nothing apart, may be both.
Status check_apart_from_streams(const std::string& path);

}  // namespace mcd::cli
