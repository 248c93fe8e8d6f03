#include "cli/command/confirm.h"
#include "cli/commands.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "cli/app.h"
#include "tests/support/core_values.h"
#include "tests/support/memcached_server.h"
#include "tests/support/posix.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;

// A terminal on which `typed` was typed beforehand.
class Terminal {
 public:
  explicit Terminal(const std::string& typed)
      : master_(test::check(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "open a terminal")) {
    test::check(::grantpt(master_.get()), "grant the terminal");
    test::check(::unlockpt(master_.get()), "unlock the terminal");
    slave_ = test::FileDescriptor(
        test::check(::open(::ptsname(master_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC), "open it"));
    const ssize_t written = ::write(master_.get(), typed.data(), typed.size());
    test::check(static_cast<int>(written), "type");
  }

  int input() const { return slave_.get(); }

 private:
  test::FileDescriptor master_;
  test::FileDescriptor slave_{};
};

Result<std::string> answer(const std::string& typed, bool has_yes = false) {
  const Terminal terminal(typed);
  StringOutput out;
  StringOutput err(true);
  Invocation invocation;
  if (has_yes) invocation.add_option("yes", "");
  const test::Variables variables({});
  Context context(invocation, {.in = terminal.input(), .out = out, .err = err},
                  variables.environment(), {});
  const Status status = confirm(invocation, context, "Really?");
  if (!status) return status.error();
  return err.text();
}

TEST(Confirm, TakesYesInItsUsualSpellings) {
  for (const std::string typed : {"y\n", "Y\n", "yes\n", "YES\n", " yes \n"}) {
    const Result<std::string> asked = answer(typed);
    ASSERT_TRUE(asked) << typed;
    EXPECT_EQ(*asked, "Really? [y/N] ");
  }
}

TEST(Confirm, TakesAnythingElseForNo) {
  for (const std::string typed : {"\n", "n\n", "no\n", "yess\n", "ye\n", "1\n", "\x04", "y y\n"}) {
    const Result<std::string> asked = answer(typed);
    ASSERT_FALSE(asked) << typed;
    EXPECT_EQ(asked.code(), Code::failure);
    EXPECT_THAT(asked.error().reason, HasSubstr("nothing was done"));
  }
}

TEST(Confirm, DoesNotAskWithYes) {
  const Result<std::string> asked = answer("n\n", true);
  ASSERT_TRUE(asked);
  EXPECT_EQ(*asked, "");
}

TEST(Confirm, WantsYesWhereNobodyIsThere) {
  const Terminal terminal("y\n");
  const test::FileDescriptor null(test::check(::open("/dev/null", O_RDONLY | O_CLOEXEC), "open"));
  struct Case {
    int input;
    bool is_terminal;
  };
  for (const auto& [input, is_terminal] :
       {Case{terminal.input(), false}, Case{null.get(), true}, Case{-1, true}}) {
    StringOutput out;
    StringOutput err(is_terminal);
    const Invocation invocation;
    const test::Variables variables({});
    Context context(invocation, {.in = input, .out = out, .err = err}, variables.environment(), {});
    const Status status = confirm(invocation, context, "Really?");
    EXPECT_EQ(status.code(), Code::argument_needed);
    EXPECT_THAT(status.error().advice, HasSubstr("--yes"));
    EXPECT_EQ(err.text(), "");
  }
}

// The whole command, asked at a terminal.
struct Ran {
  int status;
  std::string out;
  std::string err;
};

Ran flush(const test::MemcachedServer& server, const std::string& typed,
          std::vector<std::string> options = {}) {
  const Terminal terminal(typed);
  StringOutput out;
  StringOutput err(true);
  const test::Variables variables(
      {"MCDCTL_SERVERS=" + server.address(), "XDG_CONFIG_HOME=/nonexistent"});
  options.insert(options.begin(), "flush");
  const int status = run(all_commands(), options, {.in = terminal.input(), .out = out, .err = err},
                         variables.environment());
  return {status, out.text(), err.text()};
}

TEST(FlushAtATerminal, AsksWithTheNumberOfItemsAndObeys) {
  const test::MemcachedServer server;
  server.set("a", "1");
  server.set("b", "2");
  const Ran no = flush(server, "no\n");
  EXPECT_EQ(no.status, 1);
  EXPECT_EQ(no.out, "");
  EXPECT_THAT(no.err, HasSubstr("mcdctl: " + server.address() + " holds 2 items\n"));
  EXPECT_THAT(no.err, HasSubstr("Delete 2 items on 1 server? [y/N] "));
  EXPECT_THAT(no.err, HasSubstr("(1 MEMCACHED_FAILURE)"));
  EXPECT_EQ(server.value("a"), "1");
  const Ran yes = flush(server, "yes\n");
  EXPECT_EQ(yes.status, 0);
  EXPECT_EQ(yes.out, server.address() + "\tflushed\n");
  EXPECT_EQ(server.value("a"), std::nullopt);
}

TEST(FlushAtATerminal, WarnsThatThePrefixIsNoBound) {
  const test::MemcachedServer server;
  server.set("other", "1");
  const Ran ran = flush(server, "n\n", {"--prefix", "ast."});
  EXPECT_THAT(ran.err, HasSubstr("without the prefix \"ast.\""));
  EXPECT_EQ(server.value("other"), "1");
}

}  // namespace
}  // namespace mcd::cli
