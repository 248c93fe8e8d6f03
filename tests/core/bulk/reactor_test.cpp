#include "core/bulk/reactor.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

#include "tests/support/posix.h"

namespace mcd {
namespace {

using std::chrono::milliseconds;

bool never() {
  return false;
}

void nothing() {}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    test::check(::pipe(ends.data()), "make a pipe");
    reader = test::FileDescriptor(ends[0]);
    writer = test::FileDescriptor(ends[1]);
  }
  test::FileDescriptor reader{};
  test::FileDescriptor writer{};
};

// Reads from a pipe until its end, and writes into another one what it was given.
class Worker : public Endpoint {
 public:
  Interest interest() override { return wanted; }
  void on_readable() override {
    log += 'r';
    if (puts_off_deadline) wanted.deadline = Clock::now() + std::chrono::minutes(1);
    char byte;
    if (::read(wanted.descriptor, &byte, 1) == 1) return;
    wanted = {};
  }
  void on_writable() override {
    log += 'w';
    wanted = {};
  }
  void on_deadline() override {
    log += 'd';
    wanted = {};
  }

  Interest wanted{};
  bool puts_off_deadline = false;
  std::string log{};
};

TEST(Reactor, EndsWhereNothingIsWaitedFor) {
  Worker worker;
  Endpoint* endpoints[] = {&worker};
  EXPECT_TRUE(run_reactor(endpoints, nothing, never));
  EXPECT_EQ(worker.log, "");
}

TEST(Reactor, LetsEachWorkWhenItIsReady) {
  Pipe full;
  ASSERT_EQ(::write(full.writer.get(), "ab", 2), 2);
  full.writer.reset();
  Pipe empty;
  Worker reader;
  Worker writer;
  reader.wanted = {.descriptor = full.reader.get(), .reading = true};
  writer.wanted = {.descriptor = empty.writer.get(), .writing = true};
  Endpoint* endpoints[] = {&reader, &writer};
  EXPECT_TRUE(run_reactor(endpoints, nothing, never));
  EXPECT_EQ(reader.log, "rrr") << "two bytes and the end";
  EXPECT_EQ(writer.log, "w");
}

TEST(Reactor, TellsOfADeadlineUnlessWhatCamePutsItOff) {
  Pipe silent;
  Pipe full;
  Pipe trickle;
  ASSERT_EQ(::write(full.writer.get(), "a", 1), 1);
  full.writer.reset();
  // More than one byte: a trickle is never silent.
  ASSERT_EQ(::write(trickle.writer.get(), "abc", 3), 3);
  Worker waiting;
  Worker reading;
  Worker in_vain;
  const auto passed = Endpoint::Clock::now() - milliseconds(1);
  waiting.wanted = {.descriptor = silent.reader.get(), .reading = true, .deadline = passed};
  reading.wanted = {.descriptor = full.reader.get(), .reading = true, .deadline = passed};
  reading.puts_off_deadline = true;
  in_vain.wanted = {.descriptor = trickle.reader.get(), .reading = true, .deadline = passed};
  Endpoint* endpoints[] = {&waiting, &reading, &in_vain};
  EXPECT_TRUE(run_reactor(endpoints, nothing, never));
  EXPECT_EQ(waiting.log, "d");
  EXPECT_EQ(reading.log, "rr");
  EXPECT_EQ(in_vain.log, "rd");
}

TEST(Reactor, TakesADeadlineWithoutADescriptorForAClock) {
  Worker worker;
  worker.wanted = {.deadline = Endpoint::Clock::now() + milliseconds(20)};
  Endpoint* endpoints[] = {&worker};
  EXPECT_TRUE(run_reactor(endpoints, nothing, never));
  EXPECT_EQ(worker.log, "d");
}

TEST(Reactor, FeedsBeforeEachWait) {
  Worker worker;
  int fed = 0;
  Endpoint* endpoints[] = {&worker};
  const auto feed = [&] {
    if (++fed < 4) worker.wanted = {.deadline = Endpoint::Clock::now()};
  };
  EXPECT_TRUE(run_reactor(endpoints, feed, never));
  EXPECT_EQ(worker.log, "ddd");
  EXPECT_EQ(fed, 4);
}

TEST(Reactor, RunsOneRoundAndWaitsOnlyIfItMay) {
  Pipe silent;
  Worker worker;
  Endpoint* endpoints[] = {&worker};
  EXPECT_FALSE(run_round(endpoints)) << "nothing is waited for";
  worker.wanted = {.descriptor = silent.reader.get(), .reading = true};
  EXPECT_TRUE(run_round(endpoints, false));
  EXPECT_EQ(worker.log, "");
  ASSERT_EQ(::write(silent.writer.get(), "ab", 2), 2);
  EXPECT_TRUE(run_round(endpoints));
  EXPECT_EQ(worker.log, "r");
}

TEST(Reactor, RunsUntilADescriptorCanBeRead) {
  Pipe input;
  Pipe other;
  ASSERT_EQ(::write(other.writer.get(), "a", 1), 1);
  Worker worker;
  worker.wanted = {.descriptor = other.reader.get(), .reading = true};
  Endpoint* endpoints[] = {&worker};
  int looks = 0;
  EXPECT_FALSE(run_until_readable(input.reader.get(), endpoints, [&] { return ++looks > 1; }));
  EXPECT_EQ(worker.log, "r");
  ASSERT_EQ(::write(input.writer.get(), "a", 1), 1);
  EXPECT_TRUE(run_until_readable(input.reader.get(), endpoints, never));
  input.writer.reset();
  char byte = 0;
  ASSERT_EQ(::read(input.reader.get(), &byte, 1), 1);
  EXPECT_TRUE(run_until_readable(input.reader.get(), {}, never)) << "the end";
}

TEST(Reactor, StopsWhenToldTo) {
  Worker worker;
  worker.wanted = {.deadline = Endpoint::Clock::now()};
  Endpoint* endpoints[] = {&worker};
  EXPECT_FALSE(run_reactor(endpoints, nothing, [] { return true; }));
  EXPECT_EQ(worker.log, "");
}

TEST(Reactor, FindsABrokenPipeByWriting) {
  Pipe pipe;
  pipe.reader.reset();
  Worker worker;
  worker.wanted = {.descriptor = pipe.writer.get(), .writing = true};
  Endpoint* endpoints[] = {&worker};
  EXPECT_TRUE(run_reactor(endpoints, nothing, never));
  EXPECT_EQ(worker.log, "w");
}

}  // namespace
}  // namespace mcd
