#include "core/agi/dialog.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/base/text.h"

namespace mcd::agi {
namespace {

// With commas between, as the dialplan has them.
std::string joined_from(const std::vector<std::string>& words, std::size_t first) {
  return join_list(std::span(words).subspan(std::min(first, words.size())), ",");
}

// 510, 511 or 520: a command that can't be, or the end of what was said about one.
bool is_refusal(std::string_view line) {
  constexpr int first_refusal = 500;
  const auto status = status_of(line);
  return status && *status >= first_refusal;
}

std::string without_escapes(std::string_view text) {
  std::string plain(text);
  std::erase_if(plain, [](char letter) { return letter == '"' || letter == '\\'; });
  return plain;
}

}  // namespace

Dialog::Dialog(Header header, std::string nonce)
    : header_(std::move(header)),
      question_(std::move(nonce)),
      is_fastagi_(true),
      name_(header_.script),
      request_(Error{}) {}

Dialog::Dialog(Header header, std::string nonce, std::vector<std::string> operands)
    : header_(std::move(header)),
      question_(std::move(nonce)),
      operands_(std::move(operands)),
      is_fastagi_(false),
      name_(operands_.empty() ? "" : operands_.front()),
      request_(Error{}) {}

Dialog::Dialog(Header header, const Error& refusal)
    : header_(std::move(header)),
      question_(""),
      is_fastagi_(false),
      request_(refusal),
      is_asked_(true) {
  (void)finish({.code = refusal.code, .error = refusal});
}

Dialog::Step Dialog::take_line(std::string_view line) {
  if (!is_asked_) {
    const auto answer = question_.take_line(line);
    if (answer) return take_answer(*answer);
    if (question_.has_begun()) return Step::wait;
    // Where it comes from does not matter except in FastAGI, whose arguments come the same way.
    if (line != "HANGUP") has_stray_lines_ = true;
    if (!refusal_ && is_refusal(line)) refusal_ = line;
    return wait();
  }
  if (refusal_ && is_late_answer(line)) return wait();
  const auto status = status_of(line);
  if (!status) return wait();
  if (*status != 200 || commands_.empty()) return Step::broken;
  commands_.erase(commands_.begin());
  return commands_.empty() ? Step::done : Step::send;
}

Dialog::Step Dialog::accept_refusal() {
  is_asked_ = true;
  return refuse({.code = Code::protocol_error,
                 .attempt = request_named(name_),
                 .reason = "Asterisk answered " + quote(*refusal_),
                 .advice = std::string(debugging)});
}

// If the refusal was forged, the question is answered all the same, and that is not the answer to
// what was sent since.
bool Dialog::is_late_answer(std::string_view line) {
  const bool is_whole = question_.take_line(line).has_value();
  if (is_whole) refusal_.reset();
  return is_whole || question_.has_begun();
}

Dialog::Step Dialog::wait() {
  constexpr std::size_t most = 1000;
  return ++idle_lines_ > most ? Step::broken : Step::wait;
}

Dialog::Step Dialog::take_answer(const Result<ChannelQuestion::Answer>& answer) {
  is_asked_ = true;
  refusal_.reset();  // it was forged
  if (!answer) return refuse(answer.error());
  has_array_ = answer->has_array;
  ttl_ = answer->ttl;
  const Result<std::string> text = arguments_of(*answer);
  if (text) variable_ = variable_of(name_, *text);
  const bool is_name_too_long = !set_command(variable_, "", longest_command(header_.version));
  if (is_name_too_long) variable_.clear();  // MCDRESULT can be set all the same
  const bool is_forged = is_fastagi_ && (header_.is_forged || has_stray_lines_ ||
                                         answer->data.find('\n') != std::string::npos);
  if (is_forged) {
    return refuse({.code = Code::invalid_arguments,
                   .attempt = request_named(name_),
                   .reason = "it contains a newline, which could forge another request",
                   .advice =
                       "remove newlines with FILTER(), or store a value as ${URIENCODE(...)}, "
                       "with ?encode=uri after the request's name"});
  }
  if (!text) return refuse(text.error());
  request_ = parse_request(name_, *text);
  if (request_ && is_name_too_long) {
    request_ = wrong_request(name_, "the name of the variable is too long for this Asterisk");
  }
  if (!request_) return refuse(request_.error());
  return Step::perform;
}

// All arguments, as the dialplan has them: after the script's URL, or after the operand that
// names the request.
Result<std::string> Dialog::arguments_of(const ChannelQuestion::Answer& answer) const {
  const Error other_data{.code = Code::protocol_error,
                         .attempt = request_named(name_),
                         .reason = "the channel runs something else",
                         .advice = "name the request in AGI() without quotes or backslashes"};
  std::string_view rest = answer.data;
  if (name_.empty()) return std::string();  // that there is no such request is said later
  if (is_fastagi_) {
    if (!rest.starts_with(header_.request)) return other_data;
    rest.remove_prefix(header_.request.size());
  } else {
    const auto after = after_request(rest, answer.is_cut);
    if (!after) return other_data;
    rest = *after;
  }
  if (!rest.empty() && rest.front() != ',') return other_data;
  if (!rest.empty()) rest.remove_prefix(1);
  return answer.is_cut ? cut_arguments(std::string(rest)) : std::string(rest);
}

// What stands after the operand that names the request, in the data of AGI(). The script, agi and
// perhaps options stand in front, and one of those may be the same word. So where there are several
// of them, it is the one with the other operands after it, as far as can be told without the
// quotes and backslashes that Asterisk has taken out.
std::optional<std::string_view> Dialog::after_request(std::string_view data, bool is_cut) const {
  const std::string operands = without_escapes(joined_from(operands_, 1));
  const std::string text = std::string(data) + ",";
  const std::string word = "," + name_ + ",";
  std::vector<std::string_view> candidates;
  for (std::size_t place = text.find(word); place != std::string::npos;
       place = text.find(word, place + 1)) {
    candidates.push_back(data.substr(place + word.size() - 1));
  }
  if (candidates.empty()) return std::nullopt;
  if (candidates.size() == 1) return candidates.front();
  const auto found = std::ranges::find_if(candidates, [&](std::string_view candidate) {
    const std::string rest = without_escapes(candidate.substr(candidate.empty() ? 0 : 1));
    return is_cut ? operands.starts_with(rest) : operands == rest;
  });
  if (found == candidates.end()) return std::nullopt;
  return *found;
}

// What was cut can be had from the arguments as Asterisk has split them, as long as it has not
// taken anything out. Whether it has after the first 4095 bytes, nothing in an Asterisk tells.
Result<std::string> Dialog::cut_arguments(const std::string& head) const {
  std::string text = is_fastagi_ ? joined_from(header_.arguments, 0) : joined_from(operands_, 1);
  if (head.find_first_of("\"\\") == std::string::npos && text.starts_with(head)) return text;
  return Error{
      .code = Code::value_too_long,
      .attempt = request_named(name_),
      .reason = "AGI() passes on at most 4095 bytes of arguments with quotes or backslashes",
      .advice =
          "shorten the value, or store it as ${URIENCODE(...)}, with ?encode=uri after the "
          "request's name"};
}

Dialog::Step Dialog::refuse(Error error) {
  const Code code = error.code;
  return finish({.code = code, .value = {}, .error = std::move(error), .warning = {}});
}

// What tells the channel of the outcome; nothing where no line takes the value.
std::vector<std::string> Dialog::commands_for(const Outcome& outcome) const {
  const std::size_t longest = longest_command(header_.version);
  const std::string code = std::to_string(number_of(outcome.code));
  const auto result = set_command("MCDRESULT", code, longest);
  if (variable_.empty()) return {*result};
  if (has_array_) {
    const auto both = set_command("MCDRESULT", code, variable_, outcome.value, longest);
    if (both) return {*both};
  }
  const auto value = set_command(variable_, outcome.value, longest);
  if (!value) return {};
  return {*value, *result};
}

Dialog::Step Dialog::finish(Outcome outcome) {
  if (request_) variable_ = request_->variable;
  const auto fail = [&](Code code, std::string reason, std::string advice) {
    outcome.code = code;
    outcome.value.clear();
    outcome.error = Error{.code = code,
                          .attempt = request_named(name_),
                          .reason = std::move(reason),
                          .advice = std::move(advice)};
  };
  constexpr std::string_view unspeakable("\n\0", 2);
  if (outcome.value.find_first_of(unspeakable) != std::string::npos) {
    fail(Code::not_supported, "the value contains a newline or NUL byte, which AGI can't carry",
         "ask for " + name_ + "?encode=uri, and decode it with URIDECODE()");
  }
  commands_ = commands_for(outcome);
  if (commands_.empty()) {
    fail(Code::value_too_long,
         "the value needs a longer line than the " +
             std::to_string(longest_command(header_.version)) + " bytes that this Asterisk accepts",
         "store less, or read it with SHELL(mcdctl --result get ...)");
    commands_ = commands_for(outcome);
  }
  if (outcome.code == Code::argument_needed && outcome.error && outcome.error->advice.empty()) {
    outcome.error->advice = "see 'mcdctl help agi'";  // wherever the request was typed
  }
  outcome_ = std::move(outcome);
  has_outcome_ = true;
  return Step::send;
}

}  // namespace mcd::agi
