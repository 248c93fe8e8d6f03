#include "core/protocol/binary.h"

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "core/base/text.h"

namespace mcd::binary {
namespace {

enum class Opcode : std::uint8_t {
  get = 0x00,
  set = 0x01,
  add = 0x02,
  replace = 0x03,
  remove = 0x04,
  increment = 0x05,
  decrement = 0x06,
  flush = 0x08,
  version = 0x0b,
  append = 0x0e,
  prepend = 0x0f,
  stat = 0x10,
  touch = 0x1c,
  sasl_auth = 0x21,
};

// The statuses of an answer, as protocol_binary.h of memcached numbers them.
enum class ServerStatus : std::uint16_t {
  ok = 0x00,
  key_not_found = 0x01,
  key_exists = 0x02,
  too_big = 0x03,
  not_stored = 0x05,
  not_a_number = 0x06,
  auth_error = 0x20,
  auth_continue = 0x21,  // PLAIN never continues
  unknown_command = 0x81,
  out_of_memory = 0x82,
};

constexpr std::size_t header_size = 24;
constexpr std::uint64_t largest_body = largest_value + 1024;  // value, key, extras
constexpr char request_magic = '\x80';
constexpr char response_magic = '\x81';

void append_number(std::string& out, std::uint64_t number, unsigned bytes) {
  while (bytes-- > 0) out += static_cast<char>((number >> (8 * bytes)) & 0xffU);
}

std::uint64_t number_at(std::string_view bytes, std::size_t offset, std::size_t length) {
  std::uint64_t number = 0;
  for (const char byte : bytes.substr(offset, length)) {
    number = number << 8U | static_cast<unsigned char>(byte);
  }
  return number;
}

struct Request {
  Opcode opcode;
  std::string_view key;
  std::string_view value = {};
  std::string extras = {};
  std::uint64_t cas = 0;
};

std::string encode(const Request& request) {
  std::string out(1, request_magic);
  append_number(out, static_cast<std::uint8_t>(request.opcode), 1);
  append_number(out, request.key.size(), 2);
  append_number(out, request.extras.size(), 1);
  append_number(out, 0, 3);  // data type, virtual bucket
  append_number(out, request.extras.size() + request.key.size() + request.value.size(), 4);
  append_number(out, 0, 4);  // opaque
  append_number(out, request.cas, 8);
  return out.append(request.extras).append(request.key).append(request.value);
}

struct Response {
  std::size_t size;  // with its header
  ServerStatus status;
  std::uint64_t cas;
  std::string_view extras;
  std::string_view key;
  std::string_view value;
};

Error nonsense(std::string reason) {
  return {.code = Code::protocol_error, .reason = std::move(reason)};
}

Error not_binary(std::string_view received) {
  Error error = nonsense("the server's answer is not in the binary protocol: " + quote(received));
  // What memcached -Y answers, or -B ascii.
  if (received.starts_with("CLIENT_ERROR") || received.starts_with("ERROR")) {
    error.advice = "set protocol to ascii";
  }
  return error;
}

// The first response, whatever is after it.
Parsed<Response> parse_first_response(Opcode opcode, std::string_view received) {
  if (!received.empty() && received[0] != response_magic) {
    return not_binary(received);
  }
  if (received.size() < header_size) return std::nullopt;
  const std::uint64_t key_size = number_at(received, 2, 2);
  const std::uint64_t extras_size = number_at(received, 4, 1);
  const std::uint64_t body_size = number_at(received, 8, 4);
  if (number_at(received, 1, 1) != static_cast<std::uint8_t>(opcode) ||
      number_at(received, 12, 4) != 0) {
    return nonsense("the server answered another request");
  }
  if (key_size + extras_size > body_size || body_size > largest_body) {
    return nonsense("the sizes in the server's answer make no sense");
  }
  if (received.size() < header_size + body_size) return std::nullopt;
  received = received.substr(0, header_size + body_size);
  return Result(Response{.size = received.size(),
                         .status = static_cast<ServerStatus>(number_at(received, 6, 2)),
                         .cas = number_at(received, 16, 8),
                         .extras = received.substr(header_size, extras_size),
                         .key = received.substr(header_size + extras_size, key_size),
                         .value = received.substr(header_size + extras_size + key_size)});
}

// What there is to say of a value of more than `limit` bytes before it has come.
std::optional<Error> find_too_long(Opcode opcode, std::string_view received, std::size_t limit) {
  if (received.size() < header_size || received[0] != response_magic) return std::nullopt;
  const bool is_answer = number_at(received, 1, 1) == static_cast<std::uint8_t>(opcode) &&
                         number_at(received, 12, 4) == 0;
  const bool is_value = number_at(received, 6, 2) == static_cast<std::uint64_t>(ServerStatus::ok);
  constexpr std::uint64_t flags = 4;
  const bool is_plain = number_at(received, 2, 2) == 0 && number_at(received, 4, 1) == flags;
  const std::uint64_t body = number_at(received, 8, 4);
  if (!is_answer || !is_value || !is_plain || body > largest_body || body <= flags) {
    return std::nullopt;
  }
  const Status fits = check_value_size(body - flags, limit);
  return fits ? std::nullopt : std::optional(fits.error());
}

// A response with nothing after it.
Parsed<Response> parse_response(Opcode opcode, std::string_view received) {
  Parsed<Response> response = parse_first_response(opcode, received);
  if (response && *response && received.size() > (*response)->size) {
    return nonsense("the server sent more than one answer");
  }
  return response;
}

// The error that a status stands for which is none of those the protocol has for the request.
Error error_of(const Response& response) {
  Code code = Code::server_error;
  switch (response.status) {
    case ServerStatus::auth_error:
    case ServerStatus::auth_continue: code = Code::auth_failure; break;
    case ServerStatus::unknown_command: code = Code::error; break;
    case ServerStatus::out_of_memory: code = Code::server_out_of_memory; break;
    case ServerStatus::too_big: code = Code::too_big; break;
    default: break;
  }
  // Its own number of the status would stand beside ours.
  std::string reason = response.value.empty() ? "the server refused without giving a reason"
                                              : "the server answered " + quote(response.value);
  return {.code = code, .reason = std::move(reason)};
}

struct Refusal {
  ServerStatus status;
  Code code;
};

// An answer to `opcode`: success, or one of the refusals that the protocol has for the request.
Parsed<Response> parse_answer(Opcode opcode, std::string_view received,
                              std::initializer_list<Refusal> refusals = {}) {
  Parsed<Response> response = parse_response(opcode, received);
  if (!response || !*response || (*response)->status == ServerStatus::ok) return response;
  for (const Refusal& refusal : refusals) {
    if ((*response)->status == refusal.status) return Error{.code = refusal.code};
  }
  return error_of(**response);
}

// The same, where nothing but the status counts.
Parsed<Ok> parse_done(Opcode opcode, std::string_view received,
                      std::initializer_list<Refusal> refusals = {}) {
  const Parsed<Response> response = parse_answer(opcode, received, refusals);
  if (!response) return std::nullopt;
  if (!*response) return response->error();
  return Result(Ok{});
}

Opcode opcode_of(StoreMode mode) {
  switch (mode) {
    case StoreMode::add: return Opcode::add;
    case StoreMode::replace: return Opcode::replace;
    case StoreMode::append: return Opcode::append;
    case StoreMode::prepend: return Opcode::prepend;
    case StoreMode::set: break;
  }
  return Opcode::set;
}

Opcode opcode_of(Increment increment) {
  return increment.negative ? Opcode::decrement : Opcode::increment;
}

}  // namespace

std::optional<std::size_t> answer_size(std::string_view received) {
  if (received.size() < header_size || received[0] != response_magic) return std::nullopt;
  const std::uint64_t body_size = number_at(received, 8, 4);
  if (body_size > largest_body) return std::nullopt;
  return header_size + body_size;
}

std::string get_request(std::string_view key) {
  return encode({.opcode = Opcode::get, .key = key});
}

Parsed<std::optional<Item>> parse_get(std::string_view received, std::size_t limit) {
  if (auto too_long = find_too_long(Opcode::get, received, limit)) return std::move(*too_long);
  const auto response =
      parse_answer(Opcode::get, received, {{ServerStatus::key_not_found, Code::not_found}});
  if (!response) return std::nullopt;
  if (response->code() == Code::not_found) return Result(std::optional<Item>());
  if (!*response) return response->error();
  if ((*response)->extras.size() != 4 || !(*response)->key.empty()) {
    return Error{.code = Code::protocol_error,
                 .reason = "the server's answer to get lacks flags or value"};
  }
  return Result(std::optional(Item{.value = std::string((*response)->value),
                                   .flags = number_at((*response)->extras, 0, 4),
                                   .cas = (*response)->cas}));
}

std::string store_request(std::string_view key, const StoreRequest& request, std::uint32_t expiry) {
  std::string extras;
  if (request.mode != StoreMode::append && request.mode != StoreMode::prepend) {
    append_number(extras, request.flags, 4);
    append_number(extras, expiry, 4);
  }
  return encode({.opcode = opcode_of(request.mode),
                 .key = key,
                 .value = request.value,
                 .extras = std::move(extras),
                 .cas = request.cas.value_or(0)});
}

Parsed<Ok> parse_store(const StoreRequest& request, std::string_view received) {
  const Opcode opcode = opcode_of(request.mode);
  if (request.cas) {
    return parse_done(opcode, received,
                      {{ServerStatus::key_exists, Code::data_exists},
                       {ServerStatus::key_not_found, Code::not_found}});
  }
  // Nothing stands in the way of a plain set.
  if (request.mode == StoreMode::set) return parse_done(opcode, received);
  const ServerStatus obstacle =
      request.mode == StoreMode::add ? ServerStatus::key_exists : ServerStatus::key_not_found;
  return parse_done(opcode, received,
                    {{obstacle, Code::not_stored}, {ServerStatus::not_stored, Code::not_stored}});
}

std::string delete_request(std::string_view key, std::uint64_t cas) {
  return encode({.opcode = Opcode::remove, .key = key, .cas = cas});
}

Parsed<Ok> parse_delete(std::string_view received) {
  return parse_done(Opcode::remove, received, {{ServerStatus::key_not_found, Code::not_found}});
}

Parsed<Ok> parse_delete_unchanged(std::string_view received) {
  return parse_done(Opcode::remove, received,
                    {{ServerStatus::key_exists, Code::data_exists},
                     {ServerStatus::key_not_found, Code::not_found}});
}

std::string touch_request(std::string_view key, std::uint32_t expiry) {
  std::string extras;
  append_number(extras, expiry, 4);
  return encode({.opcode = Opcode::touch, .key = key, .extras = std::move(extras)});
}

Parsed<Ok> parse_touch(std::string_view received) {
  return parse_done(Opcode::touch, received, {{ServerStatus::key_not_found, Code::not_found}});
}

std::string arithmetic_request(std::string_view key, Increment increment) {
  constexpr std::uint32_t never_create = 0xffffffff;  // as the expiry
  std::string extras;
  append_number(extras, increment.magnitude, 8);
  append_number(extras, 0, 8);  // the initial value that is then not used
  append_number(extras, never_create, 4);
  return encode({.opcode = opcode_of(increment), .key = key, .extras = std::move(extras)});
}

Parsed<std::uint64_t> parse_arithmetic(Increment increment, std::string_view received) {
  const auto response = parse_answer(opcode_of(increment), received,
                                     {{ServerStatus::key_not_found, Code::not_found},
                                      {ServerStatus::not_a_number, Code::client_error}});
  if (!response) return std::nullopt;
  if (!*response) return response->error();
  if ((*response)->value.size() != 8) {
    return Error{.code = Code::protocol_error, .reason = "the server's answer has no number"};
  }
  return Result(number_at((*response)->value, 0, 8));
}

std::string version_request() {
  return encode({.opcode = Opcode::version, .key = {}});
}

Parsed<std::string> parse_version(std::string_view received) {
  const auto response = parse_answer(Opcode::version, received);
  if (!response) return std::nullopt;
  if (!*response) return response->error();
  return Result(std::string((*response)->value));
}

std::string stats_request(std::string_view group) {
  return encode({.opcode = Opcode::stat, .key = group});
}

Parsed<Stats> parse_stats(std::string_view received) {
  if (received.size() > largest_stats) return nonsense("the server's answer has no end");
  std::vector<Response> responses;
  while (true) {
    const auto response = parse_first_response(Opcode::stat, received);
    if (!response) return std::nullopt;
    if (!*response) return response->error();
    if ((*response)->status != ServerStatus::ok || (*response)->key.empty()) break;
    if (!(*response)->extras.empty()) return nonsense("the server's answer is not a statistic");
    responses.push_back(**response);
    received.remove_prefix((*response)->size);
  }
  // What ends them has nothing after it, no key, and no value.
  auto last =
      parse_answer(Opcode::stat, received, {{ServerStatus::key_not_found, Code::unknown_stat_key}});
  if (last->code() == Code::unknown_stat_key) {
    last->error().reason = "the server does not have these statistics in the binary protocol";
    last->error().advice = "try --protocol ascii, which has more of them";
  }
  if (!*last) return last->error();
  if ((*last)->size != header_size)
    return nonsense("the server's answer has a value without a name");
  Stats stats;
  stats.reserve(responses.size());
  for (const Response& response : responses) {
    stats.push_back({std::string(response.key), std::string(response.value)});
  }
  return Result(std::move(stats));
}

std::string flush_request() {
  return encode({.opcode = Opcode::flush, .key = {}});
}

Parsed<Ok> parse_flush(std::string_view received) {
  // The status that a server started with -F gives, too; the text protocol calls it so.
  Parsed<Ok> done =
      parse_done(Opcode::flush, received, {{ServerStatus::auth_error, Code::client_error}});
  if (done && done->code() == Code::client_error) {
    done->error().reason = "the server forbids it, as with -F, or requires a login";
  }
  return done;
}

std::string auth_request(std::string_view user, std::string_view password) {
  std::string token(1, '\0');
  token.append(user).append(1, '\0').append(password);
  return encode({.opcode = Opcode::sasl_auth, .key = "PLAIN", .value = token});
}

Parsed<Ok> parse_auth(std::string_view received) {
  return parse_done(Opcode::sasl_auth, received);
}

}  // namespace mcd::binary
