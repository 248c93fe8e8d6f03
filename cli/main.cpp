#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "cli/app.h"
#include "cli/context.h"

namespace {

// A closed standard descriptor would be taken by the next file or socket opened, and a value
// printed into it. Its place is filled with something that fails as a closed one does.
void fill_closed_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest free number is this one, since those below are open by now.
    (void)::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

// Only calls that a signal handler may make.
void write_text(std::string_view text) {
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

void write_number(int number) {
  char digits[16];
  const auto [end, problem] = std::to_chars(std::begin(digits), std::end(digits), number);
  write_text({digits, static_cast<std::size_t>(end - digits)});
}

// Leaves at once, and says how far a batch or a command on several keys came. What it printed is
// out already.
void on_interrupt(int) {
  if (mcd::cli::Progress::lines >= 0) {
    write_text("mcdctl: interrupted after line ");
    write_number(mcd::cli::Progress::lines);
    write_text("\n");
  } else if (mcd::cli::Progress::total > 1) {
    write_text("mcdctl: interrupted: ");
    write_number(mcd::cli::Progress::done);
    write_text(" of ");
    write_number(mcd::cli::Progress::total);
    write_text(" keys done\n");
  }
  constexpr int interrupted_status = 130;
  ::_exit(interrupted_status);
}

// A process that was started with interrupts ignored, as by nohup, keeps ignoring them.
void watch_interrupts() {
  if (std::signal(SIGINT, on_interrupt) == SIG_IGN) std::signal(SIGINT, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
  fill_closed_descriptors();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write()
  watch_interrupts();
  mcd::cli::DescriptorOutput out(STDOUT_FILENO, "standard output");
  mcd::cli::DescriptorOutput err(STDERR_FILENO, "standard error");
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return mcd::cli::run(arguments, {.in = STDIN_FILENO, .out = out, .err = err},
                       mcd::Environment(environ));
}
