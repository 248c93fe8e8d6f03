// All that passes between this process and an Asterisk about one request, as bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/agi/channel.h"
#include "core/agi/dialog.h"
#include "core/base/result.h"

namespace mcd::agi {

// Whoever has the connection, one that blocks or one of an event loop, does what next() says, over
// and over, until all is done or something failed. One thread at a time.
class Conversation {
 public:
  // Of FastAGI. `nonce` is as for ChannelQuestion.
  explicit Conversation(std::string nonce);
  // Of AGI: with the operands of `mcdctl agi`.
  Conversation(std::string nonce, std::vector<std::string> operands);
  // Of AGI, to tell the channel that it was called wrongly.
  explicit Conversation(Error refusal);

  enum class Step : std::uint8_t {
    read,     // bytes, and receive() them
    send,     // text()
    perform,  // dialog()'s request, and finish() with what came of it
    done,
  };
  // What is to be done now; what was said before is done. Fails with protocol_error where the
  // Asterisk says what it should not.
  Result<Step> next();

  void receive(std::string_view bytes) { received_.add(bytes); }
  const std::string& text() const { return text_; }
  void finish(Outcome outcome);

  // From the header on.
  const std::optional<Dialog>& dialog() const { return dialog_; }
  // Whether nothing has come.
  bool is_untouched() const { return !dialog_ && received_.is_empty(); }
  // How long to wait for all that the next steps read.
  std::chrono::seconds patience() const;
  // Nothing more came within patience(). Fails with timeout, unless that means that Asterisk does
  // not understand what it is asked: then next() goes on and tells the channel.
  Status stop_waiting();
  // Why it was given up where stop_waiting() fails.
  Error silence() const { return received_.silence(); }

 private:
  Result<Step> begin();
  Result<Step> send(std::string text);
  Dialog make_dialog(Header header);

  std::string nonce_{};
  std::optional<std::vector<std::string>> operands_{};
  std::optional<Error> refusal_{};
  Received received_{};
  std::optional<Dialog> dialog_{};
  Dialog::Step pending_ = Dialog::Step::wait;  // what the dialog wants, and was not done yet
  std::string text_{};
};

}  // namespace mcd::agi
