// Mistakes of whoever sets up the servers: what is said about them, and where.
#include <gmock/gmock.h>

#include "tests/core/settings/loaded_settings.h"

namespace mcd {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class AdministratorsMistakes : public LoadedSettings {
 protected:
  Error error_in(const std::string& name, std::string_view text) {
    const Result<EffectiveSettings> effective = load({}, {}, directory_.write(name, text));
    EXPECT_FALSE(effective) << text;
    return effective ? Error{} : effective.error();
  }
};

TEST_F(AdministratorsMistakes, ATimeToLiveThatNeverWorksIsRefusedWhereItIsSet) {
  const Error error = error_in("memcached.conf", "[general]\nttl=99999999999\n");
  EXPECT_EQ(error.code, Code::parse_error);
  EXPECT_EQ(error.where, directory_.file("memcached.conf") + ":2");
  EXPECT_THAT(error.reason, AllOf(HasSubstr("ttl: "), HasSubstr("2038-01-19")));
  EXPECT_EQ(error_of({"MCDCTL_TTL=99999999999"}).code, Code::parse_error);
  write("ttl = 5");
  EXPECT_TRUE(load());
}

TEST_F(AdministratorsMistakes, SeveralServersInOneEntry) {
  EXPECT_THAT(error_in("some.toml", "servers = [\"a:1, b:2\"]").reason,
              HasSubstr("is more than one server; make each an entry of its own"));
  EXPECT_THAT(error_of({}, {flag("servers", {"a:1 b:2"}, "--server")}).reason,
              HasSubstr("is more than one server"));
  EXPECT_THAT(error_of({}, {flag("servers", {"::1"}, "--server")}).reason, HasSubstr("brackets"));
}

TEST_F(AdministratorsMistakes, ACopyOfMemcachedConfUnderAnotherName) {
  for (const char* name : {"memcached.conf.bak", "memcached.cfg"}) {
    const Error error = error_in(name, "; a comment\n[general]\nserver=a:1\n");
    EXPECT_EQ(error.code, Code::parse_error);
    EXPECT_EQ(error.where, directory_.file(name));
    EXPECT_THAT(error.advice, HasSubstr("must end in .conf"));
  }
  EXPECT_THAT(error_in("other.cfg", "server=a:1").advice, testing::Not(HasSubstr(".conf")));
}

TEST_F(AdministratorsMistakes, NameASettingAsItIsWritten) {
  EXPECT_THAT(error_in("memcached.conf", "[general]\nkeyprefix=a b\n").reason,
              testing::StartsWith("keyprefix: "));
  EXPECT_THAT(error_in("mcdctl.toml", "prefix = 'a b'").reason, testing::StartsWith("prefix: "));
}

TEST_F(AdministratorsMistakes, DoNotHideTheNotes) {
  const std::string file =
      directory_.write("memcached.conf", "[general]\nttl=1h\nserver=a:99999\n");
  const Findings findings = find_mistakes(file, {}, Variables({}).environment());
  EXPECT_EQ(findings.mistakes.size(), 1U);
  EXPECT_THAT(findings.notes, ElementsAre(AllOf(HasSubstr(":2: "), HasSubstr("1 second"))));
}

TEST_F(AdministratorsMistakes, AUserWithoutAPasswordIsNoted) {
  write("auth.user = 'u'");
  EXPECT_THAT(load()->notes, ElementsAre(HasSubstr("auth.user is set without auth.password")));
}

}  // namespace
}  // namespace mcd
