// A file descriptor and the duty to close it.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

namespace mcd {

// What to do about `problem`, an errno, where it says that no more can be opened; otherwise
// nothing.
constexpr std::string_view advice_on_descriptors(int problem) {
  if (problem == EMFILE)
    return "raise the limit of open files (ulimit -n, or LimitNOFILE= in a unit)";
  return problem == ENFILE ? "raise the system's limit of open files (fs.file-max)" : "";
}

// Owns one descriptor, or none. Movable, not copyable. The destructor closes it and ignores errors;
// where those matter, as after writing, release() it and call ::close().
class Descriptor {
 public:
  Descriptor() = default;
  // Takes over `descriptor`; a negative number, as failed system calls return it, means none.
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    other.close();
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  // Whether there is one.
  explicit operator bool() const { return descriptor_ >= 0; }
  // The descriptor, which stays this object's; negative if there is none.
  int get() const { return descriptor_; }
  // The descriptor, which the caller must close from now on.
  int release() { return std::exchange(descriptor_, -1); }

 private:
  void close() {
    if (descriptor_ >= 0) ::close(release());
  }

  int descriptor_ = -1;
};

}  // namespace mcd
