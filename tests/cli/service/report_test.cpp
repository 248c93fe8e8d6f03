#include "cli/service/report.h"

#include <gtest/gtest.h>

#include <string>

#include "core/agi/request.h"
#include "core/base/text.h"
#include "tests/support/core_values.h"

namespace mcd::cli {
namespace {

using std::chrono::microseconds;

constexpr const char* question_answer =
    "200 result=1 (n0nce:1::n0nce:agi://h/mcdget,VAR,a \"b:n0nce)";

agi::Dialog answered(agi::Outcome outcome) {
  agi::Header header;
  header.channel = "PJSIP/1";
  header.request = "agi://h/mcdget";
  header.script = "mcdget";
  agi::Dialog dialog(header, "n0nce");
  EXPECT_EQ(dialog.take_line(question_answer), agi::Dialog::Step::perform);
  (void)dialog.finish(std::move(outcome));
  return dialog;
}

class ReportLines : public testing::Test {
 protected:
  StringOutput out_{};
  ServiceLog log_{out_, {}};
  Report report_{log_, false};
  Address peer_ = *parse_address("10.1.2.3");
};

TEST_F(ReportLines, TellOfARequest) {
  report_.answered(answered({}), microseconds(12), "");
  EXPECT_EQ(out_.text(), "mcdctl: channel=\"PJSIP/1\" request=\"mcdget\" result=0 us=12\n");
}

TEST_F(ReportLines, TellWhatWentWrong) {
  report_.answered(answered({.code = Code::timeout,
                             .error = Error{.code = Code::timeout, .reason = "no \"answer\""},
                             .warning = "a warning"}),
                   microseconds(1), "it has gone");
  const std::string start =
      R"(mcdctl: channel="PJSIP/1" request="mcdget" result=31 us=1 undelivered="it has gone" )"
      R"(warning="a warning" error=")";
  EXPECT_EQ(out_.text().substr(0, start.size()), start);
  EXPECT_NE(out_.text().find(R"(no \"answer\")"), std::string::npos) << out_.text();
}

TEST_F(ReportLines, GiveAdviceWhereTheServerAnswered) {
  const auto log_of = [this](Code code) {
    const std::size_t before = out_.text().size();
    report_.answered(answered({.code = code, .error = Error{.code = code}}), microseconds(1), "");
    return out_.text().substr(before);
  };
  EXPECT_NE(log_of(Code::too_big).find("; store less"), std::string::npos) << out_.text();
  EXPECT_EQ(log_of(Code::connection_failure).find("; check that memcached runs"), std::string::npos)
      << out_.text();
}

TEST_F(ReportLines, TellOfServersThatGoDownAndComeBack) {
  report_.server_changed({.address = "10.0.0.1:11211",
                          .is_up = false,
                          .last_failure = Error{.code = Code::connection_failure,
                                                .where = "10.0.0.1:11211",
                                                .reason = "Connection refused"}});
  report_.server_changed({.address = "10.0.0.1:11211",
                          .is_up = true,
                          .failures_in_a_row = 1,
                          .down_for = std::chrono::seconds(12)});
  EXPECT_EQ(out_.text(),
            "mcdctl: memcached 10.0.0.1:11211 is down: Connection refused; check that memcached "
            "runs there and that the address is right (3 MEMCACHED_CONNECTION_FAILURE)\n"
            "mcdctl: memcached 10.0.0.1:11211 is back after 12 s and 1 failed request\n");
}

TEST_F(ReportLines, NameKeyAndVariableWhereThatIsWanted) {
  Report report(log_, true);
  report.answered(answered({}), microseconds(12), "");
  EXPECT_EQ(out_.text(),
            "mcdctl: channel=\"PJSIP/1\" request=\"mcdget\" key=\"a \\\"b\" variable=\"VAR\" "
            "result=0 us=12\n");
}

TEST_F(ReportLines, OfWhatIsNoFaultAreNotWrittenQuietly) {
  ServiceLog quiet(out_, {.is_quiet = true});
  Report report(quiet, false);
  report.answered(answered({}), microseconds(1), "");
  report.answered(answered({.code = Code::not_found, .error = Error{.code = Code::not_found}}),
                  microseconds(1), "");
  EXPECT_EQ(out_.text(), "");
  report.answered(answered({}), microseconds(1), "it has gone");
  EXPECT_NE(out_.text(), "");
}

TEST_F(ReportLines, NameWhoWasRefusedOrGivenUp) {
  report_.refused(peer_, {"not allowed", "is not allowed"});
  report_.abandoned(peer_, {"closed", "it closed the connection"}, false);
  EXPECT_EQ(out_.text(),
            "mcdctl: refused 10.1.2.3, which is not allowed\n"
            "mcdctl: gave up a connection from 10.1.2.3: it closed the connection\n");
}

TEST_F(ReportLines, NameTheChannelThatWasGivenUp) {
  const agi::Dialog dialog = answered({});
  report_.abandoned(peer_, {"closed", "it closed the connection"}, false, &dialog);
  EXPECT_EQ(out_.text(), "mcdctl: gave up a connection from 10.1.2.3 (channel " +
                             quote(dialog.header().channel) + ", " +
                             agi::request_named(dialog.name()) + "): it closed the connection\n");
}

TEST_F(ReportLines, CountWhatBecameOfAll) {
  ServiceLog quiet(out_, {.is_quiet = true});
  Report report(quiet, false);
  for (int number = 0; number < 4; ++number) report.accepted();
  report.answered(answered({}), microseconds(1), "");
  report.answered(answered({.code = Code::not_found}), microseconds(1), "");
  report.abandoned(peer_, {"closed", "the service is stopping"}, true);
  report.write_counts(1);
  EXPECT_EQ(
      out_.text(),
      "mcdctl: accepted=4 open=1 refused=0 abandoned=1 undelivered=0 result_0=1 result_16=1\n");
}

}  // namespace
}  // namespace mcd::cli
