// Which files settings are read from, and the errors for files that cannot be read.
#include "core/settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "tests/core/settings/loaded_settings.h"
#include "tests/support/core_values.h"
#include "tests/support/ordinary_user.h"
#include "tests/support/temp_dir.h"

namespace mcd {
namespace {

using test::OrdinaryUser;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(LoadedSettings, ANamedFileMustBeThere) {
  for (const auto& [by_flag, variable] :
       {std::pair<std::optional<std::string>, std::string>{directory_.file("none"), "X="},
        std::pair<std::optional<std::string>, std::string>{
            std::nullopt, "MCDCTL_CONFIG=" + directory_.file("none")}}) {
    const Result<EffectiveSettings> effective = load({variable}, {}, by_flag);
    ASSERT_EQ(effective.code(), Code::system_error);
    EXPECT_THAT(effective.error().attempt, HasSubstr(directory_.file("none")));
    EXPECT_THAT(effective.error().reason, HasSubstr("No such file"));
  }
}

TEST_F(LoadedSettings, AFileThatIsADirectoryIsAnError) {
  const Result<EffectiveSettings> effective = load({}, {}, directory_.path());
  ASSERT_EQ(effective.code(), Code::system_error);
  EXPECT_THAT(effective.error().reason, HasSubstr("directory"));
}

TEST_F(LoadedSettings, AUsersFileThatIsADirectoryIsAnErrorAndNotSkipped) {
  ASSERT_EQ(::mkdir(directory_.file("mcdctl/mcdctl.toml").c_str(), 0700), 0);
  path_ = "not written";
  EXPECT_EQ(load().code(), Code::system_error);
}

TEST_F(LoadedSettings, AFileThatMayNotBeReadIsAnError) {
  write("ttl = 5");
  ASSERT_EQ(::chmod(directory_.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(directory_.file("mcdctl").c_str(), 0755), 0);
  ASSERT_EQ(::chmod(path_.c_str(), 0), 0);
  const OrdinaryUser user;
  if (!user.is_ordinary()) GTEST_SKIP() << "root's rights can't be laid down here";
  const Result<EffectiveSettings> effective = load();
  ASSERT_EQ(effective.code(), Code::system_error);
  EXPECT_THAT(effective.error().reason, HasSubstr("Permission denied"));
}

TEST_F(LoadedSettings, AHomeThatMayNotBeSearchedHoldsNoFile) {
  // Once with a file in it that is wrong, which must not matter to those who can't see it.
  const std::string home = directory_.file("home");
  ASSERT_EQ(::mkdir(home.c_str(), 0700), 0);
  ASSERT_EQ(::mkdir((home + "/.config").c_str(), 0700), 0);
  ASSERT_EQ(::mkdir((home + "/.config/mcdctl").c_str(), 0700), 0);
  const std::string file = directory_.write("home/.config/mcdctl/mcdctl.toml", "ttl = 'wrong'");
  const Variables variables({"HOME=" + home});
  EXPECT_EQ(load_settings(std::nullopt, {}, variables.environment()).code(), Code::parse_error);
  ASSERT_EQ(::chmod(home.c_str(), 0), 0);
  {
    const OrdinaryUser user;
    if (!user.is_ordinary()) GTEST_SKIP() << "root's rights can't be laid down here";
    const Result<EffectiveSettings> effective =
        load_settings(std::nullopt, {}, variables.environment());
    ASSERT_TRUE(effective) << describe(effective.error());
    EXPECT_NE(effective->file, file);
  }
  ASSERT_EQ(::chmod(home.c_str(), 0700), 0);
}

TEST_F(LoadedSettings, ADirectoryOfSettingsThatMayNotBeSearchedIsAnError) {
  const std::string directory = directory_.file("mcdctl");
  ASSERT_EQ(::chmod(directory_.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(directory.c_str(), 0), 0);
  const Variables variables({"XDG_CONFIG_HOME=" + directory_.path()});
  {
    const OrdinaryUser user;
    if (!user.is_ordinary()) GTEST_SKIP() << "root's rights can't be laid down here";
    ASSERT_EQ(::access(directory.c_str(), F_OK), 0) << "it is this directory that is meant";
    const Result<EffectiveSettings> effective =
        load_settings(std::nullopt, {}, variables.environment());
    ASSERT_EQ(effective.code(), Code::system_error) << "and not the settings of other servers";
    EXPECT_THAT(effective.error().reason, HasSubstr("Permission denied"));
  }
}

TEST_F(LoadedSettings, ANamedFileIsReadByItsEnding) {
  const std::string toml = directory_.write("other.toml", "ttl = 7");
  const std::string conf = directory_.write("other.conf", "[general]\nttl=8\nserver=x\n");
  EXPECT_EQ(load({}, {}, toml)->settings.ttl.seconds, 7U);
  EXPECT_EQ(load({"MCDCTL_CONFIG=" + conf})->settings.ttl.seconds, 8U);
  EXPECT_EQ(load({"MCDCTL_CONFIG=" + conf})->file, conf);
  EXPECT_EQ(load({"MCDCTL_CONFIG=" + conf}, {}, toml)->settings.ttl.seconds, 7U);
}

TEST_F(LoadedSettings, ANamedFileWithoutServersHasANote) {
  const std::string file = directory_.write("other.toml", "ttl = 7");
  EXPECT_THAT(load({}, {}, file)->notes,
              ElementsAre("no servers are set; the default 127.0.0.1:11211 applies"));
  EXPECT_THAT(load({"MCDCTL_SERVERS=a"}, {}, file)->notes, ElementsAre());
  EXPECT_THAT(load()->notes, ElementsAre()) << "whose defaults are meant to apply";
}

TEST_F(LoadedSettings, TheModulesHashAndProtocolHaveNoEffectAndANote) {
  const std::string conf =
      directory_.write("m.conf", "[general]\nhash=md5\nbinary_proto=yes\nserver=x\n");
  const Result<EffectiveSettings> effective = load({}, {}, conf);
  ASSERT_TRUE(effective);
  EXPECT_EQ(effective->settings.hash, "default");
  EXPECT_EQ(effective->settings.protocol, Protocol::ascii);
  EXPECT_THAT(effective->notes, ElementsAre(HasSubstr("hash"), HasSubstr("binary_proto")));
}

TEST_F(LoadedSettings, AWrongPrefixInTheModulesFileIsFoundWithItsLine) {
  const std::string conf = directory_.write("m.conf", "[general]\nkeyprefix=a b\n");
  const Result<EffectiveSettings> effective = load({}, {}, conf);
  ASSERT_EQ(effective.code(), Code::parse_error);
  EXPECT_EQ(effective.error().where, conf + ":2");
}

TEST_F(LoadedSettings, AnEndlessOrHugeFileIsAnError) {
  const Result<EffectiveSettings> endless = load({}, {}, "/dev/zero");
  ASSERT_EQ(endless.code(), Code::parse_error);
  EXPECT_THAT(endless.error().reason, HasSubstr("too large"));
  const std::string most = directory_.write("most.toml", "#" + std::string(999'998, 'x') + "\n");
  EXPECT_TRUE(load({}, {}, most));
  const std::string more = directory_.write("more.toml", "#" + std::string(999'999, 'x') + "\n");
  EXPECT_EQ(load({}, {}, more).code(), Code::parse_error);
}

std::vector<std::string> candidates(const std::optional<std::string>& file_flag,
                                    std::vector<std::string> variables) {
  const Variables made_up(std::move(variables));
  std::vector<std::string> lines;
  for (const FileCandidate& candidate : file_candidates(file_flag, made_up.environment())) {
    lines.push_back(candidate.path + (candidate.must_exist ? " must exist" : ""));
  }
  return lines;
}

TEST(SettingsFiles, AreLookedForInTheDocumentedOrder) {
  EXPECT_THAT(candidates("c.toml", {"MCDCTL_CONFIG=d.toml", "HOME=/h"}),
              ElementsAre("c.toml must exist"));
  EXPECT_THAT(candidates(std::nullopt, {"MCDCTL_CONFIG=d.toml", "HOME=/h"}),
              ElementsAre("d.toml must exist"));
  EXPECT_THAT(candidates(std::nullopt, {"XDG_CONFIG_HOME=/x", "HOME=/h"}),
              ElementsAre("/x/mcdctl/mcdctl.toml", "/etc/mcdctl/mcdctl.toml",
                          "/etc/asterisk/memcached.conf"));
  EXPECT_THAT(candidates(std::nullopt, {"XDG_CONFIG_HOME=", "HOME=/h"}),
              ElementsAre("/h/.config/mcdctl/mcdctl.toml", "/etc/mcdctl/mcdctl.toml",
                          "/etc/asterisk/memcached.conf"));
  EXPECT_THAT(candidates(std::nullopt, {"HOME="}),
              ElementsAre("/etc/mcdctl/mcdctl.toml", "/etc/asterisk/memcached.conf"));
}

}  // namespace
}  // namespace mcd
