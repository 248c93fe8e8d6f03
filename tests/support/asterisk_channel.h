// The other side of AGI: a channel in an Asterisk whose dialplan has called AGI().

#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/posix.h"

namespace mcd::test {

// Says what Asterisk 16 and 22 say, as measured, to the two commands that mcdctl gives. Those of
// `data` that start with "agi://" are FastAGI.
class AsteriskChannel {
 public:
  // `data` is what the dialplan gave to AGI(): "agi://127.0.0.1/mcdget,VAR,key", or
  // "mcdctl,agi,mcdget,VAR,key".
  explicit AsteriskChannel(std::string data, std::string version = "22.10.1");

  // The channel's variables. MCDRESULT and VAR are there from the start, with the value "stale".
  std::map<std::string, std::string> variables;
  // The variable's value; "(unset)" where there is none.
  std::string operator[](const std::string& name) const;

  // What is said first.
  std::string header() const;
  // The program's arguments: of "mcdctl,agi,mcdget" the last two.
  std::vector<std::string> arguments() const;
  // The reply to a command line, both without the newline.
  std::string reply_to(std::string_view line);

  // The functions that this Asterisk lacks: "LEN" (and with it ARRAY), "CHANNEL".
  std::vector<std::string> missing_functions{};
  // A line was longer than this Asterisk takes; the rest would have been another command.
  bool was_line_cut = false;

 private:
  bool is_fastagi() const { return data_.starts_with("agi://"); }
  bool has(std::string_view function) const;
  std::string value_of(const std::string& expression) const;
  std::string substituted(std::string_view text) const;
  void set(const std::string& name, const std::string& value);

  std::string data_;
  std::string version_;
};

// The parts of `text` between the commas that are in no quotes and no brackets, with quotes and
// backslashes taken out: how Asterisk parts what is given to applications and to ARRAY().
std::vector<std::string> parted_as_arguments(std::string_view text);

// A connection over which a channel talks: the program's commands come from `from`, the replies go
// to `to`, which may be the same descriptor.
class AgiTalk {
 public:
  AgiTalk(AsteriskChannel& channel, int from, int to) : channel_(channel), from_(from), to_(to) {}

  // False when the program takes no more.
  bool send(std::string_view bytes) const;
  // Answers until the program closes the connection; false if it has not within `timeout`.
  bool answer_to_the_end(std::chrono::milliseconds timeout);
  // The next line, without answering it; nothing at the end, or after `timeout`.
  std::optional<std::string> read_line(std::chrono::milliseconds timeout);

 private:
  AsteriskChannel& channel_;
  int from_;
  int to_;
  std::string received_{};
  bool has_ended_ = false;
};

// The whole call over FastAGI: false if it does not connect, or does not end within the timeout.
bool call_fastagi(AsteriskChannel& channel, const std::string& address,
                  std::chrono::milliseconds timeout = std::chrono::seconds(30));

}  // namespace mcd::test
