// Commands that run under mcdctl in tests.

#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace mcd::test {

// How often a test that takes long is repeated: $TEST_RUNS, or once.
inline int repetitions() {
  const char* const text = std::getenv("TEST_RUNS");
  return text == nullptr ? 1 : std::atoi(text);
}

// A shell whose own child does the work, and heeds no TERM where `is_stubborn`. Both write their
// process numbers to a file before "ready" is printed.
class Job {
 public:
  explicit Job(const TempDir& directory, bool is_stubborn = false)
      : file_(directory.file("pids")), is_stubborn_(is_stubborn) {}

  std::vector<std::string> command() const {
    const std::string worker = std::string(is_stubborn_ ? "trap '' TERM; " : "") +
                               R"(echo $$ >>"$0"; echo ready; while :; do sleep 0.05; done)";
    return {"sh", "-c", R"(echo $$ >"$0"; sh -c "$1" "$0" & wait)", file_, worker};
  }

  // What a shell runs to find out that none of them is left.
  std::vector<std::string> check() const {
    return {"sh", "-c",
            R"(for pid in $(cat "$0"); do kill -0 $pid 2>/dev/null && exit 99; done; :)", file_};
  }

  std::vector<pid_t> pids() const {
    std::istringstream text(read_file(file_));
    std::vector<pid_t> pids;
    for (pid_t pid = 0; text >> pid;) pids.push_back(pid);
    return pids;
  }

  bool is_gone() const {
    for (const pid_t pid : pids()) {
      if (::kill(pid, 0) == 0) return false;
    }
    return true;
  }

 private:
  std::string file_;
  bool is_stubborn_;
};

}  // namespace mcd::test
