#include "cli/child/lock_keeper.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/memory_store.h"

namespace mcd::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Key key() {
  return *Key::make("lock", "", wire_key_limit);
}

TEST(LongestKillAfter, LeavesRoomForARenewalAndForTheEnd) {
  EXPECT_LT(LockKeeper::longest_kill_after({.seconds = 1}), milliseconds(0));
  EXPECT_GT(LockKeeper::longest_kill_after({.seconds = 60}), seconds(30));
  EXPECT_LT(LockKeeper::longest_kill_after({.seconds = 60}), seconds(40));
  for (std::uint64_t ttl = 1; ttl < 100; ++ttl) {
    EXPECT_LE(LockKeeper::longest_kill_after({.seconds = ttl}) + LockKeeper::kill_margin +
                  Lock::clock_step,
              seconds(ttl));
  }
}

// A lock in memory, and a command that runs under it.
class KeptLock : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(lock.take(LockPhase::held)); }

  // Its status; what was reported is in `reports`.
  int run(const std::string& script, LockKeeper::OnLost on_lost = LockKeeper::OnLost::stop) {
    LockKeeper keeper(lock, supervisor, milliseconds(500), on_lost,
                      [this](const std::string& why) { reports.push_back(why); });
    return supervisor.run(std::vector<std::string>{"sh", "-c", script}, &keeper, nullptr,
                          [](const Error& error) { ADD_FAILURE() << describe(error); });
  }

  test::MemoryStore store{};
  Lock lock{store, key(), make_lock_record(), Ttl{.seconds = 6}};
  Supervisor supervisor{};
  std::vector<std::string> reports{};
};

TEST_F(KeptLock, IsRenewed) {
  const Lock::Time before = lock.end();
  EXPECT_EQ(run("sleep 3"), 0);
  EXPECT_GE(lock.end() - before, seconds(1));
  EXPECT_TRUE(reports.empty());
}

TEST_F(KeptLock, ThatIsDeletedStopsTheCommandAndIsTakenBack) {
  ASSERT_TRUE(store.remove(key()));
  EXPECT_EQ(run("exec sleep 60"), 128 + SIGTERM);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_NE(reports[0].find("deleted"), std::string::npos) << reports[0];
  EXPECT_TRUE(store.get(key())) << "nobody else begins while the command ends";
}

TEST_F(KeptLock, ThatSomebodyElseHasStopsTheCommand) {
  StoreRequest request;
  request.value = "somebody else";
  ASSERT_TRUE(store.store(key(), request));
  EXPECT_EQ(run("exec sleep 60"), 128 + SIGTERM);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_NE(reports[0].find("somebody else"), std::string::npos) << reports[0];
}

TEST_F(KeptLock, ThatIsLostIsOnlyReportedWhereTheCommandMayGoOn) {
  ASSERT_TRUE(store.remove(key()));
  EXPECT_EQ(run("sleep 1; exit 5", LockKeeper::OnLost::go_on), 5);
  EXPECT_EQ(reports.size(), 1U);
}

}  // namespace
}  // namespace mcd::cli
