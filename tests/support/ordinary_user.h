// Root's rights laid down for a while: what a file's mode forbids, root does all the same.

#pragma once

#include <unistd.h>

namespace mcd::test {

// While it lives, the process, with all its threads, has the rights of the user "nobody" if it was
// root's, and its own otherwise.
class OrdinaryUser {
 public:
  OrdinaryUser() : was_root_(::geteuid() == 0) {
    constexpr uid_t nobody = 65534;
    is_ordinary_ = !was_root_ || ::seteuid(nobody) == 0;
  }
  ~OrdinaryUser() {
    if (was_root_ && is_ordinary_) {
      [[maybe_unused]] const int result = ::seteuid(0);
    }
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;

  // False where the system does not let root do that, as in some containers.
  bool is_ordinary() const { return is_ordinary_; }

 private:
  bool was_root_;
  bool is_ordinary_;
};

}  // namespace mcd::test
