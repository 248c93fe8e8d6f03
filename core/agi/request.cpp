#include "core/agi/request.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "core/base/text.h"
#include "core/items/counter.h"
#include "core/items/key.h"
#include "core/items/ttl.h"

namespace mcd::agi {
namespace {

constexpr std::array requests = {
    RequestKind{"mcdget", Operation::get, "VAR,KEY", "set VAR to the value",
                "Set(VAR=${MCD(KEY)}) mcdget(VAR,KEY)"},
    RequestKind{"mcdset", Operation::set, "KEY,VALUE", "store the value",
                "Set(MCD(KEY)=VALUE) mcdset(KEY,VALUE)"},
    RequestKind{"mcdadd", Operation::add, "KEY,VALUE", "store it under a new key",
                "mcdadd(KEY,VALUE)"},
    RequestKind{"mcdreplace", Operation::replace, "KEY,VALUE", "store it under an existing key",
                "mcdreplace(KEY,VALUE)"},
    RequestKind{"mcdappend", Operation::append, "KEY,VALUE", "add it after the existing value",
                "mcdappend(KEY,VALUE)"},
    RequestKind{"mcdprepend", Operation::prepend, "KEY,VALUE", "add it before the existing value",
                ""},
    RequestKind{"mcddelete", Operation::remove, "KEY", "delete the item", "mcddelete(KEY)"},
    RequestKind{"mcdtouch", Operation::touch, "KEY", "give the item a new time to live", ""},
    RequestKind{"mcdcounter", Operation::counter, "VAR,KEY[,INCREMENT]",
                "add to the counter, and set VAR to it",
                "Set(VAR=${MCDCOUNTER(KEY)}) Set(VAR=${MCDCOUNTER(KEY,INCREMENT)})"},
    RequestKind{"mcdcounterset", Operation::set_counter, "KEY,VALUE", "set the counter",
                "Set(MCDCOUNTER(KEY)=VALUE)"},
};

// request "mcdget": for messages. The name comes from the dialplan, and may have quotes itself.
std::string request_named(std::string_view name) {
  const std::string plain = quote(name);
  std::string text = "request ";
  for (std::size_t place = 0; place < plain.size(); ++place) {
    const bool is_inside = place > 0 && place + 1 < plain.size();
    if (is_inside && plain[place] == '"') text += '\\';
    text += plain[place];
  }
  return text;
}

Error wrong(std::string_view name, std::string reason, std::string advice = "") {
  return {.code = Code::argument_needed,
          .attempt = request_named(name),
          .reason = std::move(reason),
          .advice = std::move(advice)};
}

struct Split {
  std::string_view first;
  std::optional<std::string_view> rest;  // behind the separator, where there is one
};

Split split(std::string_view text, char separator) {
  const std::size_t place = text.find(separator);
  if (place == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, place), text.substr(place + 1)};
}

// Nothing where there is no such request.
const RequestKind* kind_of(std::string_view name) {
  const auto found = std::ranges::find(requests, name, &RequestKind::name);
  return found == requests.end() ? nullptr : &*found;
}

bool has_variable(const RequestKind& kind) {
  return kind.arguments.starts_with("VAR,");
}

bool has_value(const RequestKind& kind) {
  return kind.arguments.ends_with(",VALUE");
}

// A plain name, but none that Asterisk would take for MCDRESULT: the underscores in front of a name
// only say who inherits the variable.
bool is_settable(std::string_view variable) {
  return is_variable_name(variable) &&
         variable.substr(variable.find_first_not_of('_')) != "MCDRESULT";
}

// encode=uri&initial=0
Status take_query(std::string_view query, std::string_view name, Request& request) {
  std::optional<std::string_view> rest = query;
  while (rest) {
    const Split part = split(*rest, '&');
    rest = part.rest;
    if (part.first == "encode=uri" && (has_variable(*request.kind) || has_value(*request.kind))) {
      request.encodes_uri = true;
    } else if (part.first.starts_with("initial=") &&
               request.kind->operation == Operation::counter) {
      request.initial = part.first.substr(part.first.find('=') + 1);
    } else {
      return wrong(name, "unknown option " + quote(part.first),
                   "use encode=uri (requests with a value) or initial=N (mcdcounter)");
    }
  }
  return Ok{};
}

Status take_arguments(std::string_view text, std::string_view name, Request& request) {
  const RequestKind& kind = *request.kind;
  const auto missing = [&] {
    return wrong(name, "the arguments are " + std::string(kind.arguments));
  };
  std::optional<std::string_view> rest = text;
  if (has_variable(kind)) {
    const Split variable = split(text, ',');
    if (!is_settable(variable.first)) {
      return wrong(name, quote(variable.first) + " is not the name of a variable that can be set");
    }
    request.variable = variable.first;
    rest = variable.rest;
    if (!rest) return missing();
  }
  if (!has_value(kind) && kind.operation != Operation::counter) {
    request.key = *rest;  // commas and all
    return Ok{};
  }
  const Split key = split(*rest, ',');
  request.key = key.first;
  if (kind.operation == Operation::counter) {
    if (key.rest && !key.rest->empty()) request.increment = *key.rest;
    return Ok{};
  }
  if (!key.rest) return missing();
  if (!request.encodes_uri) {
    request.value = *key.rest;
    return Ok{};
  }
  auto value = uri_decode(*key.rest);
  if (!value) {
    return wrong(name, "the value is not encoded: it has a % without two hexadecimal digits",
                 "write it as ${URIENCODE(...)}");
  }
  request.value = std::move(*value);
  return Ok{};
}

std::optional<StoreMode> store_mode(Operation operation) {
  switch (operation) {
    case Operation::set: return StoreMode::set;
    case Operation::add: return StoreMode::add;
    case Operation::replace: return StoreMode::replace;
    case Operation::append: return StoreMode::append;
    case Operation::prepend: return StoreMode::prepend;
    default: return std::nullopt;
  }
}

Result<std::string> perform_counter(const Request& request, Store& store, const Key& key, Ttl ttl) {
  std::optional<CounterStart> start;
  if (request.initial) {
    const Result<std::uint64_t> initial = parse_counter_value(*request.initial);
    if (!initial) return initial.error();
    start = CounterStart{.value = *initial, .ttl = ttl};
  }
  if (!request.increment && !start) {
    const Result<std::uint64_t> value = read_counter(store, key);
    if (!value) return value.error();
    return std::to_string(*value);
  }
  const Result<Increment> increment =
      request.increment ? parse_increment(*request.increment) : Result(Increment{});
  if (!increment) return increment.error();
  const Result<std::uint64_t> value = add_to_counter(store, key, *increment, start);
  if (!value) return value.error();
  return std::to_string(*value);
}

// The value for the variable.
Result<std::string> perform_on(const Request& request, Store& store, const Key& key, Ttl ttl,
                               Ttl counter_ttl) {
  const auto nothing = [](const Status& status) {
    return status ? Result<std::string>(std::string()) : Result<std::string>(status.error());
  };
  if (const auto mode = store_mode(request.kind->operation)) {
    return nothing(store.store(
        key, {.mode = *mode, .value = request.value, .flags = 0, .ttl = ttl, .cas = std::nullopt}));
  }
  switch (request.kind->operation) {
    case Operation::get: {
      Result<Item> item = store.get(key);
      if (!item) return std::move(item.error());
      return std::move(item->value);
    }
    case Operation::remove: return nothing(store.remove(key));
    case Operation::touch: return nothing(store.touch(key, ttl));
    case Operation::set_counter: {
      const Result<std::uint64_t> value = parse_counter_value(request.value);
      if (!value) return value.error();
      return nothing(set_counter(store, key, *value, counter_ttl));
    }
    default: return perform_counter(request, store, key, counter_ttl);
  }
}

// With commas between, as the dialplan has them.
std::string joined_from(const std::vector<std::string>& words, std::size_t first) {
  return join_list(std::span(words).subspan(std::min(first, words.size())), ",");
}

std::string without_escapes(std::string_view text) {
  std::string plain(text);
  std::erase_if(plain, [](char letter) { return letter == '"' || letter == '\\'; });
  return plain;
}

}  // namespace

std::span<const RequestKind> all_requests() {
  return requests;
}

Result<Request> parse_request(std::string_view name_and_query, std::string_view text) {
  const Split named = split(name_and_query, '?');
  const RequestKind* const kind = kind_of(named.first);
  if (kind == nullptr) {
    std::vector<std::string_view> names;
    for (const RequestKind& row : requests) names.push_back(row.name);
    return wrong(named.first, "there is no such request" + suggestion(named.first, names));
  }
  Request request;
  request.kind = kind;
  if (named.rest) {
    if (Status taken = take_query(*named.rest, named.first, request); !taken) {
      return std::move(taken.error());
    }
  }
  if (Status taken = take_arguments(text, named.first, request); !taken) {
    return std::move(taken.error());
  }
  return request;
}

std::string variable_of(std::string_view name_and_query, std::string_view text) {
  const RequestKind* const kind = kind_of(split(name_and_query, '?').first);
  if (kind == nullptr || !has_variable(*kind)) return "";
  const std::string_view name = split(text, ',').first;
  return is_settable(name) ? std::string(name) : "";
}

Outcome perform(const Request& request, Store& store, const Settings& settings,
                const std::optional<std::string>& ttl) {
  Outcome outcome;
  Ttl item_ttl = settings.ttl;
  Ttl counter_ttl{};  // the configured one is not for counters
  if (ttl) {
    if (const Result<Ttl> given = parse_ttl(*ttl)) {
      item_ttl = counter_ttl = *given;
    } else {
      outcome.warning = "ignoring MCDTTL: not a duration: " + quote(*ttl);
    }
  }
  const Result<Key> key = Key::make(request.key, settings.prefix, settings.key_limit);
  Result<std::string> value =
      key ? perform_on(request, store, *key, item_ttl, counter_ttl) : key.error();
  if (value) {
    outcome.value = request.encodes_uri ? uri_encode(*value) : std::move(*value);
  } else {
    outcome.code = value.code();
    outcome.error = std::move(value.error());
  }
  return outcome;
}

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

Dialog::Step Dialog::take_line(std::string_view line) {
  if (!is_asked_) {
    const auto answer = question_.take_line(line);
    if (answer) return take_answer(*answer);
    if (question_.has_begun()) return Step::wait;
    // Where it comes from does not matter but in FastAGI, whose arguments come the same way.
    if (line != "HANGUP") has_stray_lines_ = true;
    return wait();
  }
  const auto status = status_of(line);
  if (!status) return wait();
  if (*status != 200 || commands_.empty()) return Step::broken;
  commands_.erase(commands_.begin());
  return commands_.empty() ? Step::done : Step::send;
}

Dialog::Step Dialog::wait() {
  constexpr std::size_t most = 1000;
  return ++idle_lines_ > most ? Step::broken : Step::wait;
}

Dialog::Step Dialog::take_answer(const Result<ChannelQuestion::Answer>& answer) {
  is_asked_ = true;
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
    request_ = wrong(name_, "the name of the variable is too long for this Asterisk");
  }
  if (!request_) return refuse(request_.error());
  return Step::perform;
}

// All arguments, as the dialplan has them: behind the script's URL, or behind the operand that
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
    const auto behind = behind_request(rest, answer.is_cut);
    if (!behind) return other_data;
    rest = *behind;
  }
  if (!rest.empty() && rest.front() != ',') return other_data;
  if (!rest.empty()) rest.remove_prefix(1);
  return answer.is_cut ? cut_arguments(std::string(rest)) : std::string(rest);
}

// What stands behind the operand that names the request, in the data of AGI(). The script, agi and
// perhaps options stand in front, and one of those may be the same word. So where there are several
// of them, it is the one with the other operands behind it, as far as can be told without the
// quotes and backslashes that Asterisk has taken out.
std::optional<std::string_view> Dialog::behind_request(std::string_view data, bool is_cut) const {
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

// What was cut can be had from the arguments as Asterisk has parted them, as long as it has not
// taken anything out. Whether it has behind the first 4095 bytes, nothing in an Asterisk tells.
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

Dialog::Step Dialog::finish(Outcome outcome) {
  const std::size_t longest = longest_command(header_.version);
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
  const auto commands = [&]() -> std::vector<std::string> {
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
  };
  commands_ = commands();
  if (commands_.empty()) {
    fail(Code::value_too_long,
         "the value needs a longer line than the " + std::to_string(longest) +
             " bytes that this Asterisk accepts",
         "store less, or read it with SHELL(mcdctl --result get ...)");
    commands_ = commands();
  }
  if (outcome.code == Code::argument_needed && outcome.error && outcome.error->advice.empty()) {
    outcome.error->advice = "see 'mcdctl help agi'";  // wherever the request was typed
  }
  outcome_ = std::move(outcome);
  has_outcome_ = true;
  return Step::send;
}

}  // namespace mcd::agi
