#include "core/recipes/lock_record.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <ctime>
#include <string>

namespace mcd {
namespace {

const LockRecord record{.phase = LockPhase::pending,
                        .token = "0123456789abcdef",
                        .host = "web1.example.org",
                        .pid = 1234,
                        .since = 1'795'845'600};
const std::string text = "pending 0123456789abcdef web1.example.org 1234 2026-11-28T06:00:00Z";

TEST(LockRecord, IsReadAsItWasWritten) {
  EXPECT_EQ(text_of(record), text);
  EXPECT_EQ(parse_lock_record(text), record);
  const LockRecord ours = make_lock_record();
  EXPECT_EQ(parse_lock_record(text_of(ours)), ours);
  EXPECT_EQ(ours.pid, ::getpid());
  EXPECT_GE(std::time(nullptr), ours.since);
  EXPECT_NE(make_lock_record().token, ours.token);
}

TEST(LockRecord, IsNoOtherText) {
  for (const std::string& wrong :
       {std::string(), std::string("held"), text + " ", text + "x", " " + text, "x" + text,
        std::string("held a b 1 2026-02-30T00:00:00Z"),
        std::string("held a b -1 2026-11-28T06:00:00Z"),
        std::string("held  b 1 2026-11-28T06:00:00Z"),
        std::string("held a \n 1 2026-11-28T06:00:00Z"),
        std::string("held a b 99999999999 2026-11-28T06:00:00Z"),
        std::string("held a b 1 2026-11-28T06:00:00")}) {
    EXPECT_EQ(parse_lock_record(wrong), std::nullopt) << wrong;
  }
}

TEST(LockRecord, IsDescribedForPeople) {
  EXPECT_EQ(describe_holder(text),
            "taken by web1.example.org, process 1234, at 2026-11-28T06:00:00Z");
  EXPECT_EQ(describe_holder("web7\n"), R"(taken by "web7\n")");
}

}  // namespace
}  // namespace mcd
