// The files that bulk commands read.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "cli/command/context.h"
#include "core/base/descriptor.h"
#include "core/base/result.h"

namespace mcd::cli {

// A file to read, or standard input for "-". Closes what it has opened.
class InputFile {
 public:
  // Fails with system_error, or argument_needed where standard input is not to be had: it has the
  // lines of a batch.
  static Result<InputFile> open(const std::string& path, const Context& context);
  // One that is open already, from its beginning whatever was read of it; closes it in the end.
  // Fails with system_error, also where it is a pipe.
  static Result<InputFile> adopt(std::string name, Descriptor descriptor);

  const std::string& name() const { return name_; }
  int descriptor() const { return descriptor_; }
  // Of a regular file the first bytes, which stay to be read; of others nothing.
  std::string beginning() const;
  bool is_regular() const { return is_regular_; }
  // Bytes; 0 where it is not a regular file.
  std::uint64_t size() const { return size_; }

 private:
  // `descriptor` is to be read; `owner` owns it, unless it is another's.
  InputFile(std::string name, int descriptor, Descriptor owner)
      : name_(std::move(name)), descriptor_(descriptor), owner_(std::move(owner)) {}
  Status look();

  std::string name_;
  int descriptor_;
  Descriptor owner_;
  bool is_regular_ = false;
  std::uint64_t size_ = 0;
};

}  // namespace mcd::cli
