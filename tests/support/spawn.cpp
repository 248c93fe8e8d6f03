#include "tests/support/spawn.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <map>
#include <stdexcept>
#include <utility>

#include "tests/support/exec.h"

namespace mcd::test {
namespace {

struct Pipe {
  FileDescriptor reader;
  FileDescriptor writer;
};

Pipe make_pipe() {
  int ends[2];
  check(::pipe2(ends, O_CLOEXEC), "create a pipe");
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// The reader is the terminal's controlling side, the writer is what the child gets.
Pipe make_terminal() {
  int controller = -1;
  int terminal = -1;
  winsize size{};
  size.ws_row = 24;
  size.ws_col = 80;
  check(::openpty(&controller, &terminal, nullptr, nullptr, &size), "open a terminal");
  Pipe ends{FileDescriptor(controller), FileDescriptor(terminal)};
  check(::fcntl(controller, F_SETFD, FD_CLOEXEC), "configure a terminal");
  check(::fcntl(terminal, F_SETFD, FD_CLOEXEC), "configure a terminal");
  return ends;
}

FileDescriptor open_file(const std::string& path, int flags) {
  return FileDescriptor(check(::open(path.c_str(), flags | O_CLOEXEC, 0666), "open " + path));
}

// Gives `ours` the end that this process keeps and returns the other one, for the child.
FileDescriptor open_stdin(const RunOptions& options, FileDescriptor& ours) {
  if (options.stdin_bytes.empty() && options.stdin_null) {
    return open_file("/dev/null", O_RDONLY);
  }
  Pipe ends = make_pipe();
  ours = std::move(ends.writer);
  return std::move(ends.reader);
}

FileDescriptor open_output(const std::string& path, bool terminal, FileDescriptor& ours) {
  if (!path.empty()) {
    return open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  }
  Pipe ends = terminal ? make_terminal() : make_pipe();
  ours = std::move(ends.reader);
  return std::move(ends.writer);
}

std::vector<std::string> child_environment(const RunOptions& options) {
  if (options.clean_environment) return clean_environment(options.environment);
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string variable = *entry;
    const std::size_t equals = variable.find('=');
    if (equals != std::string::npos) {
      variables[variable.substr(0, equals)] = variable.substr(equals + 1);
    }
  }
  return entries_of(std::move(variables), options.environment);
}

struct ExecPlan {
  char* const* argv;
  char* const* environment;
  const char* working_directory;  // Null for the current one.
  int streams[3];
  int inherited;  // Negative for none.
  bool ignore_sigpipe;
  pid_t parent;
  int error_pipe;  // Receives the errno of what failed, and is closed by a successful exec.
};

// Puts it in its place, of which all others are closed by the exec. The pipe for an error may be
// there already.
bool inherit(ExecPlan& plan) {
  constexpr int place = 3;
  if (plan.inherited < 0) return true;
  if (plan.inherited == place) return ::fcntl(place, F_SETFD, 0) == 0;
  if (plan.error_pipe == place) plan.error_pipe = ::fcntl(place, F_DUPFD_CLOEXEC, place + 1);
  return ::dup2(plan.inherited, place) == place;
}

// The child between fork and exec: only async-signal-safe calls, as the test may have threads.
[[noreturn]] void exec_child(ExecPlan plan) {
  begin_child(plan.parent);
  ::setsid();
  if (plan.ignore_sigpipe) {
    ::signal(SIGPIPE, SIG_IGN);
  }
  bool prepared = true;
  for (int target = 0; target < 3; ++target) {
    prepared = prepared && ::dup2(plan.streams[target], target) == target;
  }
  prepared = prepared &&
             (plan.working_directory == nullptr || ::chdir(plan.working_directory) == 0) &&
             ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0 && inherit(plan);
  if (prepared) {
    ::execvpe(plan.argv[0], plan.argv, plan.environment);
  }
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(plan.error_pipe, &error, sizeof error);
  ::_exit(127);
}

void set_nonblocking(const FileDescriptor& descriptor) {
  if (descriptor.is_open()) {
    check(::fcntl(descriptor.get(), F_SETFL, O_NONBLOCK), "configure a pipe");
  }
}

// The pipe closes when the program runs, and says why where it can't.
void await_start(pid_t pid, const FileDescriptor& exec_error, const std::string& program) {
  int error = 0;
  if (::read(exec_error.get(), &error, sizeof error) == 0) return;
  ::waitpid(pid, nullptr, 0);
  errno = error;
  throw_errno("start " + program);
}

}  // namespace

Child spawn(const std::vector<std::string>& argv, const RunOptions& options) {
  if (argv.empty()) {
    throw std::invalid_argument("a process needs at least the name of its program");
  }
  std::vector<std::string> arguments = argv;
  std::vector<std::string> environment = child_environment(options);
  const std::vector<char*> argument_pointers = c_strings(arguments);
  const std::vector<char*> environment_pointers = c_strings(environment);

  Child child;
  const FileDescriptor input = open_stdin(options, child.stdin_writer);
  const FileDescriptor output = open_output(
      options.stdout_path, options.terminal && !options.close_stdout_reader, child.stdout_reader);
  const FileDescriptor errors =
      open_output(options.stderr_path, options.terminal, child.stderr_reader);
  if (options.stdout_path.empty() && options.close_stdout_reader) {
    child.stdout_reader.reset();
  }
  set_nonblocking(child.stdin_writer);
  set_nonblocking(child.stdout_reader);
  set_nonblocking(child.stderr_reader);

  Pipe exec_error = make_pipe();
  const ExecPlan plan{
      argument_pointers.data(),
      environment_pointers.data(),
      options.working_directory.empty() ? nullptr : options.working_directory.c_str(),
      {input.get(), output.get(), errors.get()},
      options.inherited_descriptor,
      options.ignore_sigpipe,
      ::getpid(),
      exec_error.writer.get()};
  child.pid = check(::fork(), "fork");
  if (child.pid == 0) {
    exec_child(plan);
  }
  exec_error.writer.reset();

  await_start(child.pid, exec_error.reader, argv[0]);
  child.exit_event = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
  check(child.exit_event.get(), "watch a process");
  return child;
}

}  // namespace mcd::test
