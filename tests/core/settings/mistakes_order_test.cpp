#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/settings/settings.h"
#include "tests/support/core_values.h"
#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

std::vector<std::string> places_of_mistakes(const std::string& file) {
  const test::Variables variables({"MCDCTL_TTL=x"});
  std::vector<std::string> places;
  for (const Error& mistake : find_mistakes(file, {}, variables.environment()).mistakes) {
    places.push_back(mistake.where.starts_with(file) ? mistake.where.substr(file.size())
                                                     : mistake.where);
  }
  return places;
}

TEST(FindMistakes, ComeInTheOrderOfTheFileAndThenOfTheEnvironment) {
  const test::TempDir directory;
  // What is not a setting, and what a setting can't have, are found at different times.
  const std::string file = directory.write("mcdctl.toml",
                                           "ttl = \"5x\"\n"
                                           "tll = 5\n"
                                           "servers = [\"a:99999\"]\n"
                                           "prfix = \"a\"\n"
                                           "prefix = \"a b\"\n"
                                           "[profile.p]\n"
                                           "protocol = \"udp\"\n"
                                           "no = 1\n"
                                           "timeout = \"0\"\n");
  EXPECT_EQ(places_of_mistakes(file),
            (std::vector<std::string>{":1", ":2", ":3", ":4", ":5", ":7 (profile p)", ":8",
                                      ":9 (profile p)", "MCDCTL_TTL"}));
}

TEST(FindMistakes, OfIncludedFilesStayTogether) {
  const test::TempDir directory;
  const std::string included =
      directory.write("more.conf", "[general]\nttl=x\nsever=a\nserver=a:0\n");
  const std::string file =
      directory.write("memcached.conf", "[general]\nserver=b:0\nnosuch=1\n#include more.conf\n");
  std::vector<std::string> places;
  for (const Error& mistake : find_mistakes(file, {}, test::Variables({}).environment()).mistakes) {
    places.push_back(mistake.where);
  }
  ASSERT_GE(places.size(), 2U);
  EXPECT_EQ(places[0], file + ":2");
  EXPECT_EQ(places[1], file + ":3");
  for (std::size_t place = 2; place < places.size(); ++place) {
    EXPECT_TRUE(places[place].starts_with(included)) << places[place];
  }
}

}  // namespace
}  // namespace mcd
