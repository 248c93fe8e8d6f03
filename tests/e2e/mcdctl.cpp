#include "tests/e2e/mcdctl.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/e2e/module_rule.h"
#include "tests/support/memcached_text.h"
#include "tests/support/posix.h"
#include "tests/support/quoted_words.h"

namespace mcd::test {
namespace {

// A directory for $XDG_CONFIG_HOME that says nothing.
const std::string& empty_settings() {
  static const TempDir directory;
  static const bool made = [] {
    std::filesystem::create_directory(directory.file("mcdctl"));
    directory.write("mcdctl/mcdctl.toml", "");
    return true;
  }();
  (void)made;
  return directory.path();
}

testing::AssertionResult differs(const RunResult& run, const std::string& expectation) {
  return testing::AssertionFailure()
         << expectation << ", but: status " << run.status << (run.timed_out ? " (timed out)" : "")
         << ", stdout \"" << shown(run.out) << "\", stderr \"" << shown(run.err) << "\"";
}

// A message as design.md has it: one line, the number and the name, and nothing of the insides of a
// library.
// "0x" and at least eight hexadecimal digits.
bool holds_pointer(std::string_view line) {
  for (std::size_t place = line.find("0x"); place != std::string_view::npos;
       place = line.find("0x", place + 1)) {
    const std::string_view digits = line.substr(place + 2);
    const std::size_t end = digits.find_first_not_of("0123456789abcdefABCDEF");
    if (std::min(end, digits.size()) >= 8) return true;
  }
  return false;
}

int status_of(int result) {
  return result == 127 ? 64 : result;
}

bool is_message(std::string_view line, int result) {
  const auto has_number = [line](int number) {
    return line.find("(" + std::to_string(number) + " MEMCACHED_") != std::string_view::npos;
  };
  // With --result, and on a line of a batch, it is 127 itself.
  return line.starts_with("mcdctl: ") && line.ends_with(")") &&
         (has_number(status_of(result)) || has_number(result)) &&
         line.find("libmemcached/") == std::string_view::npos &&
         line.find(".cc:") == std::string_view::npos && !holds_pointer(line);
}

bool is_expected_outcome(int result) {
  return result == 12 || result == 14 || result == 16;
}

}  // namespace

Arguments operator+(Arguments head, const Arguments& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

std::string mcdctl_path() {
  const char* path = std::getenv("TEST_BINARY");
  return path != nullptr ? path : MCDCTL_BINARY;
}

std::string interrupt_before_poll() {
  return MCDCTL_INTERRUPT_BEFORE_POLL;
}

std::string named_addresses() {
  return MCDCTL_NAMED_ADDRESSES;
}

std::string source_file(const std::string& path) {
  return MCDCTL_SOURCE_DIR "/" + path;
}

RunOptions without_settings(RunOptions options) {
  // In front, so that one that is set already wins.
  options.environment.insert(options.environment.begin(), {"XDG_CONFIG_HOME", empty_settings()});
  return options;
}

RunResult mcdctl(const Arguments& arguments, const RunOptions& options) {
  return run(Arguments{mcdctl_path()} + arguments, without_settings(options));
}

RunResult at_terminal(const Arguments& arguments, const std::string& typed) {
  std::string line = mcdctl_path();
  for (const std::string& argument : arguments) line += " " + single_quoted(argument);
  return run({"script", "-qec", line, "/dev/null"}, without_settings({.stdin_bytes = typed}));
}

void PrintTo(const Wiring& wiring, std::ostream* out) {
  *out << wiring.protocol << " on " << wiring.servers;
}

std::string name_of(const testing::TestParamInfo<Wiring>& wiring) {
  return wiring.param.protocol + "_on_" + std::to_string(wiring.param.servers);
}

Cluster::Cluster(Wiring wiring, const Arguments& memcached_arguments) : wiring_(std::move(wiring)) {
  while (servers_.size() < wiring_.servers) {
    servers_.emplace_back(MemcachedOptions{.extra_arguments = memcached_arguments});
  }
}

MemcachedServer& Cluster::server_of(std::string_view key) {
  return servers_[module_server_of(key, servers_.size())];
}

std::vector<std::string> Cluster::addresses() const {
  std::vector<std::string> addresses;
  for (const MemcachedServer& server : servers_) addresses.push_back(server.address());
  return addresses;
}

std::uint64_t Cluster::reads() const {
  std::uint64_t sum = 0;
  for (const MemcachedServer& server : servers_) sum += std::stoull(server.stats().at("cmd_get"));
  return sum;
}

std::optional<long> Cluster::remaining_ttl(std::string_view key) {
  const std::string reply = server_of(key).command("mg " + std::string(key) + " t\r\n");  // "HD t9"
  constexpr std::string_view start = "HD t";
  if (!reply.starts_with(start)) return std::nullopt;
  return std::strtol(reply.c_str() + start.size(), nullptr, 10);
}

Arguments Cluster::command(const Arguments& arguments) const {
  Arguments line = {mcdctl_path(), "--protocol", wiring_.protocol};
  for (const std::string& address : addresses()) line = line + Arguments{"--server", address};
  return line + arguments;
}

RunResult Cluster::run(const Arguments& arguments, const RunOptions& options) const {
  return test::run(command(arguments), without_settings(options));
}

testing::AssertionResult prints(const RunResult& run, std::string_view out) {
  if (run.status == 0 && run.out == out && run.err.empty()) return testing::AssertionSuccess();
  return differs(run, "expected status 0 and \"" + shown(out) + "\" on stdout alone");
}

testing::AssertionResult succeeds(const RunResult& run) {
  return prints(run, "");
}

testing::AssertionResult fails(const RunResult& run, int result) {
  if (!run.out.empty()) return differs(run, "expected nothing on stdout");
  if (std::ranges::count(run.err, '\n') > 1) return differs(run, "expected one line on stderr");
  return ends_in(run, result);
}

testing::AssertionResult ends_without_a_reader(const RunResult& run) {
  constexpr int reader_has_gone = 141;
  if (run.status == reader_has_gone && run.err.empty()) return testing::AssertionSuccess();
  return differs(run, "expected a silent end with status 141");
}

testing::AssertionResult ends_in(const RunResult& run, int result) {
  if (run.status != status_of(result) || run.timed_out) {
    return differs(run, "expected the result " + std::to_string(result));
  }
  if (is_expected_outcome(result) || result == 19) {
    // Misses are not talked about; and the single failures behind 19 have numbers of their own.
    const bool is_silent = run.err.empty();
    if (is_silent == (result == 19)) return differs(run, "expected other words on stderr");
    return testing::AssertionSuccess();
  }
  std::string_view rest = run.err;
  do {
    if (!is_message(take(rest, '\n'), result)) {
      return differs(run, "expected a message of result " + std::to_string(result));
    }
  } while (!rest.empty());
  return testing::AssertionSuccess();
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) lines.emplace_back(take(text, '\n'));
  return lines;
}

std::vector<std::string> sorted_lines_of(std::string_view text) {
  std::vector<std::string> lines = lines_of(text);
  std::ranges::sort(lines);
  return lines;
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string jq(const std::string& json, const std::string& filter) {
  const RunResult run = test::run({"jq", "-r", "-c", filter}, {.stdin_bytes = json});
  EXPECT_EQ(run.status, 0) << run.err;
  return run.out;
}

std::string shown(std::string_view bytes) {
  constexpr std::size_t most = 400;
  std::string text;
  for (const char letter : bytes.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x20 && byte < 0x7f) {
      text += letter;
      continue;
    }
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned>(byte));
    text += escaped;
  }
  if (bytes.size() > most) text += "... (" + std::to_string(bytes.size()) + " bytes)";
  return text;
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds timeout) {
  const Clock::time_point deadline = Clock::now() + timeout;
  while (!condition()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace mcd::test
