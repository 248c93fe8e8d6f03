#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "cli/command/context.h"
#include "cli/commands/commands.h"
#include "core/agi/request.h"
#include "core/base/nonce.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr Operand operands[] = {{"REQUEST", 0, 1, ValueType::text},
                                {"ARG", 0, any_number, ValueType::text}};

constexpr Example examples[] = {
    {"same => n,AGI(mcdctl,agi,mcdget,NAME,callerid/${CALLERID(num)})",
     "get a value, in extensions.conf"},
};

constexpr Code results[] = {Code::write_failure, Code::read_failure, Code::protocol_error,
                            Code::timeout, Code::argument_needed};
constexpr std::string_view see_also[] = {"fastagi"};

// The Asterisk that has started this process: lines from standard input, commands to standard
// output.
class Asterisk {
 public:
  explicit Asterisk(Context& context) : context_(context) {}

  Result<agi::Header> read_header() { return next(&agi::Received::take_header); }
  Result<std::string> read_line() { return next(&agi::Received::take_line); }

  Status send(std::string_view command) {
    received_.expect_answer();
    return context_.output().write(command);
  }

  // The last line is none that should come.
  Error nonsense() const { return received_.nonsense(); }

 private:
  template <typename T>
  Result<T> next(Parsed<T> (agi::Received::*take)()) {
    while (true) {
      if (Parsed<T> taken = (received_.*take)()) return std::move(*taken);
      if (Status read = read_some(); !read) return std::move(read.error());
    }
  }

  static Error unreadable(std::string reason) {
    return {.code = Code::read_failure,
            .attempt = "talk to Asterisk",
            .reason = std::move(reason),
            .advice = "run this command with AGI() in a dialplan"};
  }

  Status read_some() {
    pollfd entry{.fd = context_.input(), .events = POLLIN, .revents = 0};
    const int timeout = static_cast<int>(std::chrono::milliseconds(agi::patience).count());
    const int ready = ::poll(&entry, 1, timeout);
    if (ready == 0) return received_.silence();
    if (ready < 0 && errno == EINTR) return Ok{};
    char block[4096];
    const ssize_t count = ::read(context_.input(), block, sizeof block);
    if (count < 0 && errno != EINTR) return unreadable(std::strerror(errno));
    if (count == 0) return unreadable("it closed the connection");
    if (count > 0) received_.add({block, static_cast<std::size_t>(count)});
    return Ok{};
  }

  Context& context_;
  agi::Received received_{};
};

// Settings that are wrong, too, are an outcome that the channel is told.
agi::Outcome perform(const agi::Dialog& dialog, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  const Result<Store*> store = effective ? context.store() : effective.error();
  if (!store) return {.code = store.code(), .value = {}, .error = store.error(), .warning = {}};
  return agi::perform(*dialog.request(), **store, (*effective)->settings, dialog.ttl());
}

// Says on the console what the channel only has a number for.
void tell(const agi::Outcome& outcome, Context& context) {
  if (!outcome.warning.empty()) context.warn(outcome.warning);
  if (outcome.error) context.fail(*outcome.error);
}

Status converse(agi::Dialog& dialog, Asterisk& asterisk, Context& context) {
  using Step = agi::Dialog::Step;
  if (Status sent = asterisk.send(dialog.question()); !sent) return sent;
  while (true) {
    const Result<std::string> line = asterisk.read_line();
    if (!line) return line.error();
    Step step = dialog.take_line(*line);
    if (step == Step::perform) step = dialog.finish(perform(dialog, context));
    if (step == Step::done) return Ok{};
    if (step == Step::broken) return asterisk.nonsense();
    if (step != Step::send) continue;
    if (Status sent = asterisk.send(dialog.command()); !sent) return sent;
  }
}

// The channel must not go on with an old MCDRESULT.
Code refuse(const Error& error, Context& context) {
  if (::isatty(context.input()) == 1) return error.code;
  Asterisk asterisk(context);
  const Result<agi::Header> header = asterisk.read_header();
  if (!header) return context.fail(header.error());
  const auto command = agi::set_command("MCDRESULT", std::to_string(number_of(error.code)),
                                        agi::longest_command(header->version));
  if (Status sent = asterisk.send(*command); !sent) return context.fail(sent.error());
  const Result<std::string> answer = asterisk.read_line();
  return answer ? Code::success : context.fail(answer.error());
}

Code run(const Invocation& typed, Context& context) {
  if (::isatty(context.input()) == 1) {
    return context.fail({.code = Code::argument_needed,
                         .attempt = "agi",
                         .reason = "AGI can't be spoken on a terminal",
                         .advice = "use it in a dialplan: AGI(mcdctl,agi,mcdget,VAR,key)"});
  }
  // Asterisk sends it when the caller hangs up; what was begun is brought to its end all the same.
  std::signal(SIGHUP, SIG_IGN);
  Asterisk asterisk(context);
  Result<agi::Header> header = asterisk.read_header();
  if (!header) return context.fail(header.error());
  agi::Dialog dialog(std::move(*header), make_nonce(), typed.operands());
  const Status told = converse(dialog, asterisk, context);
  tell(dialog.outcome(), context);
  return told ? Code::success : context.fail(told.error());
}

}  // namespace

constexpr Command agi_command = {
    .name = "agi",
    .group = dialplan_group,
    .sentence = "answer AGI() in a dialplan",
    .description = R"(
Asterisk runs it to perform a REQUEST for a channel:

- mcdget (VAR,key)
- mcdset, mcdadd, mcdreplace, mcdappend, mcdprepend (key,value)
- mcddelete, mcdtouch (key)
- mcdcounter (VAR,key[,increment])
- mcdcounterset (key,value)

It sets the channel variable MCDRESULT to the result, and VAR to the value, or to nothing on
failure. The time to live is the channel's MCDTTL, else that of the settings.

Values arrive byte for byte, including commas, quotes and backslashes. A value that the AGI line
can't carry is never cut: MCDRESULT is 28 for a newline or NUL byte, and 125 for a value that is too
long for Asterisk's line. With ?encode=uri after the name of the request, values are returned
encoded, for URIDECODE(), and must be given encoded, with URIENCODE().

With mcdcounter?initial=N a missing counter starts at N.

Options go before the REQUEST.
)",
    .operands = operands,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .first_operand_ends_options = true,
    .refuse = refuse,
    .exit_status =
        "The exit status is 0 if the channel received the result, whatever it is. Otherwise it is "
        "the number of what went wrong with the conversation, and 64 on a terminal:",
};

}  // namespace mcd::cli
