#include "cli/service/call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/asterisk_channel.h"
#include "tests/support/core_values.h"
#include "tests/support/memcached_server.h"
#include "tests/support/posix.h"

namespace mcd::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr seconds long_enough(60);

// A call in a thread of its own, and Asterisk's end of its connection.
class ACall : public testing::Test {
 protected:
  ACall() {
    const test::FileDescriptor listener = test::bind_loopback();
    test::check(::listen(listener.get(), 1), "listen");
    asterisk_ = test::try_connect(test::loopback_address(listener), long_enough);
    const int accepted = ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
    asio::ip::tcp::socket socket(loop_);
    socket.assign(asio::ip::tcp::v4(), test::check(accepted, "accept"));
    call_ = std::make_shared<Call>(std::move(socket), peer_);
    auto pool = WorkerPool::make(1, std::make_shared<Cluster>(test::effective_settings_for(
                                        {server_.address()}, {{"timeout", "20s"}})));
    pool_ = std::move(*pool);
  }
  ~ACall() override {
    asterisk_.reset();
    end();
  }

  void start(milliseconds header_timeout = long_enough) {
    asio::co_spawn(loop_, call_->run(*pool_, header_timeout),
                   [this](const std::exception_ptr& failure, std::optional<Trouble> trouble) {
                     EXPECT_FALSE(failure);
                     trouble_ = std::move(trouble);
                   });
    thread_ = std::thread([this] { loop_.run(); });
  }

  // Waits until the call is over, and returns what is logged of it.
  std::string end() {
    if (!thread_.joinable()) return "";
    thread_.join();
    StringOutput out;
    ServiceLog log(out, {});
    Report report(log, false);
    call_->account_for(trouble_, report);
    return out.text();
  }

  bool say(std::string_view bytes) const {
    test::AsteriskChannel nobody("");
    return test::AgiTalk(nobody, asterisk_.get(), asterisk_.get()).send(bytes);
  }

  // The whole call from the side of a channel, which has said the beginning of its header.
  void talk(test::AsteriskChannel& channel, std::size_t said = 0) {
    test::AgiTalk talk(channel, asterisk_.get(), asterisk_.get());
    ASSERT_TRUE(talk.send(channel.header().substr(said)));
    // The connection is not closed before the call is gone.
    while (channel["MCDRESULT"] == "stale") {
      const std::optional<std::string> line = talk.read_line(long_enough);
      ASSERT_TRUE(line);
      ASSERT_TRUE(talk.send(channel.reply_to(*line) + "\n"));
    }
  }

  const test::MemcachedServer server_{};
  const Address peer_ = *parse_address("10.1.2.3");
  asio::io_context loop_{};
  test::FileDescriptor asterisk_{};
  std::unique_ptr<WorkerPool> pool_{};
  std::shared_ptr<Call> call_{};
  std::optional<Trouble> trouble_{};
  std::thread thread_{};
};

TEST_F(ACall, DoesItsRequestAndTellsTheChannel) {
  server_.set("key", "value");
  test::AsteriskChannel channel("agi://127.0.0.1/mcdget,VAR,key");
  start();
  talk(channel);
  EXPECT_THAT(end(), HasSubstr("request=\"mcdget\" result=0 us="));
  EXPECT_FALSE(trouble_);
  EXPECT_EQ(channel["MCDRESULT"], "0");
  EXPECT_EQ(channel["VAR"], "value");
  EXPECT_EQ(call_->peer(), peer_);
}

TEST_F(ACall, TellsTheChannelOfAWrongRequest) {
  test::AsteriskChannel channel("agi://127.0.0.1/nonsense,VAR,key");
  start();
  talk(channel);
  EXPECT_THAT(end(), HasSubstr("result=127"));
  EXPECT_FALSE(trouble_);
  EXPECT_EQ(channel["MCDRESULT"], "127");
}

TEST_F(ACall, GivesUpWhoeverClosesTheConnection) {
  start();
  ASSERT_TRUE(say("agi_network: yes\n"));
  asterisk_.reset();
  EXPECT_EQ(end(), "mcdctl: gave up a connection from 10.1.2.3: it closed the connection\n");
  ASSERT_TRUE(trouble_);
  EXPECT_EQ(trouble_->kind, "closed");
}

TEST_F(ACall, GivesUpWhoeverSendsNoRequestInTime) {
  start(milliseconds(20));
  EXPECT_EQ(end(),
            "mcdctl: gave up a connection from 10.1.2.3: no whole request within 20 ms; see "
            "--header-timeout\n");
  ASSERT_TRUE(trouble_);
  EXPECT_EQ(trouble_->kind, "no request");
}

TEST_F(ACall, GivesUpWhoeverSendsEndlessNonsense) {
  start();
  (void)say("agi_network: " + std::string(1'000'000, '\xff'));  // as much of it as is taken
  EXPECT_THAT(end(), HasSubstr("mcdctl: gave up a connection from 10.1.2.3: "));
  ASSERT_TRUE(trouble_);
  EXPECT_EQ(trouble_->kind, "nonsense");
}

TEST_F(ACall, IsDismissedIfItHasSaidNothing) {
  start();
  asio::post(loop_, [this] { call_->dismiss(); });
  EXPECT_THAT(end(), IsEmpty()) << "which is no trouble";
  EXPECT_TRUE(trouble_);
}

TEST_F(ACall, IsNotDismissedOnceItHasSaidSomething) {
  server_.set("key", "value");
  test::AsteriskChannel channel("agi://127.0.0.1/mcdget,VAR,key");
  ASSERT_TRUE(say(channel.header().substr(0, 1)));
  call_->dismiss();
  start();
  talk(channel, 1);
  EXPECT_THAT(end(), HasSubstr("result=0"));
  EXPECT_EQ(channel["VAR"], "value");
}

}  // namespace
}  // namespace mcd::cli
