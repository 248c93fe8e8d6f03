// What a channel is asked and told for one request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/agi/channel.h"
#include "core/agi/request.h"
#include "core/base/result.h"

namespace mcd::agi {

// One request on one channel, from the header to the last answer: what to send, and what to make of
// the lines that come. Whoever has the connection sends what is there to send, feeds the lines, and
// performs the request when it is known.
class Dialog {
 public:
  // Of FastAGI: the request is the URL's path.
  Dialog(Header header, std::string nonce);
  // Of AGI: the operands of `mcdctl agi`, the request's name first.
  Dialog(Header header, std::string nonce, std::vector<std::string> operands);

  // Of a request that is refused before anything is asked: the channel must not go on with an old
  // MCDRESULT.
  Dialog(Header header, const Error& refusal);

  // What to send first.
  std::string opening() const { return is_asked_ ? commands_.front() : question_.command(); }

  enum class Step : std::uint8_t {
    wait,     // for another line
    perform,  // request() is known: perform it, and finish() with what came of it
    send,     // command() is to be sent
    done,     // all was said
    broken,   // the Asterisk does not answer as it should, or has refused a variable
  };
  // A line from Asterisk, without its newline.
  Step take_line(std::string_view line);
  // The outcome of the request; the step is send.
  Step finish(Outcome outcome);

  // Whether a line refused the question, which is not answered yet. A newline in an argument can
  // forge such a line, but then Asterisk's real answer follows at once.
  bool is_refused() const { return refusal_.has_value() && !is_asked_; }
  // No answer followed: the channel is told that its Asterisk did not understand the question, and
  // nothing is done. The step is send. Only while is_refused().
  Step accept_refusal();

  const Result<Request>& request() const { return request_; }
  const std::optional<std::string>& ttl() const { return ttl_; }
  const std::string& command() const { return commands_.front(); }
  // Whether it is known what came of the request, be the channel told or not.
  bool has_outcome() const { return has_outcome_; }
  const Outcome& outcome() const { return outcome_; }
  // For the log: the request's name as it came.
  const std::string& name() const { return name_; }
  const Header& header() const { return header_; }

 private:
  Step take_answer(const Result<ChannelQuestion::Answer>& answer);
  Result<std::string> arguments_of(const ChannelQuestion::Answer& answer) const;
  std::optional<std::string_view> after_request(std::string_view data, bool is_cut) const;
  Result<std::string> cut_arguments(const std::string& head) const;
  std::vector<std::string> commands_for(const Outcome& outcome) const;
  Step refuse(Error error);
  Step wait();
  bool is_late_answer(std::string_view line);

  Header header_;
  ChannelQuestion question_;
  std::vector<std::string> operands_{};  // of AGI
  bool is_fastagi_;
  std::string name_{};
  std::string variable_{};
  Result<Request> request_;
  std::optional<std::string> ttl_{};
  Outcome outcome_{};
  bool has_outcome_ = false;
  bool is_asked_ = false;                 // the question was answered, or given up
  std::optional<std::string> refusal_{};  // of the question
  bool has_array_ = false;
  bool has_stray_lines_ = false;  // before the answer: of arguments with newlines, in FastAGI
  std::size_t idle_lines_ = 0;    // that said nothing
  std::vector<std::string> commands_{};  // still to be sent and answered
};

}  // namespace mcd::agi
