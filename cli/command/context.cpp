#include "cli/command/context.h"

#include <algorithm>
#include <utility>

#include "cli/terminal/words.h"
#include "core/base/text.h"
#include "core/client/client.h"
#include "core/client/name_addresses.h"
#include "core/cluster/topology.h"

namespace mcd::cli {

namespace {

// Each value of --server is a server, or several separated by commas.
std::vector<std::string> servers_in(const std::vector<std::string>& values) {
  std::vector<std::string> servers;
  for (std::string_view rest : values) {
    while (true) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      servers.emplace_back(trim(rest.substr(0, comma)));
      if (comma == rest.size()) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return servers;
}

}  // namespace

Context::Context(const Invocation& typed, Streams streams, Environment environment,
                 CommandTable table)
    : typed_(typed),
      streams_(streams),
      environment_(environment),
      table_(table),
      printer_(streams.out, {.json = typed.has("json"), .newline = typed.has("newline")}),
      tells_results_(typed.has("result")) {}

Context::Context(const Invocation& typed, Streams streams, Context& batch, std::string_view name,
                 std::size_t line)
    : typed_(typed),
      streams_(streams),
      environment_(batch.environment_),
      table_(batch.table_),
      printer_(streams.out,
               {.json = typed.has("json"), .newline = typed.has("newline"), .line = line}),
      batch_(&batch),
      place_(escape(place_in(name, line)) + ": "),
      tells_results_(true) {}

// The global options that stand for settings.
Result<std::vector<Assignment>> Context::flag_assignments() const {
  std::vector<Assignment> flags;
  const auto add = [&flags](std::string_view key, std::vector<std::string> texts,
                            std::string_view flag) {
    flags.push_back(
        {std::string(key), std::move(texts), {Origin::Kind::flag, "--" + std::string(flag)}});
  };
  if (typed_.has("server")) add("servers", servers_in(typed_.values("server")), "server");
  if (typed_.has("prefix") && typed_.has("no-prefix")) {
    return Error{.code = Code::argument_needed,
                 .reason = "--prefix and --no-prefix cannot be combined",
                 .advice = std::string(info_of(Code::argument_needed).advice)};
  }
  if (typed_.has("prefix")) add("prefix", {*typed_.value("prefix")}, "prefix");
  if (typed_.has("no-prefix")) add("prefix", {""}, "no-prefix");
  if (typed_.has("protocol")) add("protocol", {*typed_.value("protocol")}, "protocol");
  if (typed_.has("timeout")) add("timeout", {*typed_.value("timeout")}, "timeout");
  if (typed_.has("no-limits")) {
    add("limits.key", {std::to_string(wire_key_limit)}, "no-limits");
    add("limits.value", {"0"}, "no-limits");
  }
  return flags;
}

Result<const EffectiveSettings*> Context::settings() {
  if (batch_ != nullptr) return batch_->settings();
  const Result<const EffectiveSettings*> written = written_settings();
  if (!written || has_expanded_names_) return written;
  if (Status expanded = expand_names(*settings_); !expanded) return std::move(expanded.error());
  has_expanded_names_ = true;
  return written;
}

Result<const EffectiveSettings*> Context::written_settings() {
  if (batch_ != nullptr) return batch_->written_settings();
  if (!settings_) {
    Result<EffectiveSettings> read = read_settings();
    if (!read) return std::move(read.error());
    settings_ = std::move(*read);
    if (typed_.has("verbose")) {
      for (const std::string& warning : settings_->warnings) warn(warning);
    }
  }
  return &*settings_;
}

// Wrong flags are the command line's fault, and are told apart from wrong settings.
Result<std::vector<Assignment>> Context::checked_flags() const {
  Result<std::vector<Assignment>> flags = flag_assignments();
  if (!flags) return flags;
  if (const Status checked = check_assignments(*flags); !checked) {
    Error error = checked.error();
    error.code = Code::argument_needed;
    error.advice = info_of(error.code).advice;  // there the flags of all commands stand
    return error;
  }
  return flags;
}

Result<EffectiveSettings> Context::read_settings() const {
  const Result<std::vector<Assignment>> flags = checked_flags();
  if (!flags) return flags.error();
  Result<EffectiveSettings> read =
      load_settings(typed_.value("config"), *flags, environment_, typed_.value("profile"));
  return read ? std::move(read) : with_check_command(std::move(read.error()));
}

Error Context::with_check_command(Error error) const {
  const auto file = typed_.value("config");
  if (error.code != Code::parse_error || !error.advice.empty() || !file) return error;
  std::string command = "mcdctl -c " + escape(shell_word(*file));
  if (const auto profile = typed_.value("profile")) {
    command += " --profile " + escape(shell_word(*profile));
  }
  error.advice = "fix the settings; '" + command + " config check' reads them again";
  return error;
}

Findings Context::find_setting_mistakes() const {
  const Result<std::vector<Assignment>> flags = checked_flags();
  if (!flags) return {.mistakes = {flags.error()}, .notes = {}, .warnings = {}};
  return find_mistakes(typed_.value("config"), *flags, environment_, typed_.value("profile"));
}

Result<Store*> Context::store() {
  if (batch_ != nullptr) return batch_->store();
  if (!store_) {
    const Result<const EffectiveSettings*> effective = settings();
    if (!effective) return effective.error();
    Result<std::unique_ptr<Store>> made = make_client((*effective)->settings);
    if (!made) return std::move(made.error());
    store_ = std::move(*made);
  }
  return store_.get();
}

Result<Key> Context::key(const std::string& text) {
  const Result<const EffectiveSettings*> effective = settings();
  if (!effective) return effective.error();
  return Key::make(text, (*effective)->settings.prefix, (*effective)->settings.key_limit);
}

Result<Ttl> Context::ttl(Ttl fallback) {
  if (const auto flag = typed_.value("ttl")) {
    const Result<Ttl> ttl = parse_ttl_or_date(*flag);
    if (!ttl) return bad_option("ttl", *flag, ttl.error().reason + "; " + ttl.error().advice);
    return ttl;
  }
  const VariableTtl variable = read_ttl_variable(environment_.get("MCDTTL"));
  if (!variable.warning.empty()) {
    const std::string life =
        fallback.seconds == 0 ? "never expires" : "lives " + counted(fallback.seconds, "second");
    warn(variable.warning + (variable.ttl ? "" : "; the item " + life));
  }
  return variable.ttl.value_or(fallback);
}

Result<Ttl> Context::ttl() {
  const Result<const EffectiveSettings*> effective = settings();
  if (!effective) return effective.error();
  return ttl((*effective)->settings.ttl);
}

bool Context::says(const Error& error) const {
  // Whoever read has had enough, which is no trouble.
  const Output& out = batch_ == nullptr ? streams_.out : batch_->streams_.out;
  if (error.code == Code::write_failure && !out.has_reader()) return false;
  return !is_expected_outcome(error.code) || talks_of_misses();
}

int Context::status_told(Code code) const {
  return tells_results_ ? number_of(code) : exit_status_of(code);
}

Error Context::own(Error error, std::string_view key) const {
  error.attempt = std::string(command_) + " " + quote(key);
  return error;
}

std::string Context::describe(const Error& error) const {
  return mcd::describe(error, status_told(error.code));
}

Code Context::fail(const Error& error) {
  failure_ = error;
  if (error.code == Code::argument_needed && error.advice.empty() && !command_.empty()) {
    if (error.attempt.empty()) failure_->attempt = command_;
    failure_->advice = "see 'mcdctl " + std::string(command_) + " --help'";
  }
  if (!says(error)) return error.code;
  const bool is_flood =
      batch_ != nullptr && !streams_.err.is_terminal() && !batch_->messages_.admits(error);
  if (!is_flood) say(mcd::describe(*failure_, status_told(error.code), is_advice_due(*failure_)));
  return error.code;
}

// What to do about a limit is long, and the same for each of the keys or lines of a run.
bool Context::is_advice_due(const Error& error) {
  if (batch_ != nullptr) return batch_->is_advice_due(error);
  if (!error.advice.empty()) return true;
  if (error.code == Code::value_too_long) return !std::exchange(has_advised_on_values_, true);
  if (error.code == Code::key_too_long) return !std::exchange(has_advised_on_keys_, true);
  return true;
}

Code Context::fail_as_one_of_many(const Error& error) {
  // Whoever asks for the misses has no use for the first ten.
  const bool is_wanted = is_expected_outcome(error.code) && typed_.has("verbose");
  return says(error) && !is_wanted && !admits(error) ? error.code : fail(error);
}

void Context::say_the_rest(std::string_view what) {
  const auto number = tells_results_ ? number_of : exit_status_of;
  for (const std::string& sentence : messages_.take_rest(what, number)) say(sentence);
}

Code Context::finish(JsonObject fields, const Status& status) {
  if (!status) fail(status.error());
  const Status printed = status ? printer_.object(std::move(fields), Code::success)
                                : printer_.failure(std::move(fields), *failure_);
  return printed ? status.code() : fail(printed.error());
}

Code Context::finish_number(std::string_view key, std::string_view member,
                            const Result<std::uint64_t>& number) {
  JsonObject fields = JsonObject().bytes("key", key);
  if (!number) return finish(std::move(fields), number.error());
  if (printer_.is_json()) return finish(fields.number(member, *number), Ok{});
  const Status printed = printer_.datum(std::to_string(*number));
  return printed ? Code::success : fail(printed.error());
}

bool Context::wants_progress(bool shares_terminal) const {
  return !shares_terminal && !is_quiet() && environment_.get("TERM").value_or("dumb") != "dumb";
}

void Context::warn(const std::string& sentence, std::string_view place) {
  say((place.empty() ? "" : escape(place) + ": ") + "warning: " + sentence);
}

void Context::note(const std::string& sentence) {
  say("note: " + sentence);
}

void Context::say(const std::string& sentence) {
  if (typed_.has("quiet")) return;
  // If stderr can't be written, there is nowhere to report that.
  (void)streams_.err.write("mcdctl: " + place_ + sentence + "\n");
}

Error bad_option(std::string_view option, std::string_view value, std::string reason) {
  return {.code = Code::argument_needed,
          .attempt = "--" + std::string(option) + " " + quote(value),
          .reason = std::move(reason)};
}

std::string_view advice_on_operand(std::string_view operand) {
  if (operand.ends_with(".toml") || operand.ends_with(".conf")) {
    return "use --config for a settings file";
  }
  const bool may_be_server = operand.starts_with('/') || operand.find(':') != operand.npos;
  return may_be_server && parse_server(operand) ? "use --server for a server" : "";
}

Error no_such_choice(std::string_view command, std::string_view what, std::string_view word,
                     std::span<const std::string_view> choices) {
  std::string advice(advice_on_operand(word));
  if (!advice.empty()) advice += "; ";
  return {.code = Code::argument_needed,
          .attempt = std::string(command),
          .reason = "no " + std::string(what) + " " + quote(word) + suggestion(word, choices),
          .advice = advice + "there are " + join_list(choices.first(choices.size() - 1)) + " and " +
                    std::string(choices.back())};
}

}  // namespace mcd::cli
