// Programs at a terminal, on which a test types as a person does.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/posix.h"

namespace mcd::test {

inline constexpr std::string_view ctrl_c = "\x03";
inline constexpr std::string_view ctrl_d = "\x04";
inline constexpr std::string_view ctrl_z = "\x1a";
inline constexpr std::string_view ctrl_backslash = "\x1c";

struct TerminalOptions {
  std::vector<std::pair<std::string, std::string>> environment{};
  unsigned short columns = 80;
};

// One program, the leader of a session whose controlling terminal this is: its three streams. The
// terminal echoes what is typed, and turns each "\n" into "\r\n", which is left as it is.
class Terminal {
 public:
  // Starts argv[0], looked up in PATH. Besides options.environment it gets PATH,
  // HOME=/nonexistent, LC_ALL=C.UTF-8 and TERM=xterm. Throws std::runtime_error.
  explicit Terminal(std::vector<std::string> argv, const TerminalOptions& options = {});
  // Kills what has not ended.
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  pid_t pid() const { return pid_; }
  void type(std::string_view keys);
  // Whoever is in the foreground gets a SIGWINCH.
  void resize(unsigned short columns);

  // Waits until `text` stands on the terminal, after what was last waited for. False when `timeout`
  // passed, or the program ended, without it.
  bool wait_for(std::string_view text,
                std::chrono::milliseconds timeout = std::chrono::seconds(20));
  // Waits for the end: the exit status, or 128 + the signal; -1 when it did not end in time.
  int wait(std::chrono::milliseconds timeout = std::chrono::seconds(20));
  // All that came so far.
  const std::string& text() const { return text_; }

 private:
  bool read(Clock::time_point deadline);

  FileDescriptor controller_{};
  pid_t pid_ = 0;
  std::string text_{};
  std::size_t searched_ = 0;
};

}  // namespace mcd::test
