#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "cli/command/context.h"
#include "cli/commands/commands.h"
#include "core/agi/conversation.h"
#include "core/agi/perform.h"
#include "core/base/nonce.h"

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

Error unreadable(std::string reason) {
  return {.code = Code::read_failure,
          .attempt = "talk to Asterisk",
          .reason = std::move(reason),
          .advice = "run this command with AGI() in a dialplan"};
}

Status read_some(agi::Conversation& conversation, int input) {
  pollfd entry{.fd = input, .events = POLLIN, .revents = 0};
  const int timeout = static_cast<int>(std::chrono::milliseconds(conversation.patience()).count());
  const int ready = ::poll(&entry, 1, timeout);
  if (ready == 0) return conversation.stop_waiting();
  if (ready < 0 && errno == EINTR) return Ok{};
  char block[4096];
  const ssize_t count = ::read(input, block, sizeof block);
  if (count < 0 && errno != EINTR) return unreadable(std::strerror(errno));
  if (count == 0) return unreadable("it closed the connection");
  if (count > 0) conversation.receive({block, static_cast<std::size_t>(count)});
  return Ok{};
}

// Settings that are wrong, too, are an outcome that the channel is told.
agi::Outcome perform(const agi::Dialog& dialog, Context& context) {
  const Result<const EffectiveSettings*> effective = context.settings();
  const Result<Store*> store = effective ? context.store() : effective.error();
  if (!store) return {.code = store.code(), .error = store.error()};
  return agi::perform(*dialog.request(), **store, (*effective)->settings, dialog.ttl());
}

// With the Asterisk that has started this process: its lines from standard input, commands to
// standard output.
Status converse(agi::Conversation& conversation, Context& context) {
  using Step = agi::Conversation::Step;
  while (true) {
    const Result<Step> step = conversation.next();
    if (!step) return step.error();
    if (*step == Step::done) return Ok{};
    Status done = Ok{};
    if (*step == Step::read) done = read_some(conversation, context.input());
    if (*step == Step::send) done = context.output().write(conversation.text());
    if (*step == Step::perform) conversation.finish(perform(*conversation.dialog(), context));
    if (!done) return done;
  }
}

// Says on the console what the channel only has a number for.
void tell(const agi::Outcome& outcome, Context& context) {
  if (!outcome.warning.empty()) context.warn(outcome.warning);
  if (outcome.error) context.fail(*outcome.error);
}

// The channel must not go on with an old MCDRESULT.
Code refuse(const Error& error, Context& context) {
  if (::isatty(context.input()) == 1) return error.code;
  context.tell_results();
  agi::Conversation conversation(error);
  const Status told = converse(conversation, context);
  return told ? Code::success : context.fail(told.error());
}

Code run(const Invocation& typed, Context& context) {
  if (::isatty(context.input()) == 1) {
    return context.fail({.code = Code::argument_needed,
                         .attempt = "agi",
                         .reason = "AGI can't be spoken on a terminal",
                         .advice = "use it in a dialplan: AGI(mcdctl,agi,mcdget,VAR,key)"});
  }
  context.tell_results();
  // Asterisk sends it when the caller hangs up; what was begun is brought to its end all the same.
  std::signal(SIGHUP, SIG_IGN);
  agi::Conversation conversation(make_nonce(), typed.operands());
  const Status told = converse(conversation, context);
  if (conversation.dialog()) tell(conversation.dialog()->outcome(), context);
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
- mcdlimit (VAR,key,max,seconds)

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
    .operands_that_end_options = 1,
    .refuse = refuse,
    .exit_status =
        "The exit status is 0 if the channel received the result, whatever it is. Otherwise it is "
        "the number of what went wrong with the conversation, and 64 on a terminal:",
};

}  // namespace mcd::cli
