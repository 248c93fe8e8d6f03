// Calls from a dialplan on a cluster in memory.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/agi/dialog.h"
#include "core/agi/perform.h"
#include "tests/support/asterisk_channel.h"
#include "tests/support/core_values.h"
#include "tests/support/memory_store.h"
#include "tests/support/random_bytes.h"

namespace mcd::agi {

using test::AsteriskChannel;
using test::key_of;
using test::MemoryStore;
using test::settings_for;

constexpr const char* url = "agi://127.0.0.1/";

// Talks a Dialog through with the channel, over the bytes that would be on the wire; the last step.
inline Dialog::Step talk(Dialog& dialog, std::string received, AsteriskChannel& channel,
                         Store& store, const Settings& settings) {
  using Step = Dialog::Step;
  const auto send = [&](const std::string& command) {
    EXPECT_EQ(command.find('\n'), command.size() - 1);
    received += channel.reply_to(command.substr(0, command.size() - 1)) + "\n";
  };
  send(dialog.opening());
  Step step = Step::wait;
  while (step != Step::done && step != Step::broken && !received.empty()) {
    const std::size_t end = received.find('\n');
    step = dialog.take_line(received.substr(0, end));
    received.erase(0, end + 1);
    if (step == Step::perform) {
      step = dialog.finish(perform(*dialog.request(), store, settings, dialog.ttl()));
    }
    if (step == Step::send) send(dialog.command());
  }
  return step;
}

// A cluster in memory, and calls on it from a dialplan.
class AgiDialog : public testing::Test {
 protected:
  // Calls `request` ("mcdget,VAR,key") over FastAGI, and returns MCDRESULT.
  std::string fastagi(const std::string& request) {
    channel_ = AsteriskChannel(url + request, version);
    prepare();
    const std::string bytes = channel_.header() + after_header;
    Parsed<Header> header = parse_header(bytes);
    if (!header || !*header) return "no header";
    const std::size_t size = (*header)->size;
    Dialog dialog(std::move(**header), "n0nce");
    last_step = talk(dialog, bytes.substr(size), channel_, store, settings);
    outcome = dialog.outcome();
    return channel_["MCDRESULT"];
  }

  // The same over AGI, as mcdctl,agi,... with options in front.
  std::string agi(const std::string& request, const std::string& options = "") {
    channel_ = AsteriskChannel("mcdctl,agi," + options + request, version);
    prepare();
    const std::string bytes = channel_.header() + after_header;
    std::vector<std::string> operands = channel_.arguments();
    const auto skipped = 1 + std::ranges::count(options, ',');
    operands.erase(operands.begin(), operands.begin() + skipped);
    Parsed<Header> header = parse_header(bytes);
    if (!header || !*header) return "no header";
    const std::size_t size = (*header)->size;
    Dialog dialog(std::move(**header), "n0nce", operands);
    last_step = talk(dialog, bytes.substr(size), channel_, store, settings);
    outcome = dialog.outcome();
    return channel_["MCDRESULT"];
  }

  std::string var() const { return channel_["VAR"]; }

  std::string stored(std::string_view key) {
    const Result<Item> item = store.get(key_of(key));
    return item ? item->value : "(" + std::to_string(number_of(item.code())) + ")";
  }

  void put(std::string_view key, std::string_view value) {
    ASSERT_TRUE(store.store(key_of(key), test::set_of(value)));
  }

  MemoryStore store{4096};
  Settings settings = settings_for({"127.0.0.1:1"}, {{"ttl", "1h"}});
  std::string version = "22.10.1";
  std::map<std::string, std::string> variables{};
  std::vector<std::string> missing_functions{};
  std::string after_header{};  // what else is there to be read by then
  Dialog::Step last_step = Dialog::Step::wait;
  Outcome outcome{};

 private:
  void prepare() {
    for (const auto& [name, value] : variables) channel_.variables[name] = value;
    channel_.missing_functions = missing_functions;
  }

  AsteriskChannel channel_{""};
};

}  // namespace mcd::agi
