#include "core/bulk/bulk_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"
#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

using test::FakeServer;
using test::MemcachedServer;
using test::Reply;
using testing::HasSubstr;

TEST(BulkConnection, IsInAsciiWhateverTheProtocolIs) {
  const MemcachedServer server;
  server.set("key", "x");
  for (const std::string protocol : {"ascii", "binary"}) {
    const Settings settings = test::settings_for({server.address()}, {{"protocol", protocol}});
    const Result<ListingConnection> listing = open_for_listing(settings.servers[0], settings);
    ASSERT_TRUE(listing) << describe(listing.error());
    EXPECT_EQ(listing->counts.items, 1U);
    Result<MetaConnection> meta = open_for_meta(settings.servers[0], settings);
    ASSERT_TRUE(meta) << describe(meta.error());
  }
}

TEST(BulkConnection, LogsIn) {
  const test::TempDir directory;
  const std::string file = directory.write("users", "jane:secret\n");
  const MemcachedServer server({.extra_arguments = {"-Y", file}});
  Settings settings = test::settings_for({server.address()}, {{"timeout", "20s"}});
  EXPECT_EQ(open_for_meta(settings.servers[0], settings).code(), Code::auth_failure);
  settings.auth_user = "jane";
  settings.auth_password = "secret";
  EXPECT_TRUE(open_for_meta(settings.servers[0], settings));
  EXPECT_TRUE(open_for_listing(settings.servers[0], settings));
  settings.protocol = Protocol::binary;
  const Result<MetaConnection> binary = open_for_meta(settings.servers[0], settings);
  ASSERT_FALSE(binary);
  EXPECT_EQ(binary.code(), Code::not_supported);
  EXPECT_THAT(binary.error().advice, HasSubstr("-Y"));
}

TEST(BulkConnection, IsNotToBeHadWithoutMetaCommands) {
  const FakeServer server = FakeServer::always("ERROR\r\n");
  const Settings settings = test::settings_for({server.address()}, {{"timeout", "20s"}});
  const Result<MetaConnection> meta = open_for_meta(settings.servers[0], settings);
  ASSERT_FALSE(meta);
  EXPECT_EQ(meta.code(), Code::not_supported);
  const Result<ListingConnection> listing = open_for_listing(settings.servers[0], settings);
  ASSERT_TRUE(listing) << "who has no stats may list all the same";
  EXPECT_EQ(listing->counts.items, 0U);
}

// Lets nobody go before all have come, or it is known that they will not.
class Meeting {
 public:
  explicit Meeting(int expected) : missing_(expected) {}

  bool come() {
    std::unique_lock lock(mutex_);
    if (--missing_ <= 0) all_here_.notify_all();
    return all_here_.wait_for(lock, std::chrono::seconds(10), [this] { return missing_ <= 0; });
  }

 private:
  std::mutex mutex_{};
  std::condition_variable all_here_{};
  int missing_;
};

TEST(BulkConnection, IsOpenedToAllServersAtOnceInTheirOrder) {
  Meeting meeting(3);
  const auto answer = [&meeting](std::string_view received) {
    if (received != "mn\r\n") return Reply{.bytes = "ERROR\r\n"};
    return Reply{.bytes = meeting.come() ? "MN\r\n" : "ERROR\r\n"};
  };
  const FakeServer one(answer);
  const FakeServer two(answer);
  const FakeServer three(answer);
  const Settings settings =
      test::settings_for({one.address(), two.address(), test::unused_address(), three.address()},
                         {{"timeout", "60s"}});
  const std::vector<BulkConnections> opened = open_all_for_both(settings);
  ASSERT_EQ(opened.size(), 4U);
  for (std::size_t index = 0; index < opened.size(); ++index) {
    const Code expected = index == 2 ? Code::connection_failure : Code::success;
    EXPECT_EQ(opened[index].meta.code(), expected) << index;
    EXPECT_EQ(opened[index].listing.code(), expected) << index;
  }
}

}  // namespace
}  // namespace mcd
