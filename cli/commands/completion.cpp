#include "cli/reference/completion.h"

#include <algorithm>

#include "cli/command/context.h"
#include "cli/commands/commands.h"
#include "cli/reference/reference.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"SHELL", 1, 1, ValueType::choice, shell_names}};

constexpr Example examples[] = {
    {"mcdctl completion bash > ~/.local/share/bash-completion/completions/mcdctl",
     "for yourself in bash, where the package bash-completion is installed"},
    {"mcdctl completion zsh > ~/.zfunc/_mcdctl",
     "in zsh, where ~/.zshrc says fpath+=(~/.zfunc) in front of compinit"},
    {"mcdctl completion fish > ~/.config/fish/completions/mcdctl.fish", "in fish"},
};

constexpr std::string_view see_also[] = {"help"};

Code run(const Invocation& typed, Context& context) {
  const std::string& shell = typed.operands()[0];
  if (std::ranges::find(shell_names, shell) == std::end(shell_names)) {
    return context.fail(no_such_choice("completion", "shell", shell, shell_names));
  }
  const Status printed = context.printer().text(completion_script(context.commands(), shell));
  return printed ? Code::success : context.fail(printed.error());
}

}  // namespace

constexpr Command completion_command = {
    .name = "completion",
    .group = general_group,
    .sentence = "print what makes a shell complete mcdctl",
    .description =
        "Prints the script that makes SHELL complete the command line of mcdctl: commands, options "
        "and their values, files, and the servers and profiles of the settings. Packages install "
        "it for all users. For one user it goes into the file of the example above, in a directory "
        "that may have to be made first; a new shell then knows it.",
    .operands = operands,
    .examples = examples,
    .see_also = see_also,
    .run = run,
};

}  // namespace mcd::cli
