#include "core/client/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/ordinary_user.h"
#include "tests/support/posix.h"
#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

using std::chrono::milliseconds;
using test::BlackHole;
using test::FakeServer;
using test::FileDescriptor;
using test::Reply;
using test::TempDir;
using testing::HasSubstr;

constexpr milliseconds plenty{20'000};  // More than any machine is slow.
constexpr milliseconds little{200};

Result<Connection> connect(const std::string& address, milliseconds timeout = plenty) {
  return Connection::open(*parse_server(address), timeout);
}

// The line before "\n" once it is there; "!" in it is an error.
Parsed<std::string> parse_line(std::string_view received) {
  if (!received.ends_with('\n')) return std::nullopt;
  if (received.starts_with('!')) return Error{.code = Code::client_error, .reason = "as told"};
  return Result(std::string(received));
}

Result<std::string> ask(Connection& connection, std::string_view request) {
  return connection.exchange<std::string>(request, parse_line);
}

FakeServer echo(FakeServer::Transport transport) {
  return FakeServer([](std::string_view received) { return Reply{.bytes = std::string(received)}; },
                    transport);
}

// That is nothing that a look at memcached helps against.
TEST(Connection, SaysWhatToDoWhereNoMoreFilesCanBeOpened) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const Result<Connection> connection = connect("127.0.0.1:11211");
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_EQ(connection.code(), Code::connection_failure);
  EXPECT_THAT(describe(connection.error()),
              HasSubstr("Too many open files; raise the limit of open files (ulimit -n, or "
                        "LimitNOFILE= in a unit)"));
}

TEST(Connection, AsksAndIsAnsweredOnBothTransports) {
  for (const auto transport : {FakeServer::Transport::kTcp, FakeServer::Transport::kUnix}) {
    const FakeServer server = echo(transport);
    Result<Connection> connection = connect(server.address());
    ASSERT_TRUE(connection) << describe(connection.error());
    for (const std::string request : {"a\n", "b\n", "c\n"}) {
      const Result<std::string> answer = ask(*connection, request);
      ASSERT_TRUE(answer) << describe(answer.error());
      EXPECT_EQ(*answer, request);
    }
    EXPECT_EQ(server.connections(), 1U);
  }
}

TEST(Connection, FindsTheAddressOfAName) {
  const FakeServer server = echo(FakeServer::Transport::kTcp);
  const std::string port = server.address().substr(server.address().find(':'));
  Result<Connection> by_name = connect("localhost" + port);
  ASSERT_TRUE(by_name) << describe(by_name.error());
  const Result<std::string> answer = ask(*by_name, "x\n");
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(*answer, "x\n");
}

TEST(Connection, PutsAnAnswerTogetherFromSingleBytes) {
  const FakeServer server([](std::string_view) {
    return Reply{.bytes = "hello\n", .delay_between_bytes = milliseconds(5)};
  });
  Result<Connection> connection = connect(server.address());
  ASSERT_TRUE(connection);
  EXPECT_EQ(*ask(*connection, "x"), "hello\n");
}

TEST(Connection, SendsALargeRequestWhole) {
  constexpr std::size_t size = 3'000'000;
  const FakeServer server([total = std::size_t{0}](std::string_view received) mutable {
    total += received.size();
    return Reply{.bytes = total == size ? "all\n" : ""};
  });
  Result<Connection> connection = connect(server.address());
  ASSERT_TRUE(connection);
  EXPECT_EQ(*ask(*connection, std::string(size, 'x')), "all\n");
  EXPECT_TRUE(server.requests() == std::string(size, 'x'));
}

TEST(Connection, ReceivesALargeAnswerWhole) {
  const std::string answer = std::string(3'000'000, 'x') + "\n";
  const FakeServer server = FakeServer::always(answer);
  Result<Connection> connection = connect(server.address());
  ASSERT_TRUE(connection);
  EXPECT_TRUE(*ask(*connection, "x") == answer);
}

TEST(Connection, HandsTheParsersErrorOn) {
  const FakeServer server = FakeServer::always("!\n");
  Result<Connection> connection = connect(server.address());
  ASSERT_TRUE(connection);
  const Result<std::string> answer = ask(*connection, "x");
  ASSERT_EQ(answer.code(), Code::client_error);
  EXPECT_EQ(answer.error().reason, "as told");
}

TEST(Connection, RefusedIsAConnectionFailure) {
  const Result<Connection> connection = connect(test::unused_address());
  ASSERT_EQ(connection.code(), Code::connection_failure);
  EXPECT_THAT(connection.error().reason, HasSubstr("refused"));
}

TEST(Connection, WhatIsNoSocketIsNotSaidToRefuse) {
  const TempDir directory;
  const Result<Connection> file = connect(directory.write("file", "x"));
  ASSERT_EQ(file.code(), Code::connection_failure);
  EXPECT_EQ(file.error().reason, "a file, not a socket");
  const Result<Connection> folder = connect(directory.path());
  ASSERT_EQ(folder.code(), Code::connection_failure);
  EXPECT_EQ(folder.error().reason, "a directory, not a socket");
}

TEST(Connection, AMissingSocketIsAConnectionFailure) {
  const TempDir directory;
  const Result<Connection> connection = connect(directory.file("none.sock"));
  ASSERT_EQ(connection.code(), Code::connection_failure);
  EXPECT_THAT(connection.error().reason, HasSubstr("No such file"));
}

TEST(Connection, AFileThatIsNoSocketIsAConnectionFailure) {
  const TempDir directory;
  EXPECT_EQ(connect(directory.write("file", "")).code(), Code::connection_failure);
}

TEST(Connection, AForbiddenSocketIsAConnectionFailure) {
  const FakeServer server = echo(FakeServer::Transport::kUnix);
  ASSERT_EQ(::chmod(server.address().c_str(), 0), 0);
  const test::OrdinaryUser user;
  if (!user.is_ordinary()) GTEST_SKIP() << "root's rights can't be laid down here";
  const Result<Connection> connection = connect(server.address());
  ASSERT_EQ(connection.code(), Code::connection_failure);
  EXPECT_THAT(connection.error().reason, HasSubstr("Permission denied"));
}

TEST(Connection, ThePathOfASocketMayHaveItsFullLength) {
  const TempDir directory;
  const std::string path = directory.file(std::string(107 - directory.path().size() - 1, 's'));
  ASSERT_EQ(path.size(), 107U);
  const FileDescriptor listener = test::bind_unix(path);
  ASSERT_EQ(::listen(listener.get(), 5), 0);
  EXPECT_TRUE(connect(path));
}

TEST(Connection, AConnectThatHangsIsATimeout) {
  const BlackHole hole;
  EXPECT_EQ(connect(hole.address(), little).code(), Code::timeout);
}

TEST(Connection, AUnixSocketWithAFullQueueIsATimeout) {
  const TempDir directory;
  const FileDescriptor listener = test::bind_unix(directory.file("full.sock"));
  ASSERT_EQ(::listen(listener.get(), 0), 0);
  std::vector<Connection> waiting;
  while (waiting.size() < 100) {
    Result<Connection> connection = connect(directory.file("full.sock"), little);
    if (!connection) {
      EXPECT_EQ(connection.code(), Code::timeout);
      return;
    }
    waiting.push_back(std::move(*connection));
  }
  FAIL() << "the queue never became full";
}

TEST(Connection, SilenceIsATimeout) {
  const FakeServer server = FakeServer::always("");
  Result<Connection> connection = connect(server.address(), little);
  ASSERT_TRUE(connection);
  EXPECT_EQ(ask(*connection, "x").code(), Code::timeout);
}

TEST(Connection, TheTimeoutIsOnTheWholeAnswerAndNotOnEachByte) {
  const FakeServer server([](std::string_view) {
    return Reply{.bytes = std::string(1000, 'x') + "\n", .delay_between_bytes = milliseconds(20)};
  });
  Result<Connection> connection = connect(server.address(), little);
  ASSERT_TRUE(connection);
  EXPECT_EQ(ask(*connection, "x").code(), Code::timeout);
}

TEST(Connection, ARequestThatNobodyReadsIsATimeout) {
  const TempDir directory;
  const FileDescriptor listener = test::bind_unix(directory.file("deaf.sock"));
  ASSERT_EQ(::listen(listener.get(), 5), 0);  // The kernel connects, and nobody reads.
  Result<Connection> connection = connect(directory.file("deaf.sock"), little);
  ASSERT_TRUE(connection);
  const Result<std::string> answer = ask(*connection, std::string(50'000'000, 'x'));
  ASSERT_EQ(answer.code(), Code::timeout);
  EXPECT_THAT(answer.error().reason, HasSubstr("sent"));
}

TEST(Connection, ClosedBeforeTheFirstByteIsAConnectionFailure) {
  const FakeServer server = FakeServer::always("", true);
  Result<Connection> connection = connect(server.address());
  ASSERT_TRUE(connection);
  EXPECT_EQ(ask(*connection, "x").code(), Code::connection_failure);
}

TEST(Connection, ClosedInTheMiddleOfTheAnswerIsAnUnknownReadFailure) {
  const FakeServer server = FakeServer::always("hel", true);
  Result<Connection> connection = connect(server.address());
  ASSERT_TRUE(connection);
  const Result<std::string> answer = ask(*connection, "x");
  ASSERT_EQ(answer.code(), Code::unknown_read_failure);
  EXPECT_THAT(answer.error().reason, HasSubstr("middle"));
}

TEST(Connection, AClosedOneIsNoSignalThatKills) {
  const FakeServer server = FakeServer::always("x\n", true);
  Result<Connection> connection = connect(server.address());
  ASSERT_TRUE(connection);
  EXPECT_TRUE(ask(*connection, "x"));
  // The first write may still go out; SIGPIPE would come with the second at the latest.
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(ask(*connection, "x").code(), Code::connection_failure);
  }
}

TEST(Connection, WhatCameUnaskedIsNotTakenForTheNextAnswer) {
  // One answer too many, which arrives when the first has been read.
  const FakeServer server([](std::string_view received) {
    return Reply{.bytes = received == "first" ? "one\ntwo\n" : "three\n",
                 .delay_between_bytes = milliseconds(10)};
  });
  Result<Connection> connection = connect(server.address());
  ASSERT_TRUE(connection);
  ASSERT_EQ(*ask(*connection, "first"), "one\n");
  std::this_thread::sleep_for(milliseconds(300));  // Nothing to see from here when it is there.
  const Result<std::string> second = ask(*connection, "second");
  EXPECT_FALSE(second) << "\"" << *second << "\" was taken for the answer";
}

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

TEST(Connection, ClosesItsDescriptorOnceWhateverBecomesOfIt) {
  const FakeServer server = echo(FakeServer::Transport::kUnix);
  const BlackHole hole;
  const std::ptrdiff_t before = open_descriptors();
  {
    Result<Connection> connection = connect(server.address());
    ASSERT_TRUE(connection);
    Connection moved = std::move(*connection);
    Connection other = std::move(*connect(server.address()));
    other = std::move(moved);
    EXPECT_TRUE(ask(other, "x\n"));
    EXPECT_FALSE(connect(test::unused_address()));
    EXPECT_FALSE(connect(hole.address(), little));
    EXPECT_GT(open_descriptors(), before);
  }
  // The server closes its ends when it finds out, and unused_address() keeps one for good.
  const auto deadline = test::Clock::now() + std::chrono::seconds(10);
  while (open_descriptors() > before + 1 && test::Clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_EQ(open_descriptors(), before + 1);
}

}  // namespace
}  // namespace mcd
