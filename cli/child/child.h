// A command that runs as a child of this process.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>

#include "cli/child/signals.h"
#include "core/base/descriptor.h"
#include "core/base/result.h"

namespace mcd::cli {

// What the shell, env(1) and timeout(1) end with where a command can't be started.
inline constexpr int status_not_found = 127;
inline constexpr int status_not_executable = 126;

// One thread at a time.
class Child {
 public:
  // Starts command[0], looked up in PATH where it has no slash, with the rest as its arguments. It
  // has this process's environment, descriptors and process group, so that a terminal treats the
  // two as one; and is killed by the kernel where this process ends without having waited for it.
  // `output`, if not negative, becomes its standard output.
  static Child start(std::span<const std::string> command, const Signals& signals, int output = -1);

  // Why it could not be started: system_error. Its status then says so, too.
  const std::optional<Error>& failure() const { return failure_; }
  pid_t pid() const { return pid_; }
  // Takes note of the children that have ended, also others that lost their parent. Never waits.
  void reap();
  // How it ended, as a shell has it: its status, or 128 and the signal that it died of. Nothing
  // while it runs.
  std::optional<int> status() const { return status_; }

 private:
  explicit Child(pid_t pid) : pid_(pid) {}

  pid_t pid_;
  std::optional<int> status_;
  std::optional<Error> failure_;
};

}  // namespace mcd::cli
