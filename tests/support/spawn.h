// Starts a child process in a controlled environment. Tests use process.h, which builds on this.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/posix.h"

namespace mcd::test {

// How a child process is run. The child has its own session without a controlling terminal, default
// signal dispositions, and no open files besides its three standard streams and
// inherited_descriptor.
struct RunOptions {
  // When not empty, stdin is a pipe that delivers these bytes and then ends.
  std::string stdin_bytes{};
  // Without stdin_bytes, stdin is /dev/null, or a pipe that is at its end when this is false.
  bool stdin_null = true;

  // Variables to set besides (and in preference to) those that the child gets anyway: with
  // clean_environment PATH, HOME=/nonexistent, LC_ALL=C.UTF-8 and the options of the sanitizers,
  // without it everything that the test has itself.
  std::vector<std::pair<std::string, std::string>> environment{};
  bool clean_environment = true;

  // Empty means that of the test. A relative program path is resolved from here.
  std::string working_directory{};

  // Only for run(): the child is killed when it has not ended after this time.
  std::chrono::milliseconds timeout{60'000};

  // Where stdout goes; the first that is set counts, and otherwise it is a pipe:
  // a file, created or truncated, such as /dev/full;
  std::string stdout_path{};
  // a pipe whose reading end was closed before the child started;
  bool close_stdout_reader = false;
  // a terminal of 80x24, with another one for stderr unless stderr_path is set. The terminal turns
  // each "\n" into "\r\n", which is left as it is.
  bool terminal = false;

  // When set, stderr goes to this file, created or truncated, and RunResult::err stays empty.
  std::string stderr_path{};

  // Starts the child with SIGPIPE ignored, as Asterisk does.
  bool ignore_sigpipe = false;

  // When not negative, the child has a copy of it as descriptor 3, as from a service manager.
  int inherited_descriptor = -1;
};

// A started child process with this side's ends of its streams. Those that are pipes or terminals
// are open and non-blocking, the others are not open.
struct Child {
  pid_t pid = 0;
  FileDescriptor exit_event{};  // Readable from the end of the process on.
  FileDescriptor stdin_writer{};
  FileDescriptor stdout_reader{};
  FileDescriptor stderr_reader{};
};

// Starts argv[0], looked up in PATH when it has no slash. The caller has to reap the child.
//
// The kernel kills the child when the thread that called spawn() ends, so that nothing outlives a
// crashed test. Throws std::invalid_argument for an empty argv or a NUL byte in an argument or
// variable, and std::runtime_error when the program cannot be started.
Child spawn(const std::vector<std::string>& argv, const RunOptions& options);

}  // namespace mcd::test
