// Whatever an Asterisk, or somebody in its place, sends: the header, and line upon line after it.
#include "core/agi/channel.h"

#include <algorithm>

#include "core/agi/dialog.h"
#include "tests/fuzz/fuzz.h"

namespace {

using mcd::agi::Dialog;
using mcd::fuzz::require;

constexpr std::string_view nonce = "N";  // short, so that the fuzzer guesses it

void check_status(std::string_view line) {
  const auto status = mcd::agi::status_of(line);
  require(!status || (*status >= 100 && *status <= 999), "a status has three digits");
}

void check_uri(std::string_view bytes) {
  const std::string text = mcd::agi::uri_encode(bytes);
  require(mcd::agi::uri_decode(text) == std::string(bytes), "what is encoded is decoded the same");
  (void)mcd::agi::uri_decode(bytes);
}

// That a command is one line, whatever is in it.
void check_command(const std::string& command, std::size_t longest) {
  require(command.ends_with('\n') && command.find('\n') == command.size() - 1,
          "a command is one line");
  require(command.size() <= longest, "a command is no longer than the Asterisk takes");
}

void check_request(const mcd::agi::Request& request) {
  const bool is_variable = request.variable.empty() || mcd::agi::is_variable_name(request.variable);
  require(is_variable, "only plain variables are set");
  // The underscores in front are not part of the name.
  const auto start = std::min(request.variable.find_first_not_of('_'), request.variable.size());
  require(request.variable.substr(start) != "MCDRESULT", "MCDRESULT is the result");
}

// The talk, with the cluster's answers made of what was asked for.
void talk(Dialog dialog, std::string_view rest, std::size_t longest) {
  check_command(dialog.opening(), longest);
  bool is_performed = false;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    check_status(line);
    Dialog::Step step = dialog.take_line(line);
    if (step == Dialog::Step::perform) {
      require(!is_performed, "a request is performed once");
      is_performed = true;
      check_request(*dialog.request());
      step = dialog.finish({.code = mcd::Code::success, .value = dialog.request()->key});
    }
    if (step == Dialog::Step::send) check_command(dialog.command(), longest);
    if (dialog.outcome().error) mcd::fuzz::require_printable(*dialog.outcome().error);
    if (step == Dialog::Step::done || step == Dialog::Step::broken) return;
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view received = mcd::fuzz::text_of(data, size);
  check_uri(received);
  const auto header = mcd::agi::parse_header(received);
  if (!header) return 0;
  if (!*header) {
    mcd::fuzz::require_printable(header->error());
    return 0;
  }
  require((*header)->size <= received.size() && (*header)->size > 0, "a header is what was sent");
  const std::size_t longest = mcd::agi::longest_command((*header)->version);
  const std::string_view rest = received.substr((*header)->size);
  talk(Dialog(**header, std::string(nonce)), rest, longest);
  talk(Dialog(**header, std::string(nonce), (*header)->arguments), rest, longest);
  return 0;
}
