#include "cli/command/store_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/memcached_server.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

using Options = std::vector<std::pair<std::string, std::string>>;  // long names and values
using Operands = std::vector<std::string>;

Invocation typed(const Operands& operands, const Options& options = {}) {
  Invocation invocation;
  for (const std::string& operand : operands) invocation.add_operand(operand);
  for (const auto& [name, value] : options) invocation.add_option(name, value);
  return invocation;
}

class StoreValue : public testing::Test {
 protected:
  StoreValue() { ::mkdir(directory_.file("mcdctl").c_str(), 0700); }

  Code store(StoreMode mode, const Operands& operands, const Options& options = {},
             std::vector<std::string> variables = {}) {
    directory_.write("mcdctl/mcdctl.toml", settings_);
    variables.push_back("XDG_CONFIG_HOME=" + directory_.path());
    variables.push_back("MCDCTL_SERVERS=" + server_.address());
    const test::Variables environment(std::move(variables));
    const Invocation invocation = typed(operands, options);
    StringOutput out;
    StringOutput err(true);
    Context context(invocation, {.in = -1, .out = out, .err = err}, environment.environment(), {});
    const Code code = store_value(mode, invocation, context);
    said_ = err.text();
    EXPECT_THAT(out.text(), IsEmpty());
    return code;
  }

  std::optional<std::string> value() { return server_.value("k"); }

  test::MemcachedServer server_{};
  const test::TempDir directory_;
  std::string settings_;
  std::string said_;
};

TEST_F(StoreValue, EachModeStoresUnderItsOwnCondition) {
  EXPECT_EQ(store(StoreMode::replace, {"k", "x"}), Code::not_stored);
  EXPECT_EQ(store(StoreMode::append, {"k", "x"}), Code::not_stored);
  EXPECT_EQ(value(), std::nullopt);
  EXPECT_EQ(store(StoreMode::add, {"k", "b"}), Code::success);
  EXPECT_EQ(store(StoreMode::add, {"k", "x"}), Code::not_stored);
  EXPECT_EQ(store(StoreMode::append, {"k", "c"}), Code::success);
  EXPECT_EQ(store(StoreMode::prepend, {"k", "a"}), Code::success);
  EXPECT_EQ(value(), "abc");
  EXPECT_EQ(store(StoreMode::replace, {"k", "d"}), Code::success);
  EXPECT_EQ(value(), "d");
  EXPECT_EQ(store(StoreMode::set, {"k", "e"}), Code::success);
  EXPECT_EQ(value(), "e");
}

TEST_F(StoreValue, TakesOneValueAndNoMore) {
  EXPECT_EQ(store(StoreMode::set, {"k"}), Code::argument_needed);
  EXPECT_THAT(said_, HasSubstr("VALUE"));
  EXPECT_EQ(store(StoreMode::set, {"k", "v"}, {{"file", "/dev/null"}}), Code::argument_needed);
  EXPECT_THAT(said_, HasSubstr("--file"));
  EXPECT_EQ(value(), std::nullopt);
}

TEST_F(StoreValue, AFileIsHeldToTheLimitByOneByte) {
  settings_ = "limits.value = 5";
  const std::string fits = directory_.write("fits", "12345");
  const std::string longer = directory_.write("longer", "123456");
  EXPECT_EQ(store(StoreMode::set, {"k"}, {{"file", longer}}), Code::value_too_long);
  EXPECT_THAT(said_, AllOf(HasSubstr(longer), HasSubstr("5 bytes")));
  EXPECT_EQ(value(), std::nullopt);
  EXPECT_EQ(store(StoreMode::set, {"k"}, {{"file", fits}}), Code::success);
  EXPECT_EQ(value(), "12345");
  EXPECT_EQ(store(StoreMode::set, {"k"}, {{"file", longer}, {"no-limits", ""}}), Code::success);
  EXPECT_EQ(value(), "123456");
}

TEST_F(StoreValue, AnEmptyFileIsAnEmptyValue) {
  EXPECT_EQ(store(StoreMode::set, {"k"}, {{"file", directory_.write("empty", "")}}), Code::success);
  EXPECT_EQ(value(), "");
}

TEST_F(StoreValue, AFileThatCannotBeReadIsNotStored) {
  EXPECT_EQ(store(StoreMode::set, {"k"}, {{"file", directory_.file("none")}}), Code::system_error);
  EXPECT_THAT(said_, HasSubstr("No such file"));
  EXPECT_EQ(value(), std::nullopt);
}

TEST_F(StoreValue, WrongUsageReachesNoServer) {
  server_.kill();
  EXPECT_EQ(store(StoreMode::set, {"a b", "v"}), Code::bad_key);
  EXPECT_EQ(store(StoreMode::set, {"", "v"}), Code::argument_needed);
  EXPECT_EQ(store(StoreMode::set, {"k", "v"}, {{"flags", "4294967296"}}), Code::argument_needed);
  EXPECT_EQ(store(StoreMode::set, {"k", "v"}, {{"cas", "-1"}}), Code::argument_needed);
  EXPECT_EQ(store(StoreMode::set, {"k", "v"}, {{"ttl", "5x"}}), Code::argument_needed);
  EXPECT_EQ(store(StoreMode::set, {"k", "v"}), Code::connection_failure);
}

TEST_F(StoreValue, AppendAndPrependKeepTheExpiry) {
  server_.set("k", "b", 0, 100);
  // What is not a duration would be warned of if it were looked at.
  EXPECT_EQ(store(StoreMode::append, {"k", "c"}, {}, {"MCDTTL=nonsense"}), Code::success);
  EXPECT_EQ(store(StoreMode::prepend, {"k", "a"}, {}, {"MCDTTL=nonsense"}), Code::success);
  EXPECT_THAT(said_, IsEmpty());
  EXPECT_EQ(value(), "abc");
  EXPECT_THAT(server_.command("mg k t\r\n"), testing::MatchesRegex("HD t(9[5-9]|100)\r\n"));
}

TEST_F(StoreValue, TheTimeToLiveIsTheSettingsWhereNoneIsTyped) {
  settings_ = "ttl = 50";
  EXPECT_EQ(store(StoreMode::set, {"k", "v"}), Code::success);
  EXPECT_THAT(server_.command("mg k t\r\n"), testing::MatchesRegex("HD t(4[5-9]|50)\r\n"));
  EXPECT_EQ(store(StoreMode::set, {"k", "v"}, {{"ttl", "0"}}), Code::success);
  EXPECT_EQ(server_.command("mg k t\r\n"), "HD t-1\r\n");
}

TEST_F(StoreValue, FlagsAreKeptAndAnOldTokenIsRefused) {
  EXPECT_EQ(store(StoreMode::set, {"k", "v"}, {{"flags", "4294967295"}}), Code::success);
  EXPECT_EQ(server_.command("mg k f\r\n"), "HD f4294967295\r\n");
  EXPECT_EQ(store(StoreMode::set, {"k", "w"}, {{"cas", "999999"}}), Code::data_exists);
  EXPECT_EQ(value(), "v");
}

TEST(UnsignedOption, IsZeroWhereItIsNotGivenAndNeverGuessed) {
  EXPECT_EQ(*unsigned_option(typed({}), "flags", 7), 0U);
  EXPECT_EQ(*unsigned_option(typed({}, {{"flags", "7"}}), "flags", 7), 7U);
  for (const char* text : {"8", "", "-1", "+1", " 1", "1x", "0x1", "18446744073709551616"}) {
    const auto number = unsigned_option(typed({}, {{"flags", text}}), "flags", 7);
    ASSERT_FALSE(number) << text;
    EXPECT_EQ(number.code(), Code::argument_needed) << text;
    EXPECT_THAT(describe(number.error()), AllOf(HasSubstr("--flags"), HasSubstr("0 to 7")));
  }
}

}  // namespace
}  // namespace mcd::cli
