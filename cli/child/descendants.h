// All processes that came of a command, however they were started.
#pragma once

#include <cstdint>

namespace mcd::cli {

// The children of this process that were started since it was made, their children, and so on. They
// are found in /proc; those that lose their parent become children of this process, as long as
// become_reaper() was called before. One thread at a time.
class Descendants {
 public:
  Descendants();

  // Sends the signal to each, once, and to those that come while it does. Those of other users, to
  // whom this process may send nothing, are left out.
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
