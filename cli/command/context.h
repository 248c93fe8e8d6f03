// What a command runs in: streams, settings and store, the latter two made only when asked for.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/command/command.h"
#include "cli/command/invocation.h"
#include "cli/command/message_limit.h"
#include "cli/command/printer.h"
#include "cli/terminal/streams.h"
#include "core/base/environment.h"
#include "core/items/key.h"
#include "core/items/store.h"
#include "core/items/ttl.h"
#include "core/settings/settings.h"

namespace mcd::cli {

class Context {
 public:
  Context(const Invocation& typed, Streams streams, Environment environment, CommandTable table);
  // For line number `line`, from 1, of the file `name` of a batch that runs in `batch`: settings
  // and store are its own, messages name file and line, and JSON the line.
  Context(const Invocation& typed, Streams streams, Context& batch, std::string_view name,
          std::size_t line);

  // Every command there is.
  CommandTable commands() const { return table_; }
  const Environment& environment() const { return environment_; }
  int input() const { return streams_.in; }
  // Where files go that nobody is to see: $TMPDIR.
  std::string temporary_directory() const {
    return std::string(environment_.get("TMPDIR").value_or("/tmp"));
  }
  Output& output() { return streams_.out; }
  Output& error_output() { return streams_.err; }
  Printer& printer() { return printer_; }

  // The effective settings, read once, with the servers that names stand for (expand_names()).
  Result<const EffectiveSettings*> settings();
  // The same without asking a name service, unless that has been done.
  Result<const EffectiveSettings*> written_settings();
  // What those are by now, for whoever runs long.
  Result<EffectiveSettings> read_settings() const;
  // With the command that checks these settings as its advice, to be typed as it is, if the
  // settings are wrong.
  Error with_check_command(Error error) const;
  // All mistakes that keep settings() from succeeding, those in other profiles, and what else there
  // is to say about the settings file.
  Findings find_setting_mistakes() const;
  // The store over the configured servers; connects when it is used.
  Result<Store*> store();
  // The key as the settings have it: prefix and limit.
  Result<Key> key(const std::string& text);

  // The time to live: --ttl, else MCDTTL (as read_ttl_variable() reads it, with its warnings), else
  // `fallback`.
  Result<Ttl> ttl(Ttl fallback);
  Result<Ttl> ttl();  // falls back to the configured one

  // Says on stderr what failed, by the rules for talk: outcomes that scripts test for only on a
  // terminal or with -v, nothing with -q. Of a batch, whose answers have the results, only the
  // first of many failures alike, unless on a terminal. Returns the error's code.
  Code fail(const Error& error);
  // The error in one line, with the number that the reader gets.
  std::string describe(const Error& error) const;
  // Of many failures alike, as keys of one command have them, the first ten, and with
  // say_the_rest() the number of those not said: "key" is what each was about. JSON has them all.
  Code fail_as_one_of_many(const Error& error);
  // Whether it is among the first ten, for whoever says it in words of its own.
  bool admits(const Error& error) { return messages_.admits(error); }
  void say_the_rest(std::string_view what);
  // The last failure that was reported here; none of those on the lines of a batch.
  const std::optional<Error>& failure() const { return failure_; }
  // The end of a command on one item that prints nothing in text: reports a failure, and in JSON
  // prints `fields` with the result either way.
  Code finish(JsonObject fields, const Status& status);
  // The end of a command on one key that prints a number, in JSON as `member`.
  Code finish_number(std::string_view key, std::string_view member,
                     const Result<std::uint64_t>& number);
  // The command that runs here: where wrong usage is reported without advice, its help is named.
  void set_command(std::string_view name) { command_ = name; }
  // What failed as the user knows it: this command on that key, and not the operation on the item
  // that it came to.
  Error own(Error error, std::string_view key) const;
  // Whether what scripts test for, as a miss, is worth a word: on a terminal, or with -v.
  bool talks_of_misses() const { return streams_.err.is_terminal() || typed_.has("verbose"); }
  bool is_quiet() const { return typed_.has("quiet"); }
  // Whether a line may be drawn over itself on standard error: not with --quiet, nor on a terminal
  // that can't, nor where the data goes to the same one, with `shares_terminal`.
  bool wants_progress(bool shares_terminal) const;
  // Messages have the number that the reader gets as a status: MCDRESULT itself where that goes to
  // a dialplan, with --result, or to a line of a batch; elsewhere the exit status.
  void tell_results() { tells_results_ = true; }
  // Ends the process with this status in place of the MCDRESULT: that of a command which ran here,
  // or what an option asks for.
  void set_exit_status(int status) { exit_status_ = status; }
  std::optional<int> exit_status() const { return exit_status_; }
  // Says on stderr, unless with -q, what is neither a failure nor a result.
  // A warning: something may not be as it was meant; `place` is where, as place_in() has it.
  // A note: what may help.
  // Without such a word: what became of the command, as after an interrupt, or where nothing
  // matched.
  void warn(const std::string& sentence, std::string_view place = {});
  void note(const std::string& sentence);
  void say(const std::string& sentence);

 private:
  bool says(const Error& error) const;
  int status_told(Code code) const;
  Result<std::vector<Assignment>> flag_assignments() const;
  Result<std::vector<Assignment>> checked_flags() const;
  bool is_advice_due(const Error& error);

  const Invocation& typed_;
  Streams streams_;
  Environment environment_;
  CommandTable table_;
  Printer printer_;
  std::optional<EffectiveSettings> settings_;
  bool has_expanded_names_ = false;
  std::unique_ptr<Store> store_;
  Context* batch_ = nullptr;
  std::string place_;  // of the line, before a message
  std::string_view command_;
  std::optional<Error> failure_;
  bool has_advised_on_values_ = false;  // that are too long
  bool has_advised_on_keys_ = false;
  MessageLimit messages_;
  bool tells_results_ = false;
  std::optional<int> exit_status_;
};

// The command line's words for a value that an option can't have: argument_needed.
Error bad_option(std::string_view option, std::string_view value, std::string reason);
// The same for an operand that is not one of the choices: `what` is "shell".
Error no_such_choice(std::string_view command, std::string_view what, std::string_view word,
                     std::span<const std::string_view> choices);
// What to do about an operand that a command has no place for, where it looks like what an option
// takes: "use --server for a server"; or nothing.
std::string_view advice_on_operand(std::string_view operand);

}  // namespace mcd::cli
