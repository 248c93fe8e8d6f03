#include "core/protocol_binary.h"

#include <cstdint>

#include "core/text.h"

namespace mcd::binary {
namespace {

enum class Opcode : std::uint8_t { get = 0x00, version = 0x0b, sasl_auth = 0x21 };

constexpr std::size_t header_size = 24;
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

std::string request(Opcode opcode, std::string_view key, std::string_view value) {
  std::string out(1, request_magic);
  append_number(out, static_cast<std::uint8_t>(opcode), 1);
  append_number(out, key.size(), 2);
  append_number(out, 0, 4);  // no extras, data type, virtual bucket
  append_number(out, key.size() + value.size(), 4);
  out.append(12, '\0');  // opaque, cas
  return out.append(key).append(value);
}

struct Response {
  std::uint16_t status;
  std::uint64_t cas;
  std::string_view extras;
  std::string_view value;  // behind extras and key
};

Parsed<Response> parse_response(Opcode opcode, std::string_view received) {
  const auto nonsense = [](std::string reason) {
    return Error{.code = Code::protocol_error, .reason = std::move(reason)};
  };
  if (!received.empty() && received[0] != response_magic) {
    return nonsense("the server's answer is not of the binary protocol: " + quote(received));
  }
  if (received.size() < header_size) return std::nullopt;
  const std::uint64_t key_size = number_at(received, 2, 2);
  const std::uint64_t extras_size = number_at(received, 4, 1);
  const std::uint64_t body_size = number_at(received, 8, 4);
  constexpr std::uint64_t largest_body = (std::uint64_t{1} << 30U) + 1024;  // -I 1g, key, extras
  if (number_at(received, 1, 1) != static_cast<std::uint8_t>(opcode) ||
      number_at(received, 12, 4) != 0) {
    return nonsense("the server answered another request");
  }
  if (key_size + extras_size > body_size || body_size > largest_body) {
    return nonsense("the sizes in the server's answer make no sense");
  }
  if (received.size() < header_size + body_size) return std::nullopt;
  if (received.size() > header_size + body_size) {
    return nonsense("the server sent more than one answer");
  }
  return Result(Response{.status = static_cast<std::uint16_t>(number_at(received, 6, 2)),
                         .cas = number_at(received, 16, 8),
                         .extras = received.substr(header_size, extras_size),
                         .value = received.substr(header_size + extras_size + key_size)});
}

constexpr std::uint16_t status_ok = 0;
constexpr std::uint16_t status_not_found = 1;

Error error_of(const Response& response) {
  Code code = Code::server_error;
  switch (response.status) {
    case 0x20:  // PROTOCOL_BINARY_RESPONSE_AUTH_ERROR
    case 0x21:  // ..._AUTH_CONTINUE: PLAIN never continues
      code = Code::auth_failure;
      break;
    case 0x81: code = Code::error; break;                 // ..._UNKNOWN_COMMAND
    case 0x82: code = Code::server_out_of_memory; break;  // ..._ENOMEM
    default: break;
  }
  std::string reason = "the server answered status " + std::to_string(response.status);
  if (!response.value.empty()) reason += ", " + quote(response.value);
  return {.code = code, .reason = std::move(reason)};
}

}  // namespace

std::string get_request(std::string_view key) {
  return request(Opcode::get, key, "");
}

Parsed<std::optional<Item>> parse_get(std::string_view received) {
  const auto response = parse_response(Opcode::get, received);
  if (!response) return std::nullopt;
  if (!*response) return response->error();
  if ((*response)->status == status_not_found) return Result(std::optional<Item>());
  if ((*response)->status != status_ok) return error_of(**response);
  if ((*response)->extras.size() != 4) {
    return Error{.code = Code::protocol_error, .reason = "the server's answer has no flags"};
  }
  return Result(
      std::optional(Item{.value = std::string((*response)->value),
                         .flags = static_cast<std::uint32_t>(number_at((*response)->extras, 0, 4)),
                         .cas = (*response)->cas}));
}

std::string version_request() {
  return request(Opcode::version, "", "");
}

Parsed<std::string> parse_version(std::string_view received) {
  const auto response = parse_response(Opcode::version, received);
  if (!response) return std::nullopt;
  if (!*response) return response->error();
  if ((*response)->status != status_ok) return error_of(**response);
  return Result(std::string((*response)->value));
}

std::string auth_request(std::string_view user, std::string_view password) {
  std::string token(1, '\0');
  token.append(user).append(1, '\0').append(password);
  return request(Opcode::sasl_auth, "PLAIN", token);
}

Parsed<Ok> parse_auth(std::string_view received) {
  const auto response = parse_response(Opcode::sasl_auth, received);
  if (!response) return std::nullopt;
  if (!*response) return response->error();
  if ((*response)->status != status_ok) return error_of(**response);
  return Result(Ok{});
}

}  // namespace mcd::binary
