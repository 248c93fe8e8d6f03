// What a dialplan asks for by AGI and FastAGI: requests named after the applications of
// res_memcached, and what can come of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mcd::agi {

enum class Operation : std::uint8_t {
  get,
  set,
  add,
  replace,
  append,
  prepend,
  remove,
  touch,
  counter,
  set_counter,
  limit,
};

// A row of the table of requests.
struct RequestKind {
  std::string_view name;  // "mcdget"
  Operation operation;
  std::string_view arguments;  // "VAR,KEY", for messages and documentation
  std::string_view sentence;
  // The lines of res_memcached's dialplan that it stands for, separated by blanks; empty where it
  // is new.
  std::string_view module_lines;
};
std::span<const RequestKind> all_requests();

struct Request {
  const RequestKind* kind = nullptr;
  std::string variable = {};  // that takes the value; empty where the request has none
  std::string key = {};
  std::string value = {};    // or what a counter is forced to
  std::string seconds = {};  // of a limit, whose `value` is how many uses they allow
  std::optional<std::string> increment = {};
  std::optional<std::string> initial = {};  // ?initial=N: what a missing counter is taken for
  bool encodes_uri = false;  // ?encode=uri: for the variable; `value` was decoded already
};

// The request of `name_and_query` ("mcdget?encode=uri") with the arguments in `text` (all of them,
// with the commas between, as the dialplan has them). A value is all after the key and its comma,
// and so may hold commas. Fails with argument_needed: no such request or query, an argument
// missing, a variable's name that is none, a value that is not encoded where ?encode=uri says so.
// Pure.
Result<Request> parse_request(std::string_view name_and_query, std::string_view text);

// The variable that the request would set, if its name is one, even where the rest is wrong.
std::string variable_of(std::string_view name_and_query, std::string_view text);

// request "mcdget": for messages. The name comes from the dialplan, and may have quotes itself.
std::string request_named(std::string_view name);
// What a request that can't be done is refused with: argument_needed.
Error wrong_request(std::string_view name, std::string reason, std::string advice = "");

// What came of a request.
struct Outcome {
  Code code = Code::success;
  std::string value = {};           // for the variable; empty on failure
  std::optional<Error> error = {};  // why it failed
  std::string warning = {};         // of something that was not used; empty where there is none
};

}  // namespace mcd::agi
