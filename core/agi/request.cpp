#include "core/agi/request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/agi/channel.h"
#include "core/base/text.h"

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
    RequestKind{"mcdlimit", Operation::limit, "VAR,KEY,MAX,SECONDS",
                "count one use, and set VAR to how many remain of MAX in SECONDS", ""},
};

struct Split {
  std::string_view first;
  std::optional<std::string_view> rest;  // after the separator, where there is one
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
      return wrong_request(name, "unknown option " + quote(part.first),
                           "use encode=uri (requests with a value) or initial=N (mcdcounter)");
    }
  }
  return Ok{};
}

Error missing_arguments(std::string_view name, const RequestKind& kind) {
  return wrong_request(name, "the arguments are " + std::string(kind.arguments));
}

Status take_value(std::string_view text, std::string_view name, Request& request) {
  if (!request.encodes_uri) {
    request.value = text;
    return Ok{};
  }
  auto value = uri_decode(text);
  if (!value) {
    return wrong_request(name,
                         "the value is not encoded: it has a % without two hexadecimal digits",
                         "write it as ${URIENCODE(...)}");
  }
  request.value = std::move(*value);
  return Ok{};
}

// The key, and what a request of this kind has after it.
Status take_key_and_rest(std::string_view text, std::string_view name, Request& request) {
  const RequestKind& kind = *request.kind;
  const bool is_counter = kind.operation == Operation::counter;
  const bool is_limit = kind.operation == Operation::limit;
  if (!has_value(kind) && !is_counter && !is_limit) {
    request.key = text;  // commas and all
    return Ok{};
  }
  const Split key = split(text, ',');
  request.key = key.first;
  if (is_counter) {
    if (key.rest && !key.rest->empty()) request.increment = *key.rest;
    return Ok{};
  }
  if (!key.rest) return missing_arguments(name, kind);
  if (!is_limit) return take_value(*key.rest, name, request);
  const Split most = split(*key.rest, ',');
  if (!most.rest) return missing_arguments(name, kind);
  request.value = most.first;
  request.seconds = *most.rest;
  return Ok{};
}

Status take_arguments(std::string_view text, std::string_view name, Request& request) {
  if (!has_variable(*request.kind)) return take_key_and_rest(text, name, request);
  const Split variable = split(text, ',');
  if (!is_settable(variable.first)) {
    return wrong_request(name,
                         quote(variable.first) + " is not the name of a variable that can be set");
  }
  request.variable = variable.first;
  if (!variable.rest) return missing_arguments(name, *request.kind);
  return take_key_and_rest(*variable.rest, name, request);
}

}  // namespace

std::span<const RequestKind> all_requests() {
  return requests;
}

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

Error wrong_request(std::string_view name, std::string reason, std::string advice) {
  return {.code = Code::argument_needed,
          .attempt = request_named(name),
          .reason = std::move(reason),
          .advice = std::move(advice)};
}

Result<Request> parse_request(std::string_view name_and_query, std::string_view text) {
  const Split named = split(name_and_query, '?');
  const RequestKind* const kind = kind_of(named.first);
  if (kind == nullptr) {
    std::vector<std::string_view> names;
    for (const RequestKind& row : requests) names.push_back(row.name);
    return wrong_request(named.first, "there is no such request" + suggestion(named.first, names));
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

}  // namespace mcd::agi
