// Whether a server that answers wrong is seen through.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"
#include "tests/support/random_bytes.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {

using namespace std::chrono_literals;

inline const std::vector<Arguments>& all_commands() {
  static const std::vector<Arguments> commands = {
      {"get", "key"},
      {"exists", "key"},
      {"counter", "key"},
      {"counter", "key", "1"},
      {"counter", "key", "-1"},
      {"counter", "key", "1", "--initial", "0"},
      {"counter", "key", "--set", "1"},
      {"touch", "--ttl", "60", "key"},
      {"delete", "key"},
      {"set", "key", "value"},
      {"set", "--cas", "5", "key", "value"},
      {"add", "key", "value"},
      {"replace", "key", "value"},
      {"append", "key", "value"},
      {"prepend", "key", "value"},
      {"ping"},
      {"stats"},
      {"flush", "--yes"},
  };
  return commands;
}

// No success, no answer about the item, no crash, nothing printed, and all of it soon.
inline testing::AssertionResult is_seen_through(const RunResult& run) {
  constexpr int last_libmemcached_code = 48;
  for (const int outcome : {0, 12, 14, 16}) {
    if (run.status == outcome) {
      return testing::AssertionFailure() << "status " << outcome << ", stdout " << shown(run.out);
    }
  }
  if (run.status > last_libmemcached_code) {
    return testing::AssertionFailure() << "status " << run.status << ", " << shown(run.err);
  }
  constexpr auto soon = is_sanitized ? 20s : 3s;
  if (run.elapsed > soon) return testing::AssertionFailure() << "took " << run.elapsed.count();
  return fails(run, run.status);
}

inline void expect_seen_through(const FakeServer& server, const std::string& protocol,
                                const std::vector<Arguments>& commands) {
  const Arguments options = {"--server", server.address(), "--protocol",
                             protocol,   "--timeout",      "200ms"};
  for (const Arguments& command : commands) {
    EXPECT_TRUE(is_seen_through(mcdctl(options + command))) << testing::PrintToString(command);
  }
}

}  // namespace mcd::test
