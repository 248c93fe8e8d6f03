// Bulk commands against servers that lie, at each step of their work: the greeting, the list, and
// the replies. What the server did not say is not claimed, and time and memory are bounded.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/dump_format.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/fake_server.h"
#include "tests/support/sanitizers.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;

struct Lie {
  std::string name;
  Reply reply;
};

void PrintTo(const Lie& lie, std::ostream* out) {
  *out << lie.name;
}

std::string name_of_lie(const testing::TestParamInfo<Lie>& lie) {
  return lie.param.name;
}

// None of them is what an honest server says in reply to any of the requests.
std::vector<Lie> lies() {
  const std::string item = "key=one exp=-1 la=1 cas=1 fetch=no cls=1 size=60\n";
  return {
      {"nothing", {}},
      {"the_end", {.close = true}},
      {"garbage", {.bytes = "\xff\xfe\r\n\x01\r\n"}},
      {"a_web_page", {.bytes = "HTTP/1.1 400 Bad Request\r\n\r\n<html>\r\n", .close = true}},
      {"a_line_without_an_end", {.bytes = std::string(5'000'000, 'a')}},
      {"a_line_of_nul", {.bytes = std::string(1000, '\0') + "\r\n"}},
      {"an_empty_line", {.bytes = "\r\n"}},
      {"a_server_error", {.bytes = "SERVER_ERROR on fire\r\n"}},
      {"a_client_error", {.bytes = "CLIENT_ERROR nonsense\r\n"}},
      {"a_login", {.bytes = "CLIENT_ERROR unauthenticated\r\n"}},
      {"a_server_that_is_full", {.bytes = "ERROR Too many open connections\r\n", .close = true}},
      {"an_item_cut_off", {.bytes = item.substr(0, 30), .close = true}},
      {"an_item_and_silence", {.bytes = item}},
      {"an_item_without_a_size", {.bytes = "key=one exp=-1 la=1\nEND\r\n"}},
      {"an_item_without_a_key", {.bytes = "exp=-1 la=1 size=60\nEND\r\n"}},
      {"a_key_badly_encoded", {.bytes = "key=%4 exp=-1 la=1 size=60\nEND\r\n"}},
      {"a_date_over_64_bits", {.bytes = "key=one exp=99999999999999999999 la=1 size=60\nEND\r\n"}},
      {"a_value_that_is_cut_off", {.bytes = "VA 10 f0 t-1 O1\r\nabc", .close = true}},
      {"a_value_that_hangs", {.bytes = "VA 10 f0 t-1 O1\r\nabc"}},
      {"a_value_of_a_gigabyte", {.bytes = "VA 1073741824 f0 t-1 O1\r\nabc"}},
      {"a_value_of_endless_size", {.bytes = "VA 99999999999999999999 f0 t-1 O1\r\nx\r\n"}},
      {"a_value_longer_than_said", {.bytes = "VA 1 f0 t-1 O1\r\nxxxx\r\n"}},
      {"a_value_without_flags", {.bytes = "VA 1 O1\r\nx\r\n"}},
      {"a_success_of_another_request", {.bytes = "HD O99\r\n"}},
      {"a_success_without_a_number", {.bytes = "HD\r\n"}},
      {"a_miss_of_another_request", {.bytes = "EN O99\r\n"}},
      {"an_old_success", {.bytes = "STORED\r\n"}},
      {"a_trickle", {.bytes = std::string(2000, 'a'), .delay_between_bytes = 50ms}},
      {"a_trickle_of_an_item",
       {.bytes = "key=" + std::string(2000, 'a'), .delay_between_bytes = 50ms}},
      {"a_trickle_of_a_value",
       {.bytes = "VA 2000 f0 t-1 O1\r\n" + std::string(2000, 'a'), .delay_between_bytes = 50ms}},
  };
}

// Up to where the server says what is right.
enum class Honest { never, greeting, list };

bool answers_honestly(Honest honest, std::string_view received, Reply& reply) {
  if (honest == Honest::never) return false;
  if (const auto greeting = bulk_greeting(received)) {
    reply = *greeting;
    return true;
  }
  if (received == "stats\r\n") {
    reply.bytes = "STAT curr_items 1\r\nEND\r\n";
    return true;
  }
  if (honest == Honest::greeting || !received.starts_with("lru_crawler")) return false;
  reply.bytes = "key=one exp=-1 la=1 cas=1 fetch=no cls=1 size=60\nEND\r\n";
  return true;
}

class LyingServers : public testing::TestWithParam<Lie> {
 protected:
  // What a command says that reached nothing.
  static void expect_no_claim(const RunResult& run, const std::string& what) {
    EXPECT_TRUE(run.status != 0 && run.status != 16 && run.status <= 48) << what << run.status;
    EXPECT_FALSE(run.err.empty()) << what;
    for (const char* const claim : {"1 stored", "1 deleted", "1 dumped", "\"complete\":true"}) {
      EXPECT_FALSE(holds(run.out, claim)) << what << shown(run.out);
    }
    EXPECT_FALSE(run.timed_out) << what;
    if (is_sanitized) return;
    // Three steps at most, each of which has the timeout: less than ten times that.
    EXPECT_LT(run.elapsed, 10 * 500ms) << what;
    // What this process had is counted for the one it started.
    rusage own{};
    ::getrusage(RUSAGE_SELF, &own);
    const long most = std::max(64L << 10U, own.ru_maxrss + 1024);  // KiB
    EXPECT_LT(run.peak_memory, most) << what;
  }
};

TEST_P(LyingServers, AreGivenNoCreditInBulk) {
  DumpWriter writer;
  std::string dump = writer.header({}, {});
  writer.append(dump, {.key = "one", .value = "x"});
  dump += writer.trailer({.items = 1});
  struct Row {
    Arguments command;
    std::string input;
  };
  const std::vector<Row> rows = {
      {{"keys"}, ""},
      {{"dump"}, ""},
      {{"dump", "-o", "/dev/null"}, ""},
      {{"purge", "--yes", "*"}, ""},
      {{"import", "--format", "tsv", "-"}, "one\tx\n"},
      {{"restore"}, dump},
  };
  for (const Honest honest : {Honest::never, Honest::greeting, Honest::list}) {
    const FakeServer server([honest](std::string_view received) {
      Reply reply;
      return answers_honestly(honest, received, reply) ? reply : GetParam().reply;
    });
    for (const Row& row : rows) {
      if (row.command[0] == "keys" && honest == Honest::list) continue;  // it has all it asked for
      const RunResult run =
          mcdctl(Arguments{"-s", server.address(), "--timeout", "500ms"} + row.command,
                 {.stdin_bytes = row.input});
      expect_no_claim(run, testing::PrintToString(row.command) + " where honest up to " +
                               std::to_string(static_cast<int>(honest)) + ": ");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Lies, LyingServers, testing::ValuesIn(lies()), name_of_lie);

}  // namespace
}  // namespace mcd::test
