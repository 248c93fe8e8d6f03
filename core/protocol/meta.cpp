#include "core/protocol/meta.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/base64.h"
#include "core/base/text.h"
#include "core/items/item.h"
#include "core/items/key.h"
#include "core/protocol/ascii.h"

namespace mcd::meta {
namespace {

constexpr std::string_view line_end = "\r\n";

Error no_meta_commands() {
  return {.code = Code::not_supported,
          .reason = "the server does not support meta commands",
          .advice =
              "this requires memcached 1.6.6 or newer, and no proxy without meta commands in "
              "front of it"};
}

bool is_plain(std::string_view wire_key) {
  return find_bad_key_byte(wire_key) == std::string_view::npos;
}

// A key as requests name it: as it is, or as base64 and with the flag that says so after the other
// operands. `wire_key` must outlive it.
class NamedKey {
 public:
  explicit NamedKey(std::string_view wire_key) : text_(wire_key) {
    if (is_plain(wire_key)) return;
    encoded_ = base64(wire_key);
    text_ = encoded_;
    flag_ = " b";
  }
  NamedKey(const NamedKey&) = delete;
  NamedKey& operator=(const NamedKey&) = delete;

  std::string_view text() const { return text_; }
  std::string_view flag() const { return flag_; }

 private:
  std::string encoded_{};
  std::string_view text_;
  std::string_view flag_ = "";
};

// A number as it travels: every item has one, so it is short and quick to write and to compare.
std::array<char, 3> text_of_opaque(std::uint32_t opaque) {
  constexpr std::string_view digits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  return {digits[opaque >> 12U & 63U], digits[opaque >> 6U & 63U], digits[opaque & 63U]};
}

// What is to come back, as the last operand.
void append_opaque(std::string& out, std::uint32_t opaque) {
  if (opaque == 0) return;
  const auto [first, second, third] = text_of_opaque(opaque);
  const std::array operand = {' ', 'O', first, second, third};
  out.append(operand.data(), operand.size());
}

void append_request(std::string& out, std::string_view command, std::string_view wire_key,
                    std::string_view operands, std::uint32_t opaque) {
  const NamedKey key(wire_key);
  out.append(command).append(key.text()).append(operands).append(key.flag());
  append_opaque(out, opaque);
  out.append(line_end);
}

std::string_view mode_flag(StoreMode mode) {
  switch (mode) {
    case StoreMode::add: return " ME";
    case StoreMode::replace: return " MR";
    case StoreMode::append: return " MA";
    case StoreMode::prepend: return " MP";
    case StoreMode::set: break;  // the server's default
  }
  return "";
}

struct Word {
  std::string_view word;
  Code code;
};
// Of all dialects.
constexpr std::array words = {Word{"HD", Code::success},     Word{"NS", Code::not_stored},
                              Word{"EN", Code::not_found},   Word{"NF", Code::not_found},
                              Word{"EX", Code::data_exists}, Word{"OK", Code::success},
                              Word{"STORED", Code::success}, Word{"NOT_STORED", Code::not_stored}};

// "set KEY FLAGS EXPTIME SIZE", for servers without meta commands.
void append_plain_set(std::string& out, const ItemToSet& item) {
  const std::string_view word = item.mode == StoreMode::add       ? "add "
                                : item.mode == StoreMode::replace ? "replace "
                                                                  : "set ";
  out.append(word).append(item.wire_key).push_back(' ');
  append_decimal(out, item.flags);
  out.push_back(' ');
  append_decimal(out, item.expiry);
  out.push_back(' ');
  append_decimal(out, item.value.size());
  out.append(line_end).append(item.value).append(line_end);
}

// The text after `letter` among the flags of a reply, which blanks separate.
std::optional<std::string_view> flag_of(const Reply& reply, char letter) {
  std::string_view rest = reply.line;
  while (true) {
    const std::size_t space = rest.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(space + 1);
    if (rest.starts_with(letter)) return rest.substr(1, rest.find(' ') - 1);
  }
}

Parsed<Reply> parse_value(std::string_view line, std::string_view received) {
  // VA size flags...
  constexpr std::size_t digits_at = 3;
  const std::string_view digits = line.substr(digits_at, line.find(' ', digits_at) - digits_at);
  const auto size = parse_unsigned(digits);
  if (!size || *size > largest_value) return ascii::error_of(line);
  const std::size_t value_at = line.size() + line_end.size();
  const std::size_t whole = value_at + *size + line_end.size();
  if (received.size() < whole) return std::nullopt;
  if (received.substr(value_at + *size, line_end.size()) != line_end) {
    return Error{.code = Code::protocol_error,
                 .reason = "the value does not end where the server said"};
  }
  return Result(Reply{.code = Code::success,
                      .line = line,
                      .value = received.substr(value_at, *size),
                      .size = whole});
}

}  // namespace

Dialect dialect_of(std::string_view version) {
  constexpr std::string_view series = "1.6.";
  if (!version.starts_with(series)) return Dialect::current;
  version.remove_prefix(series.size());
  const std::size_t end = std::min(version.find_first_not_of("0123456789"), version.size());
  const auto number = parse_unsigned(version.substr(0, end));
  return number && *number < 10 ? Dialect::before_1_6_10 : Dialect::current;
}

bool can_name(std::string_view wire_key, Dialect dialect) {
  if (wire_key.empty()) return false;
  if (is_plain(wire_key)) return wire_key.size() <= wire_key_limit;
  return dialect == Dialect::current && wire_key.size() <= base64_key_limit;
}

Request append_get(std::string& out, std::string_view wire_key, std::uint32_t opaque) {
  append_request(out, "mg ", wire_key, " u v f t", opaque);
  return {.kind = Request::Kind::get, .opaque = opaque};
}

Request append_get_ttl(std::string& out, std::string_view wire_key, std::uint32_t opaque) {
  append_request(out, "mg ", wire_key, " u t", opaque);
  return {.kind = Request::Kind::get_ttl, .opaque = opaque};
}

Request append_set(std::string& out, const ItemToSet& item, Dialect dialect, std::uint32_t opaque) {
  if (dialect == Dialect::plain) {
    append_plain_set(out, item);
    return {.kind = Request::Kind::set};
  }
  const NamedKey key(item.wire_key);
  out.append("ms ").append(key.text()).append(dialect == Dialect::current ? " " : " S");
  append_decimal(out, item.value.size());
  if (item.expiry != 0) {
    out.append(" T");
    append_decimal(out, item.expiry);
  }
  if (item.flags != 0) {
    out.append(" F");
    append_decimal(out, item.flags);
  }
  out.append(mode_flag(item.mode)).append(key.flag());
  append_opaque(out, opaque);
  out.append(line_end).append(item.value).append(line_end);
  return {.kind = Request::Kind::set, .opaque = opaque};
}

Request append_delete(std::string& out, std::string_view wire_key, std::uint32_t opaque) {
  append_request(out, "md ", wire_key, "", opaque);
  return {.kind = Request::Kind::remove, .opaque = opaque};
}

Error cannot_name(Dialect dialect) {
  Error error{.code = Code::not_supported,
              .reason = "this key has bytes that only the binary protocol allows"};
  if (dialect == Dialect::before_1_6_10) error.advice = "this requires memcached 1.6.10 or newer";
  return error;
}

std::string noop_request() {
  return "mn\r\n";
}

Parsed<Ok> parse_noop(std::string_view received) {
  Parsed<Ok> known = ascii::parse_word(received, "MN");
  // Some between 1.5 and 1.6.6 know meta commands of another form.
  if (known && (known->code() == Code::error || received.starts_with("EN"))) {
    return no_meta_commands();
  }
  return known;
}

Parsed<Reply> parse_reply(std::string_view received) {
  const auto parsed = ascii::parse_line(received);
  if (!parsed) return std::nullopt;
  if (!*parsed) return parsed->error();
  const std::string_view line = **parsed;
  if (line.starts_with("VA ")) return parse_value(line, received);
  Reply reply{.code = Code::success, .line = line, .value = {}, .size = line.size() + 2};
  const std::string_view first = line.substr(0, line.find(' '));
  for (const Word& row : words) {
    if (first != row.word) continue;
    reply.code = row.code;
    return Result(reply);
  }
  const Error error = ascii::error_of(line);
  // The server has read the request to its end, and says what is wrong with the item. After any
  // other error it may take the value for a command.
  if (!line.starts_with("SERVER_ERROR")) return error;
  reply.code = error.code;
  return Result(reply);
}

Status check_fits(const Request& request, const Reply& reply) {
  if (reply.line.starts_with("SERVER_ERROR")) return Ok{};  // which anything may meet with
  const std::string_view word = reply.line.substr(0, reply.line.find(' '));
  const auto is = [word](std::string_view one, std::string_view other) {
    return word == one || word == other;
  };
  const bool is_miss = word == "EN";
  const bool is_done = is("HD", "OK");
  bool fits = false;
  switch (request.kind) {
    using enum Request::Kind;
    case get: fits = is_miss || (word == "VA" && flags_of(reply) && ttl_of(reply)); break;
    case get_ttl: fits = is_miss || (is_done && ttl_of(reply)); break;
    case set: fits = is_done || word == "NS" || is("STORED", "NOT_STORED"); break;
    case remove: fits = is_done || word == "NF"; break;
  }
  if (fits && request.opaque != 0) {
    const auto opaque = flag_of(reply, 'O');
    const std::array<char, 3> expected = text_of_opaque(request.opaque);
    fits = opaque ? *opaque == std::string_view(expected.data(), expected.size()) : is_miss;
  }
  if (fits) return Ok{};
  Error error = ascii::error_of(reply.line);
  error.reason += ", which does not answer the request";
  return error;
}

Error error_of(const Reply& reply) {
  if (reply.line.starts_with("SERVER_ERROR")) return ascii::error_of(reply.line);
  return {.code = reply.code};
}

std::optional<std::uint64_t> flags_of(const Reply& reply) {
  const auto text = flag_of(reply, 'f');
  return text ? parse_unsigned(*text) : std::nullopt;
}

std::optional<std::int64_t> ttl_of(const Reply& reply) {
  const auto text = flag_of(reply, 't');
  if (text == "-1") return -1;
  const auto number = text ? parse_unsigned(*text) : std::nullopt;
  if (!number || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

Parsed<std::int64_t> parse_ttl(std::string_view received) {
  const Parsed<Reply> reply = parse_reply(received);
  if (!reply) return std::nullopt;
  if (!*reply) return reply->code() == Code::error ? no_meta_commands() : reply->error();
  if ((*reply)->size != received.size()) {
    return Error{.code = Code::protocol_error, .reason = "the server sent more than one answer"};
  }
  if (Status fits = check_fits({.kind = Request::Kind::get_ttl}, **reply); !fits)
    return std::move(fits.error());
  if ((*reply)->code != Code::success) return error_of(**reply);
  return Result(*ttl_of(**reply));
}

}  // namespace mcd::meta
