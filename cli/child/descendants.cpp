#include "cli/child/descendants.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/boot_clock.h"
#include "core/base/descriptor.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// A number that names a process is given to another one some day; with the time of its start it is
// not.
struct Process {
  pid_t pid;
  pid_t parent;
  std::uint64_t start;  // in clock ticks
  bool has_ended;       // and waits for its parent to take note
};

std::uint64_t ticks_now() {
  const auto now = BootClock::now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now);
  const auto rest = static_cast<std::uint64_t>((now - seconds).count());
  const auto ticks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return static_cast<std::uint64_t>(seconds.count()) * ticks + rest * ticks / 1'000'000'000;
}

// What proc(5) says of /proc/PID/stat: pid (name) state parent ... with the start as field 22.
std::optional<Process> read_process(std::string_view pid) {
  const std::string path = "/proc/" + std::string(pid) + "/stat";
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char bytes[2048];
  const ssize_t count = file ? ::read(file.get(), bytes, sizeof bytes) : -1;
  if (count <= 0) return std::nullopt;
  const std::string_view text(bytes, static_cast<std::size_t>(count));
  // A name may hold anything, parentheses and blanks too.
  const std::size_t end = text.rfind(')');
  const auto number = parse_unsigned(pid);
  if (end == std::string_view::npos || !number) return std::nullopt;
  std::istringstream fields(std::string(text.substr(end + 1)));
  char state = 0;
  Process process{.pid = static_cast<pid_t>(*number), .parent = 0, .start = 0, .has_ended = false};
  fields >> state >> process.parent;
  std::string skipped;
  constexpr int fields_between = 17;
  for (int field = 0; field < fields_between; ++field) fields >> skipped;
  if (!(fields >> process.start)) return std::nullopt;
  process.has_ended = state == 'Z' || state == 'X';
  return process;
}

std::vector<Process> all_processes() {
  std::vector<Process> processes;
  const auto close = [](DIR* directory) { ::closedir(directory); };
  const std::unique_ptr<DIR, decltype(close)> directory(::opendir("/proc"), close);
  if (!directory) return processes;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    if (auto process = read_process(entry->d_name)) processes.push_back(*process);
  }
  return processes;
}

// Those that have not ended, parents before their children.
std::vector<Process> descendants_since(std::uint64_t since) {
  const std::vector<Process> processes = all_processes();
  std::vector<Process> found;
  std::vector<pid_t> parents = {::getpid()};
  for (std::size_t place = 0; place < parents.size(); ++place) {
    for (const Process& process : processes) {
      if (process.parent != parents[place]) continue;
      // Children that were there before the command belong to whoever was this process before exec.
      if (place == 0 && process.start < since) continue;
      parents.push_back(process.pid);
      if (!process.has_ended) found.push_back(process);
    }
  }
  return found;
}

void send(const Process& process, int signal) {
  // By their numbers: the header of glibc 2.36 is not for C++.
  const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!handle) {
    if (errno == ENOSYS) ::kill(process.pid, signal);  // Linux before 5.3
    return;
  }
  const auto now = read_process(std::to_string(process.pid));
  if (now && now->start == process.start) {
    ::syscall(SYS_pidfd_send_signal, handle.get(), signal, nullptr, 0);
  }
}

// Until a look finds none that has not got it. Whoever starts processes faster than that is left.
std::vector<Process> send_to_all(std::uint64_t since, int signal) {
  std::vector<Process> all;
  std::set<std::pair<pid_t, std::uint64_t>> known;
  constexpr int most_looks = 50;
  for (int look = 0; look < most_looks; ++look) {
    const std::size_t before = all.size();
    for (const Process& process : descendants_since(since)) {
      if (!known.emplace(process.pid, process.start).second) continue;
      send(process, signal);
      all.push_back(process);
    }
    if (all.size() == before) break;
  }
  return all;
}

}  // namespace

Descendants::Descendants() : since_(ticks_now()) {}

void Descendants::signal(int number) const {
  send_to_all(since_, number);
}

void Descendants::kill() const {
  for (const Process& process : send_to_all(since_, SIGSTOP)) send(process, SIGKILL);
}

bool Descendants::any() const {
  return !descendants_since(since_).empty();
}

void become_reaper() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

}  // namespace mcd::cli
