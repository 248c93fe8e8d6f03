#include "cli/reference/completion.h"

#include <algorithm>

#include "cli/command/context.h"
#include "cli/command/run.h"
#include "cli/commands/commands.h"
#include "cli/reference/reference.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"SHELL", 1, 1, ValueType::choice, shell_names}};

constexpr Example examples[] = {
    {"mcdctl completion bash > ~/.local/share/bash-completion/completions/mcdctl",
     "for yourself in bash, with the package bash-completion installed"},
    {"mcdctl completion zsh > ~/.zfunc/_mcdctl",
     "for yourself in zsh, with fpath+=(~/.zfunc) before compinit in ~/.zshrc"},
    {"mcdctl completion fish > ~/.config/fish/completions/mcdctl.fish", "for yourself in fish"},
};

constexpr std::string_view see_also[] = {"help"};

Code run(const Invocation& typed, Context& context) {
  const std::string& shell = typed.operands()[0];
  if (std::ranges::find(shell_names, shell) == std::end(shell_names)) {
    return context.fail(no_such_choice("completion", "shell", shell, shell_names));
  }
  return print_text(context, completion_script(context.commands(), shell));
}

}  // namespace

constexpr Command completion_command = {
    .name = "completion",
    .group = general_group,
    .sentence = "print the completion script for a shell",
    .description = R"(
Prints the script that makes SHELL complete the command line of mcdctl: commands, options and their
values, files, and the servers and profiles of the settings.

Packages install it for all users. To install it for one user, write it to the file in the example
above; you may have to create the directory first. It takes effect in a new shell.
)",
    .operands = operands,
    .examples = examples,
    .see_also = see_also,
    .run = run,
};

}  // namespace mcd::cli
