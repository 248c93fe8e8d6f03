#include "cli/command/other_status.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <vector>

#include "core/base/result.h"

namespace mcd::cli {
namespace {

TEST(OtherStatuses, AreThoseOfTheSignalsThatAreHandled) {
  std::vector<int> statuses;
  for (const OtherStatus& other : other_statuses()) statuses.push_back(other.status);
  EXPECT_EQ(statuses, (std::vector{128 + SIGHUP, 128 + SIGINT, reader_has_gone, 128 + SIGTERM}));
  EXPECT_TRUE(std::ranges::is_sorted(statuses));
}

TEST(OtherStatuses, AreNotThoseOfResults) {
  for (const OtherStatus& other : other_statuses()) {
    for (const CodeInfo& info : all_codes()) {
      EXPECT_NE(other.status, exit_status_of(info.code)) << info.name;
      EXPECT_NE(other.status, number_of(info.code)) << info.name;
    }
    EXPECT_LE(other.status, 255);
  }
}

TEST(OtherStatuses, HaveAMeaningToStandInASentence) {
  for (const OtherStatus& other : other_statuses()) {
    ASSERT_FALSE(other.meaning.empty());
    EXPECT_TRUE(std::islower(static_cast<unsigned char>(other.meaning.front()))) << other.meaning;
    EXPECT_FALSE(other.meaning.ends_with('.')) << other.meaning;
  }
}

}  // namespace
}  // namespace mcd::cli
