#include "cli/bulk/loading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "cli/terminal/interrupt.h"
#include "core/items/ttl.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;

class ALoading : public testing::Test {
 protected:
  ALoading() { Interrupt::was_received = 0; }
  ~ALoading() override {
    Interrupt::was_received = 0;
    Interrupt::is_awaited = 0;
  }

  // Loads lines of TSV into the servers with these options; the status.
  Code load(const std::vector<std::string>& servers, std::string_view lines,
            const std::vector<std::pair<std::string, std::string>>& options = {}) {
    Invocation typed;
    for (const auto& [name, value] : options) typed.add_option(name, value);
    StringOutput out;
    StringOutput err;
    const test::Variables variables({});
    Context context(typed, {.in = -1, .out = out, .err = err}, variables.environment(), {});
    const Settings settings = test::settings_for(servers, {{"timeout", "20s"}});
    const std::string path = directory_.write("lines.tsv", lines);
    const Result<InputFile> file = InputFile::open(path, context);
    EXPECT_TRUE(file);
    Loading loading(typed, context, settings, "import");
    EXPECT_EQ(loading.prepare({path}), Code::success);
    RecordReader reader(loading.source(*file), {.format = RecordFormat::tsv});
    EXPECT_TRUE(loading.begin(*file, reader));
    taken_ = 0;
    while (const RecordLine* line = loading.next()) {
      loading.take(*line, item_of(*line));
      if (++taken_ == interrupt_after_) Interrupt::was_received = SIGTERM;
    }
    has_ended_ = loading.end();
    const Code code = loading.finish({}, ", and so on");
    out_ = out.text();
    err_ = err.text();
    return code;
  }

  static Result<std::optional<LoadedItem>> item_of(const RecordLine& line) {
    if (const Error* problem = std::get_if<Error>(&line.content)) return *problem;
    const Record& record = std::get<Record>(line.content);
    if (record.key == "nothing") return std::optional<LoadedItem>();
    return std::optional(LoadedItem{.key = test::key_of(record.key), .value = record.value});
  }

  test::TempDir directory_{};
  std::uint64_t interrupt_after_ = 0;  // lines
  std::uint64_t taken_ = 0;
  bool has_ended_ = false;
  std::string out_{};
  std::string err_{};
};

TEST_F(ALoading, StoresWhatTheLinesSay) {
  const test::MemcachedServer server;
  EXPECT_EQ(load({server.address()}, "a\t1\nnothing\tx\nb\t2\na\t3\n"), Code::success);
  EXPECT_TRUE(has_ended_);
  EXPECT_EQ(out_, "3 stored, 0 rejected, and so on\n");
  EXPECT_EQ(err_, "");
  EXPECT_EQ(server.value("a"), "3");
  EXPECT_EQ(server.value("b"), "2");
  EXPECT_EQ(server.value("nothing"), std::nullopt);
}

TEST_F(ALoading, OnlyChecksInADryRun) {
  EXPECT_EQ(load({test::unused_address()}, "a\t1\nb\nc\t1\n", {{"dry-run", ""}}),
            Code::parse_user_error);
  EXPECT_TRUE(has_ended_);
  EXPECT_EQ(out_, "2 good, 1 rejected, and so on\n");
  EXPECT_THAT(err_, HasSubstr(":2: import \"b\": "));
}

TEST_F(ALoading, KeepsRejectsAndSaysTheFirstOfThem) {
  const test::MemcachedServer server;
  std::string lines;
  for (int number = 0; number < 50; ++number) lines += "bad" + std::to_string(number) + "\n";
  const std::string rejects = directory_.file("left");
  EXPECT_EQ(load({server.address()}, lines + "good\t1\n", {{"rejects", rejects}}),
            Code::parse_user_error);
  EXPECT_EQ(out_, "1 stored, 50 rejected, and so on\n");
  EXPECT_EQ(test::read_file(rejects), lines);
  EXPECT_EQ(std::ranges::count(err_, '\n'), 11);
  EXPECT_THAT(err_, HasSubstr("mcdctl: 40 more rejected lines are not listed (44 "));
}

TEST_F(ALoading, EndsEarlyWithoutServersUnlessItKeepsRejects) {
  std::string lines;
  for (int number = 0; number < 5000; ++number) lines += "k" + std::to_string(number) + "\tv\n";
  const std::string dead = test::unused_address();
  EXPECT_EQ(load({dead}, lines), Code::connection_failure);
  EXPECT_FALSE(has_ended_);
  EXPECT_EQ(taken_, MessageLimit::most);
  EXPECT_THAT(err_, HasSubstr("no server can be used any more; line 10 of "));
  EXPECT_EQ(load({dead}, lines, {{"rejects", directory_.file("left")}}), Code::connection_failure);
  EXPECT_TRUE(has_ended_);
  EXPECT_EQ(taken_, 5000U);
  EXPECT_TRUE(test::read_file(directory_.file("left")) == lines);
}

TEST_F(ALoading, EndsAtAnInterruptWithOneSentence) {
  const test::FakeServer silent([](std::string_view received) {
    return test::bulk_greeting(received).value_or(test::Reply{});
  });
  interrupt_after_ = 30;
  std::string lines;
  for (int number = 0; number < 100; ++number) lines += "k" + std::to_string(number) + "\tv\n";
  const std::string rejects = directory_.file("left");
  EXPECT_EQ(load({silent.address()}, lines, {{"rejects", rejects}}), Code::failure);
  EXPECT_FALSE(has_ended_);
  EXPECT_EQ(out_, "0 stored, 30 rejected, and so on\n");
  EXPECT_EQ(std::ranges::count(err_, '\n'), 1) << err_;
  EXPECT_THAT(err_, HasSubstr("interrupted: line 30 of "));
  EXPECT_THAT(err_, HasSubstr("; 30 lines without an answer may or may not be stored\n"));
  EXPECT_EQ(test::read_file(rejects), lines.substr(0, lines.find("k30\t")));
}

TEST_F(ALoading, PrintsAnObjectForEachReject) {
  const test::MemcachedServer server;
  std::string lines;
  for (int number = 0; number < 30; ++number) lines += "bad\n";
  EXPECT_EQ(load({server.address()}, lines, {{"json", ""}}), Code::parse_user_error);
  EXPECT_EQ(std::ranges::count(out_, '\n'), 31);
  EXPECT_THAT(out_, HasSubstr("\"line\":30,"));
  EXPECT_THAT(out_, HasSubstr("{\"stored\":0,\"rejected\":30,"));
}

}  // namespace
}  // namespace mcd::cli
