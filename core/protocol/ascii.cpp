#include "core/protocol/ascii.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "core/base/text.h"
#include "core/items/ttl.h"

namespace mcd::ascii {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view tail = "\r\nEND\r\n";  // after a value

// An answer of a single line, with nothing after it.
Parsed<std::string_view> parse_single_line(std::string_view received) {
  Parsed<std::string_view> line = parse_line(received);
  if (line && *line && received.size() > (*line)->size() + line_end.size()) {
    return Error{.code = Code::protocol_error,
                 .reason = "the server sent more than one answer, the first " + quote(**line)};
  }
  return line;
}

struct Refusal {
  std::string_view word;
  Code code;
};

// An answer of one word: success, or one of the refusals that the protocol has for the request.
Parsed<Ok> parse_word(std::string_view received, std::string_view success,
                      std::initializer_list<Refusal> refusals) {
  const auto line = parse_single_line(received);
  if (!line) return std::nullopt;
  if (!*line) return line->error();
  if (**line == success) return Result(Ok{});
  for (const Refusal& refusal : refusals) {
    if (**line == refusal.word) return Error{.code = refusal.code};
  }
  return error_of(**line);
}

}  // namespace

Parsed<std::string_view> parse_line(std::string_view received) {
  constexpr std::size_t longest_line = 4096;  // far above any line memcached sends
  const std::size_t end = received.find(line_end);
  if (end != std::string_view::npos && end <= longest_line) {
    return Result(received.substr(0, end));
  }
  if (received.size() <= longest_line) return std::nullopt;
  return Error{.code = Code::protocol_error, .reason = "the server's answer has no end of line"};
}

Error error_of(std::string_view line) {
  Code code = Code::protocol_error;
  std::string subject = "the server";
  if (line.starts_with("SERVER_ERROR out of memory")) {
    code = Code::server_out_of_memory;
  } else if (line.starts_with("SERVER_ERROR object too large")) {
    code = Code::too_big;
  } else if (line.starts_with("SERVER_ERROR")) {
    code = Code::server_error;
  } else if (line.starts_with("CLIENT_ERROR authentication failure")) {
    code = Code::auth_failure;
  } else if (line.starts_with("CLIENT_ERROR unauthenticated") ||
             line.starts_with("CLIENT_ERROR bad authentication token format")) {
    code = Code::auth_failure;
    subject = "the server requires a user name and a password, and did not get both: it";
  } else if (line.starts_with("CLIENT_ERROR")) {
    code = Code::client_error;
  } else if (line == "ERROR") {
    code = Code::error;
  }
  return {.code = code, .reason = subject + " answered " + quote(line)};
}

Parsed<Ok> parse_word(std::string_view received, std::string_view success) {
  return parse_word(received, success, {});
}

std::string get_request(std::string_view key, bool wants_cas) {
  return std::string(wants_cas ? "gets " : "get ").append(key).append(line_end);
}

std::optional<std::size_t> answer_size(std::string_view received) {
  const auto line = parse_line(received);
  if (!line || !*line) return std::nullopt;
  const std::size_t size = (**line).size() + line_end.size();
  if (!(**line).starts_with("VALUE ")) return size;
  const auto words = split_at(**line, ' ');
  const auto bytes = words.size() == 4 || words.size() == 5 ? parse_unsigned(words[3])
                                                            : std::optional<std::uint64_t>();
  if (!bytes || *bytes > largest_value) return std::nullopt;
  return size + *bytes + tail.size();
}

Parsed<std::optional<Item>> parse_get(std::string_view key, std::string_view received,
                                      bool wants_cas, std::size_t limit) {
  const auto header = parse_line(received);
  if (!header) return std::nullopt;
  if (!*header) return header->error();
  const std::string_view line = **header;
  if (line == "END") {
    const auto alone = parse_single_line(received);
    if (!*alone) return alone->error();
    return Result(std::optional<Item>());
  }
  // VALUE key flags bytes cas
  const auto words = split_at(line, ' ');
  if (words[0] != "VALUE" || words.size() != (wants_cas ? 5 : 4)) return error_of(line);
  const auto flags = parse_unsigned(words[2]);
  const auto size = parse_unsigned(words[3]);
  const auto cas = wants_cas ? parse_unsigned(words[4]) : std::optional<std::uint64_t>(0);
  if (!flags || !size || *size > largest_value || !cas) return error_of(line);
  if (words[1] != key) {
    return Error{.code = Code::protocol_error,
                 .reason = "the server answered with another key, " + quote(words[1])};
  }
  if (Status fits = check_value_size(*size, limit); !fits) return std::move(fits.error());
  const std::string_view body = received.substr(line.size() + line_end.size());
  if (body.size() < *size + tail.size()) return std::nullopt;
  if (body.substr(*size) != tail) {
    return Error{.code = Code::protocol_error,
                 .reason = "the value does not end where the server said"};
  }
  return Result(std::optional(
      Item{.value = std::string(body.substr(0, *size)), .flags = *flags, .cas = *cas}));
}

std::string store_request(std::string_view key, const StoreRequest& request, std::uint32_t expiry) {
  std::string out;
  out.reserve(key.size() + request.value.size() + 80);
  out.append(request.cas ? "cas" : name_of(request.mode)).append(" ").append(key);
  out.append(" ").append(std::to_string(request.flags));
  out.append(" ").append(std::to_string(expiry));
  out.append(" ").append(std::to_string(request.value.size()));
  if (request.cas) out.append(" ").append(std::to_string(*request.cas));
  return out.append(line_end).append(request.value).append(line_end);
}

Parsed<Ok> parse_store(const StoreRequest& request, std::string_view received) {
  constexpr std::string_view success = "STORED";
  if (request.cas) {
    return parse_word(received, success,
                      {{"EXISTS", Code::data_exists}, {"NOT_FOUND", Code::not_found}});
  }
  // Nothing stands in the way of a plain set.
  if (request.mode == StoreMode::set) return parse_word(received, success);
  return parse_word(received, success, {{"NOT_STORED", Code::not_stored}});
}

std::string delete_request(std::string_view key) {
  return std::string("delete ").append(key).append(line_end);
}

Parsed<Ok> parse_delete(std::string_view received) {
  return parse_word(received, "DELETED", {{"NOT_FOUND", Code::not_found}});
}

std::string delete_unchanged_request(std::string_view key, std::uint64_t cas) {
  // -1 would do, too, but nutcracker takes no negative numbers.
  std::string request("cas ");
  request.append(key).append(" 0 ").append(std::to_string(expiry_in_the_past)).append(" 0 ");
  request.append(std::to_string(cas));
  return request.append(line_end).append(line_end);
}

Parsed<Ok> parse_delete_unchanged(std::string_view received) {
  return parse_word(received, "STORED",
                    {{"EXISTS", Code::data_exists}, {"NOT_FOUND", Code::not_found}});
}

std::string touch_request(std::string_view key, std::uint32_t expiry) {
  std::string request("touch ");
  return request.append(key).append(" ").append(std::to_string(expiry)).append(line_end);
}

Parsed<Ok> parse_touch(std::string_view received) {
  return parse_word(received, "TOUCHED", {{"NOT_FOUND", Code::not_found}});
}

std::string arithmetic_request(std::string_view key, Increment increment) {
  std::string request(increment.negative ? "decr " : "incr ");
  request.append(key).append(" ").append(std::to_string(increment.magnitude));
  return request.append(line_end);
}

Parsed<std::uint64_t> parse_arithmetic(std::string_view received) {
  const auto line = parse_single_line(received);
  if (!line) return std::nullopt;
  if (!*line) return line->error();
  if (**line == "NOT_FOUND") return Error{.code = Code::not_found};
  // "7 " after a decrement
  const std::string_view digits = (**line).substr(0, (**line).find_last_not_of(' ') + 1);
  if (const auto number = parse_unsigned(digits)) return Result(*number);
  return error_of(**line);
}

std::string version_request() {
  return "version\r\n";
}

Parsed<std::string> parse_version(std::string_view received) {
  constexpr std::string_view word = "VERSION ";
  const auto line = parse_single_line(received);
  if (!line) return std::nullopt;
  if (!*line) return line->error();
  if (!(**line).starts_with(word)) return error_of(**line);
  return Result(std::string((**line).substr(word.size())));
}

std::string stats_request(std::string_view group) {
  std::string request("stats");
  if (!group.empty()) request.append(" ").append(group);
  return request.append(line_end);
}

Parsed<Stats> parse_stats(std::string_view group, std::string_view received) {
  constexpr std::string_view word = "STAT ";
  if (received.size() > largest_stats) {
    return Error{.code = Code::protocol_error, .reason = "the server's answer has no end"};
  }
  std::vector<std::string_view> lines;
  while (true) {
    // The line that ends the answer is its last.
    const auto line =
        received.starts_with(word) ? parse_line(received) : parse_single_line(received);
    if (!line) return std::nullopt;
    if (!*line) return line->error();
    if (**line == "END") break;
    const bool has_name = (**line).size() > word.size() && (**line)[word.size()] != ' ';
    if (!(**line).starts_with(word) || !has_name) {
      Error error = error_of(**line);
      if (error.code == Code::error && !group.empty() && lines.empty()) {
        error.code = Code::unknown_stat_key;
      }
      return error;
    }
    lines.push_back((**line).substr(word.size()));
    received.remove_prefix((**line).size() + line_end.size());
  }
  Stats stats;
  stats.reserve(lines.size());
  for (const std::string_view line : lines) {
    const std::size_t space = std::min(line.find(' '), line.size());
    stats.push_back({std::string(line.substr(0, space)),
                     std::string(line.substr(std::min(space + 1, line.size())))});
  }
  return Result(std::move(stats));
}

std::string flush_request() {
  return "flush_all\r\n";
}

Parsed<Ok> parse_flush(std::string_view received) {
  return parse_word(received, "OK", {});
}

std::string auth_request(std::string_view user, std::string_view password) {
  std::string token(user);
  token.append(" ").append(password);
  std::string request = "set auth 0 0 " + std::to_string(token.size());
  return request.append(line_end).append(token).append(line_end);
}

Parsed<Ok> parse_auth(std::string_view received) {
  return parse_word(received, "STORED");
}

}  // namespace mcd::ascii
