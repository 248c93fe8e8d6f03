// All processes that came of a command, however they were started.
#pragma once

#include <cstdint>

namespace mcd::cli {

// The children of this process that were started since it was made, their children, and so on. They
// are found in /proc. An orphan among them becomes a child of this process, provided that
// become_reaper() was called before. One thread at a time.
class Descendants {
 public:
  Descendants();

  // Sends the signal to each of them once, including those that start meanwhile. It skips processes
  // of other users, which this process may not signal.
  void signal(int number) const;
  // Kills each. They are stopped first, so that none escapes by starting another one.
  void kill() const;
  // Whether there is one that has not ended.
  bool any() const;

 private:
  std::uint64_t since_;  // in clock ticks since the machine was started, as /proc has it
};

// From now on, processes below this one that lose their parent get this one in its place.
void become_reaper();

}  // namespace mcd::cli
