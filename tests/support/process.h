// Runs programs and gathers what they print.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/posix.h"
#include "tests/support/spawn.h"

namespace mcd::test {

struct RunResult {
  int status = -1;         // The exit status, or 128 + the signal number, as a shell reports it.
  bool timed_out = false;  // The process, or its output, did not end in time and was killed.
  std::string out{};
  std::string err{};
  std::chrono::microseconds elapsed{0};  // From the start to the end of process and output.
  // The most memory that it took up, in KiB; never less than what this process had at the start.
  long peak_memory = 0;
};

// Runs a program to its end, which includes that every process it left behind has closed the
// outputs; whatever is left after options.timeout is killed. Throws as spawn() does.
RunResult run(const std::vector<std::string>& argv, const RunOptions& options = {});

// A program that runs while the test goes on. The destructor kills and reaps it.
//
// Bytes move only during start(), wait_for_output() and wait(): in between the child blocks when
// it has written more than a pipe holds (64 KiB), unless its outputs go to files.
class BackgroundProcess {
 public:
  BackgroundProcess() = default;
  ~BackgroundProcess();
  BackgroundProcess(const BackgroundProcess&) = delete;
  BackgroundProcess& operator=(const BackgroundProcess&) = delete;

  // Starts a program, as spawn() does and with its errors; options.timeout is not used. Throws
  // std::logic_error when the previous one has not been waited for.
  void start(const std::vector<std::string>& argv, const RunOptions& options = {});

  // 0 before start() and after wait().
  pid_t pid() const { return child_.pid; }

  // Whether the program has been started and has not ended.
  bool running() const;

  // Sends a signal to the program alone, not to its children. Throws std::runtime_error when there
  // is none.
  void signal(int number) const;

  // Waits until stdout or stderr contains `text`. False when `timeout` passed, or the program
  // ended, without it.
  bool wait_for_output(std::string_view text, std::chrono::milliseconds timeout);

  // Waits for the end, as run() does, and kills what has not ended within `timeout`.
  RunResult wait(std::chrono::milliseconds timeout);

 private:
  bool finished() const;
  bool transfer(Clock::time_point deadline);

  Child child_{};
  RunResult result_{};
  std::string input_{};
  std::size_t input_offset_ = 0;  // How much of it has been written to the child's stdin.
  Clock::time_point started_{};
};

}  // namespace mcd::test
