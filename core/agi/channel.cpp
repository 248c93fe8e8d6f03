#include "core/agi/channel.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "core/base/hex.h"
#include "core/base/text.h"

namespace mcd::agi {
namespace {

// Of the function whose value is asked for; it gives a byte less.
constexpr std::size_t function_buffer = 4096;

// What stands after "agi_arg_".
std::optional<std::size_t> argument_number(std::string_view name) {
  constexpr std::string_view start = "agi_arg_";
  if (!name.starts_with(start)) return std::nullopt;
  const auto number = parse_unsigned(name.substr(start.size()));
  return number ? std::optional<std::size_t>(*number) : std::nullopt;
}

bool is_header_name(std::string_view name) {
  return name.starts_with("agi_") && std::ranges::all_of(name, [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                  letter == '_';
         });
}

void take_field(Header& header, std::string_view name, std::string_view value) {
  if (name == "agi_request") header.request = value;
  if (name == "agi_network_script") header.script = value;
  if (name == "agi_channel") header.channel = value;
  if (name == "agi_version") header.version = value;
  const auto number = argument_number(name);
  if (!number) return;
  if (*number == header.arguments.size() + 1) {
    header.arguments.emplace_back(value);
  } else {
    header.is_forged = true;  // they come in order
  }
}

bool is_unreserved(char letter) {
  const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  return is_letter || (letter >= '0' && letter <= '9') ||
         std::string_view("-_.~").find(letter) != std::string_view::npos;
}

// ARRAY() splits its values at commas outside of brackets, and takes quotes and backslashes away.
std::string escaped_for_array(std::string_view value) {
  std::string text;
  text.reserve(value.size());
  for (const char letter : value) {
    if (std::string_view(",\"\\()[]{}").find(letter) != std::string_view::npos) text += '\\';
    text += letter;
  }
  return text;
}

Error problem(Code code, std::string reason) {
  return {.code = code,
          .attempt = "talk to Asterisk",
          .reason = std::move(reason),
          .advice = std::string(debugging)};
}

}  // namespace

Parsed<Header> parse_header(std::string_view received) {
  Header header;
  std::set<std::string_view> seen;
  for (std::size_t start = 0; start <= longest_header;) {
    const std::size_t end = received.find('\n', start);
    if (end == std::string_view::npos) break;
    const std::string_view line = received.substr(start, end - start);
    start = end + 1;
    if (line.empty()) {
      header.size = start;
      return Result(std::move(header));
    }
    const std::size_t colon = line.find(": ");
    const std::string_view name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_header_name(name) || !seen.insert(name).second) {
      header.is_forged = true;
      continue;
    }
    take_field(header, name, line.substr(colon + 2));
  }
  if (received.size() < longest_header) return std::nullopt;
  return problem(Code::protocol_error,
                 "the header has more than " + std::to_string(longest_header) + " bytes");
}

Parsed<Header> Received::take_header() {
  // Looked for first, so that a header that comes byte by byte is parsed once.
  const bool has_end =
      text_.starts_with('\n') || text_.find("\n\n", searched_) != std::string::npos;
  if (!has_end && text_.size() < longest_header) {
    searched_ = text_.empty() ? 0 : text_.size() - 1;
    return std::nullopt;
  }
  Parsed<Header> header = parse_header(text_);
  if (header && *header) text_.erase(0, (*header)->size);
  searched_ = 0;
  return header;
}

Parsed<std::string> Received::take_line() {
  constexpr std::size_t longest = 16384;  // the answer to a question has twice 4095 bytes
  const std::size_t end = text_.find('\n', searched_);
  if (end != std::string::npos) {
    last_line_ = text_.substr(0, end);
    text_.erase(0, end + 1);
    searched_ = 0;
    return Result(*last_line_);
  }
  searched_ = text_.size();
  if (text_.size() <= longest) return std::nullopt;
  return problem(Code::protocol_error,
                 "a line has more than " + std::to_string(longest) + " bytes");
}

Error Received::silence() const {
  std::string reason = "no answer within " + std::to_string(patience.count()) + " s";
  if (last_line_) reason += "; the last line was " + quote(*last_line_);
  return problem(Code::timeout, std::move(reason));
}

Error Received::nonsense() const {
  return problem(Code::protocol_error, "Asterisk answered " + quote(last_line_.value_or("")));
}

std::size_t longest_command(std::string_view version) {
  constexpr std::uint64_t first_with_long_lines = 22;
  constexpr std::uint64_t highest = 999;  // what is above is a date or part of a hash
  for (const std::string_view kind : {"certified/", "GIT-"}) {
    if (version.starts_with(kind)) version.remove_prefix(kind.size());
  }
  const auto major = parse_unsigned(version.substr(0, version.find_first_of(".-~")));
  return major && *major >= first_with_long_lines && *major <= highest ? 8191 : 2047;
}

std::optional<int> status_of(std::string_view line) {
  constexpr std::size_t digits = 3;
  const auto status = parse_unsigned(line.substr(0, digits));
  // "520-" begins an answer of several lines, and "520 " ends it.
  if (!status || *status < 100 || line.size() <= digits || line[digits] != ' ') return std::nullopt;
  return static_cast<int>(*status);
}

std::string quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + '"';
}

std::string uri_encode(std::string_view bytes) {
  std::string text;
  for (const char letter : bytes) {
    if (is_unreserved(letter)) {
      text += letter;
    } else {
      text += '%';
      append_hex(text, static_cast<unsigned char>(letter), upper_hex_digits);
    }
  }
  return text;
}

std::optional<std::string> uri_decode(std::string_view text) {
  std::string bytes;
  for (std::size_t place = 0; place < text.size(); ++place) {
    if (text[place] != '%') {
      bytes += text[place];
      continue;
    }
    const auto byte = byte_of_hex(text.substr(place + 1));
    if (!byte) return std::nullopt;
    bytes += *byte;
    place += 2;
  }
  return bytes;
}

std::optional<std::string> set_command(std::string_view name, std::string_view value,
                                       std::size_t longest) {
  std::string line("SET VARIABLE ");
  line.append(name).append(" ").append(quoted(value)).append("\n");
  if (line.size() > longest) return std::nullopt;
  return line;
}

std::optional<std::string> set_command(std::string_view first_name, std::string_view first_value,
                                       std::string_view second_name, std::string_view second_value,
                                       std::size_t longest) {
  std::string name("ARRAY(");
  name.append(first_name).append(",").append(second_name).append(")");
  return set_command(name, escaped_for_array(first_value) + "," + escaped_for_array(second_value),
                     longest);
}

bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
  };
  return !name.empty() && is_letter(name[0]) && std::ranges::all_of(name, [&](char letter) {
    return is_letter(letter) || (letter >= '0' && letter <= '9');
  }) && name.find_first_not_of('_') != std::string_view::npos;
}

// NONCE:1:3600:NONCE:agi://127.0.0.1/mcdget,VAR,key:NONCE
std::string ChannelQuestion::command() const {
  return "GET FULL VARIABLE " + nonce_ + ":${LEN(x)}:${MCDTTL:0:1000}:" + nonce_ +
         ":${CHANNEL(appdata)}:" + nonce_ + "\n";
}

std::optional<Result<ChannelQuestion::Answer>> ChannelQuestion::take_line(std::string_view line) {
  constexpr std::size_t longest = 16384;  // twice 4095 bytes, the nonces, and room
  if (has_begun_) {
    text_ += '\n';
  } else {
    const std::string start = "200 result=1 (" + nonce_ + ":";
    if (!line.starts_with(start)) return std::nullopt;
    line.remove_prefix(start.size());
    has_begun_ = true;
  }
  text_ += line;
  const std::string end = ":" + nonce_ + ")";
  if (text_.ends_with(end)) {
    return read(std::string_view(text_).substr(0, text_.size() - end.size()));
  }
  if (text_.size() <= longest) return std::nullopt;
  return Result<Answer>(problem(Code::protocol_error, "the answer has no end"));
}

Result<ChannelQuestion::Answer> ChannelQuestion::read(std::string_view text) const {
  const std::string middle = ":" + nonce_ + ":";
  const std::size_t behind_length = text.find(':');
  const std::size_t behind_ttl = text.find(middle);
  if (behind_ttl == std::string_view::npos || behind_length >= behind_ttl) {
    return problem(Code::protocol_error, "the answer is incomplete");
  }
  Answer answer{.ttl = {}, .data = std::string(text.substr(behind_ttl + middle.size()))};
  const std::string_view ttl = text.substr(behind_length + 1, behind_ttl - behind_length - 1);
  if (!ttl.empty()) answer.ttl = ttl;
  answer.has_array = text.substr(0, behind_length) == "1";
  answer.is_cut = answer.data.size() >= function_buffer - 1;
  if (!answer.data.empty()) return answer;
  return Error{.code = Code::not_supported,
               .reason = "Asterisk does not report the arguments of AGI()",
               .advice = "load func_channel.so"};
}

}  // namespace mcd::agi
