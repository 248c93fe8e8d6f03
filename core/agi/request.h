// What a dialplan asks for by AGI and FastAGI: requests named after the applications of
// res_memcached, what they do to the cluster, and what the channel is told.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/agi/channel.h"
#include "core/base/result.h"
#include "core/items/store.h"
#include "core/settings/settings.h"

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
};

// A row of the table of requests.
struct RequestKind {
  std::string_view name;  // "mcdget"
  Operation operation;
  std::string_view arguments;  // "VAR,KEY", for messages and documentation
  std::string_view sentence;
  // The lines of res_memcached's dialplan that it stands for, parted by blanks; empty where it is
  // new.
  std::string_view module_lines;
};
std::span<const RequestKind> all_requests();

struct Request {
  const RequestKind* kind = nullptr;
  std::string variable = {};  // that takes the value; empty where the request has none
  std::string key = {};
  std::string value = {};  // or what a counter is forced to
  std::optional<std::string> increment = {};
  std::optional<std::string> initial = {};  // ?initial=N: what a missing counter is taken for
  bool encodes_uri = false;  // ?encode=uri: for the variable; `value` was decoded already
};

// The request of `name_and_query` ("mcdget?encode=uri") with the arguments in `text` (all of them,
// with the commas between, as the dialplan has them). A value is all behind the key and its comma,
// and so may hold commas. Fails with argument_needed: no such request or query, an argument
// missing, a variable's name that is none, a value that is not encoded where ?encode=uri says so.
// Pure.
Result<Request> parse_request(std::string_view name_and_query, std::string_view text);

// The variable that the request would set, if its name is one, even where the rest is wrong.
std::string variable_of(std::string_view name_and_query, std::string_view text);

struct Outcome {
  Code code = Code::success;
  std::string value = {};           // for the variable; empty on failure
  std::optional<Error> error = {};  // why it failed
  std::string warning = {};         // of something that was not used; empty where there is none
};

// Does it. `ttl` is the channel's MCDTTL; one that is no duration is warned of and not used, as by
// the module. Blocks as the store does.
Outcome perform(const Request& request, Store& store, const Settings& settings,
                const std::optional<std::string>& ttl);

// One request on one channel, from the header to the last answer: what to send, and what to make of
// the lines that come. Whoever has the connection sends what is there to send, feeds the lines, and
// performs the request when it is known.
class Dialog {
 public:
  // Of FastAGI: the request is the URL's path.
  Dialog(Header header, std::string nonce);
  // Of AGI: the operands of `mcdctl agi`, the request's name first.
  Dialog(Header header, std::string nonce, std::vector<std::string> operands);

  // What to send first.
  std::string question() const { return question_.command(); }

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
  std::optional<std::string_view> behind_request(std::string_view data, bool is_cut) const;
  Result<std::string> cut_arguments(const std::string& head) const;
  Step refuse(Error error);
  Step wait();

  Header header_;
  ChannelQuestion question_;
  std::vector<std::string> operands_;  // of AGI
  bool is_fastagi_;
  std::string name_;
  std::string variable_{};
  Result<Request> request_;
  std::optional<std::string> ttl_{};
  Outcome outcome_{};
  bool has_outcome_ = false;
  bool is_asked_ = false;  // the question was answered
  bool has_array_ = false;
  bool has_stray_lines_ = false;  // before the answer: of arguments with newlines, in FastAGI
  std::size_t idle_lines_ = 0;    // that said nothing
  std::vector<std::string> commands_{};  // still to be sent and answered
};

}  // namespace mcd::agi
