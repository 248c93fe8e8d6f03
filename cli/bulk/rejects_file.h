// The file that keeps the lines which a bulk command could not store.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/terminal/streams.h"
#include "core/base/descriptor.h"
#include "core/base/result.h"

namespace mcd::cli {

// Lines in their own format, as they came. Each is in the file when add() returns.
class RejectsFile {
 public:
  // Makes the file, or keeps what is in it until start(). Fails with system_error, or
  // argument_needed for "-", or where it is one of `inputs`, which would be lost, or what standard
  // output or standard error goes to, whose text would get mixed up with it; "-" among the inputs
  // is the descriptor `standard_input`.
  static Result<RejectsFile> open(const std::string& path, const std::vector<std::string>& inputs,
                                  int standard_input);

  // Empties the file of what another run has left, the first time. Fails with system_error.
  Status start();
  // After start(). Puts `header` in front if the file is empty. After a failure, which is a
  // system_error, the file ends with the last whole line, and is not to be added to.
  Status add(std::string_view header, std::string_view line);

 private:
  RejectsFile(std::string path, Descriptor descriptor)
      : path_(std::move(path)),
        descriptor_(std::move(descriptor)),
        out_(descriptor_.get(), path_, DescriptorOutput::AtInterrupt::ends) {}

  std::string path_;
  Descriptor descriptor_;
  DescriptorOutput out_;  // of the same
  bool is_started_ = false;
  std::uint64_t size_ = 0;
};

}  // namespace mcd::cli
