#include "cli/child/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// In the child. Returns only where it fails, and the errno.
int become(char* const* arguments, const Signals& signals, pid_t parent, int output) {
  // The parent may have died before it was asked for.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  if (::getppid() != parent) return ECHILD;
  if (output >= 0 && ::dup2(output, STDOUT_FILENO) < 0) return errno;
  signals.restore_for_command();
  ::execvp(arguments[0], arguments);
  return errno;
}

int status_of(int problem) {
  return problem == ENOENT ? status_not_found : status_not_executable;
}

std::string advice_on(int problem, std::string_view program) {
  if (const std::string_view advice = advice_on_descriptors(problem); !advice.empty()) {
    return std::string(advice);
  }
  if (problem != ENOENT) return "check that it is an executable file";
  const bool is_line = program.find_first_of(" ;|&") != std::string_view::npos;
  return is_line ? "write sh -c before a line of shell" : "check the name, and PATH";
}

}  // namespace

Child Child::start(std::span<const std::string> command, const Signals& signals, int output) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  Child child(-1);
  const auto fail = [&](int problem) {
    child.status_ = status_of(problem);
    child.failure_ = Error{.code = Code::system_error,
                           .attempt = "run " + quote(command[0]),
                           .reason = std::strerror(problem),
                           .advice = advice_on(problem, command[0])};
    return child;
  };
  // Closed when the child becomes another program; where it can't, it says why.
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(errno);
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);
  const pid_t parent = ::getpid();
  child.pid_ = ::fork();
  if (child.pid_ < 0) return fail(errno);
  if (child.pid_ == 0) {
    const int problem = become(arguments.data(), signals, parent, output);
    (void)!::write(writer.get(), &problem, sizeof problem);
    ::_exit(status_of(problem));
  }
  writer = Descriptor();
  int problem = 0;
  ssize_t count = 0;
  do {
    count = ::read(reader.get(), &problem, sizeof problem);
  } while (count < 0 && errno == EINTR);
  if (count != sizeof problem) return child;
  ::waitpid(child.pid_, nullptr, 0);
  return fail(problem);
}

void Child::reap() {
  int state = 0;
  while (true) {
    const pid_t ended = ::waitpid(-1, &state, WNOHANG);
    if (ended < 0 && errno == EINTR) continue;
    if (ended <= 0) return;
    if (ended != pid_) continue;
    status_ = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
  }
}

}  // namespace mcd::cli
