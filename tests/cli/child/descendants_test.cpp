#include "cli/child/descendants.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <functional>
#include <string>
#include <vector>

#include "cli/child/child.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

bool eventually(const std::function<bool()>& condition) {
  constexpr int tries = 1000;
  for (int count = 0; count < tries; ++count) {
    if (condition()) return true;
    (void)::poll(nullptr, 0, 20);
  }
  return false;
}

// A shell that has started another one, which heeds no TERM where `is_stubborn`.
class Family {
 public:
  explicit Family(bool is_stubborn) {
    directory_.write("ready", "");
    const std::string trap = is_stubborn ? "trap '' TERM; " : "";
    child_.emplace(Child::start(
        std::vector<std::string>{
            "sh", "-c", "sh -c \"" + trap + "echo > $0; while :; do sleep 0.05; done\" & wait",
            directory_.file("ready")},
        signals_));
  }

  ~Family() {
    descendants.kill();
    is_gone();
  }
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;

  bool has_begun() {
    return eventually([this] { return !test::read_file(directory_.file("ready")).empty(); });
  }
  bool is_gone() {
    return eventually([this] {
      child_->reap();
      return !descendants.any();
    });
  }

  const Descendants descendants{};

 private:
  test::TempDir directory_{};
  Signals signals_{};
  std::optional<Child> child_{};
};

class DescendantsOfACommand : public testing::Test {
 protected:
  void SetUp() override { become_reaper(); }
};

TEST_F(DescendantsOfACommand, AreNoneAtFirst) {
  EXPECT_FALSE(Descendants().any());
}

TEST_F(DescendantsOfACommand, AllGetASignal) {
  Family family(false);
  EXPECT_TRUE(family.descendants.any());
  ASSERT_TRUE(family.has_begun());
  family.descendants.signal(SIGTERM);
  EXPECT_TRUE(family.is_gone());
}

TEST_F(DescendantsOfACommand, AreKilledHoweverStubborn) {
  Family family(true);
  ASSERT_TRUE(family.has_begun());
  family.descendants.signal(SIGTERM);
  (void)::poll(nullptr, 0, 200);
  EXPECT_TRUE(family.descendants.any());
  family.descendants.kill();
  EXPECT_TRUE(family.is_gone());
}

TEST_F(DescendantsOfACommand, AreNotThoseThatWereThereBefore) {
  Family family(false);
  ASSERT_TRUE(family.has_begun());
  (void)::poll(nullptr, 0, 50);  // the start of a process is known to a hundredth of a second
  const Descendants later;
  later.kill();
  EXPECT_TRUE(family.descendants.any());
  family.descendants.kill();
  EXPECT_TRUE(family.is_gone());
}

}  // namespace
}  // namespace mcd::cli
