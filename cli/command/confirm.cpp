#include "cli/command/confirm.h"

#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string_view>

#include "core/base/text.h"

namespace mcd::cli {
namespace {

// A line without its end; nothing where there is none. Byte by byte, because what is after it is
// for others to read; a terminal gives no more than a line at a time anyway.
std::optional<std::string> read_line(int descriptor) {
  constexpr std::size_t longest_answer = 1000;
  std::string line;
  while (line.size() < longest_answer) {
    char byte;
    const ssize_t count = ::read(descriptor, &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    if (byte == '\n') break;
    line += byte;
  }
  return line;
}

}  // namespace

Status check_confirmable(const Invocation& typed, Context& context) {
  if (typed.has(yes_option.name)) return Ok{};
  if (::isatty(context.input()) == 1 && context.error_output().is_terminal()) return Ok{};
  return Error{.code = Code::argument_needed,
               .reason = "not a terminal, so nobody can confirm",
               .advice = "pass --yes"};
}

Status confirm(const Invocation& typed, Context& context, const std::string& question) {
  if (typed.has(yes_option.name)) return Ok{};
  if (Status possible = check_confirmable(typed, context); !possible) return possible;
  if (Status asked = context.error_output().write(question + " [y/N] "); !asked) return asked;
  const std::optional<std::string> line = read_line(context.input());
  if (!line) (void)context.error_output().write("\n");  // The question stands there without one.
  const std::string_view answer = trim(line ? *line : std::string_view());
  if (equal_ignoring_case(answer, "y") || equal_ignoring_case(answer, "yes")) return Ok{};
  return Error{.code = Code::failure, .reason = "not confirmed; nothing was done"};
}

}  // namespace mcd::cli
