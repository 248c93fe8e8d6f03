// The Asterisk Gateway Interface, as far as mcdctl speaks it: an Asterisk sends a header about the
// channel, then answers one command line after the other. Bytes and lines only; nothing here reads
// or writes. What real Asterisk 16 and 22 do is told where it matters.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/parsed.h"
#include "core/base/result.h"

namespace mcd::agi {

// The header: `agi_NAME: value` lines up to an empty one.
struct Header {
  std::string request;  // agi_request: of FastAGI the URL
  std::string script;   // agi_network_script: path and query of that URL, not decoded
  std::string channel;  // agi_channel
  std::string version;  // agi_version
  std::vector<std::string> arguments;  // agi_arg_1 and on, without the quotes and backslashes that
                                       // Asterisk has taken out
  // A line is none of a header, or comes twice: somebody got a newline into an argument, a name or
  // a number, which Asterisk passes on as it is.
  bool is_forged = false;
  std::size_t size = 0;  // bytes that it takes up
};

// An application takes 8191 bytes of arguments, and what else there is comes to less than 2000.
inline constexpr std::size_t longest_header = 16384;

// Fails with protocol_error: longer than longest_header.
Parsed<Header> parse_header(std::string_view received);

// What somebody can do who wonders about an Asterisk's answers.
inline constexpr std::string_view debugging =
    "watch the conversation with 'agi set debug on' in Asterisk";

// How long an Asterisk may take for what it has to say in front of a request, and after it.
inline constexpr std::chrono::seconds patience(10);

// What an Asterisk sends, as its bytes come: a header, and lines after it.
class Received {
 public:
  void add(std::string_view bytes) { text_ += bytes; }
  bool is_empty() const { return text_.empty(); }

  // Take out what is next; nothing where more of it has to come. Fail with protocol_error where it
  // is longer than an Asterisk makes it. The line is without its newline.
  Parsed<Header> take_header();
  Parsed<std::string> take_line();

  // What comes from now on answers what was sent.
  void expect_answer() { last_line_.reset(); }
  // Why it is given up, with the last line of its answer: nothing more comes (timeout), or that
  // line is none that should come (protocol_error).
  Error silence() const;
  Error nonsense() const;

 private:
  std::string text_{};
  std::size_t searched_ = 0;  // no end begins in front of it
  std::optional<std::string> last_line_{};
};

// How many bytes a command line may have, with its newline: Asterisk cuts longer ones, and takes
// the rest for another command. 8191 in 22 (also as "certified/22.8-cert1" and "GIT-22-1a2b3c");
// 2047 in 16 and, as far as is known, in those between, and so in any that does not say which it
// is.
std::size_t longest_command(std::string_view version);

// The status of an answer of Asterisk: 200, or why not. Nothing where the line, which is without
// its newline, is not an answer: "HANGUP" comes at any time, and a 520 has several lines.
std::optional<int> status_of(std::string_view line);

// The text between double quotes in a command.
std::string quoted(std::string_view text);

// Percent-encoding, as URIENCODE() and URIDECODE() of the dialplan have it.
std::string uri_encode(std::string_view bytes);
// Nothing where a % is not followed by two hexadecimal digits.
std::optional<std::string> uri_decode(std::string_view text);

// The line that sets the variables, which is shorter than `longest` with its newline; the values
// may be any bytes but newline and NUL. Nothing where it would be longer. Two at once are set
// through ARRAY(), in one round trip, with what it would part or take away escaped.
std::optional<std::string> set_command(std::string_view name, std::string_view value,
                                       std::size_t longest);
std::optional<std::string> set_command(std::string_view first_name, std::string_view first_value,
                                       std::string_view second_name, std::string_view second_value,
                                       std::size_t longest);

// A plain name, with at most the underscores in front by which a channel's children inherit it.
bool is_variable_name(std::string_view name);

// What a request has to know of its channel, asked in one round trip. The arguments in the header
// are not to be trusted: Asterisk has taken out quotes and backslashes, and a newline in one looks
// like another header line, or like the header's end and an answer. So the application's data is
// asked for, and stands in the answer between numbers that nobody else knows, whatever is in it. No
// dialplan function is put around it: given "a):b", URIENCODE(${X}) and LEN(${X}) see "a", because
// Asterisk takes a colon after closed brackets for the start of an offset.
class ChannelQuestion {
 public:
  // `nonce` is letters and digits that can't be guessed.
  explicit ChannelQuestion(std::string nonce) : nonce_(std::move(nonce)) {}

  // With its newline.
  std::string command() const;

  struct Answer {
    std::optional<std::string> ttl;  // MCDTTL, if it is set; its first 1000 bytes
    // What the dialplan gave to AGI(), byte for byte: the script, a comma, and the arguments.
    std::string data;
    // There may be more of `data`, which dialplan functions can't tell: they give 4095 bytes.
    bool is_cut = false;
    // ARRAY() is there: LEN() is, which comes with it.
    bool has_array = false;
  };
  // What the lines say so far, given one by one without their newlines; nothing where more belong
  // to the answer, or the line came before it. Fails with not_supported where the Asterisk lacks
  // CHANNEL(), or protocol_error where the answer has no end.
  std::optional<Result<Answer>> take_line(std::string_view line);
  // Whether the answer's first line has come: newlines in the data make it several.
  bool has_begun() const { return has_begun_; }

 private:
  Result<Answer> read(std::string_view text) const;

  std::string nonce_;
  std::string text_{};  // of the answer, between the first nonce and the last
  bool has_begun_ = false;
};

}  // namespace mcd::agi
