// The binary under test, and the cluster of real servers that it is run against.

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/memcached_server.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {

using Arguments = std::vector<std::string>;

// `head` with `tail` after it.
Arguments operator+(Arguments head, const Arguments& tail);

// The path of the binary: $TEST_BINARY, or else the one of this build.
std::string mcdctl_path();

// The path of a library for LD_PRELOAD; see tests/support/interrupt_before_poll.cpp.
std::string interrupt_before_poll();
// The same of tests/support/named_addresses.cpp.
std::string named_addresses();

// A file of the repository, by its path from the top of it.
std::string source_file(const std::string& path);

// `options`, with settings that keep the machine's own files out: an empty mcdctl.toml in
// $XDG_CONFIG_HOME, unless the options set that variable themselves.
RunOptions without_settings(RunOptions options);

// Runs the binary without_settings().
RunResult mcdctl(const Arguments& arguments, const RunOptions& options = {});

// Runs the binary without_settings() at a terminal of its own, on which `typed` is typed. What
// stands there in the end is the result's `out`.
RunResult at_terminal(const Arguments& arguments, const std::string& typed);

// How a Cluster is made up and spoken to.
struct Wiring {
  std::string protocol = "ascii";
  std::size_t servers = 1;
};
void PrintTo(const Wiring& wiring, std::ostream* out);
std::string name_of(const testing::TestParamInfo<Wiring>& wiring);

// Real memcached servers on unix sockets, and the binary told to use them.
class Cluster {
 public:
  explicit Cluster(Wiring wiring = {}, const Arguments& memcached_arguments = {});

  std::size_t size() const { return servers_.size(); }
  MemcachedServer& server(std::size_t index = 0) { return servers_[index]; }
  // The server that the module puts `key` (without a prefix) on.
  MemcachedServer& server_of(std::string_view key);
  std::vector<std::string> addresses() const;

  // What is stored under the key, which has no prefix, by the protocol and without mcdctl.
  std::optional<std::string> stored(std::string_view key) { return server_of(key).value(key); }
  // The seconds that the item has left to live, -1 forever; nothing if there is no item.
  std::optional<long> remaining_ttl(std::string_view key);
  // The requests that read items, of all servers since they started.
  std::uint64_t reads() const;

  // A whole command line: the binary, --server and --protocol, and `arguments`.
  Arguments command(const Arguments& arguments) const;
  RunResult run(const Arguments& arguments, const RunOptions& options = {}) const;

 private:
  Wiring wiring_;
  std::deque<MemcachedServer> servers_{};
};

// The fixture of tests that hold for both protocols, and for one server and three.
class OnEveryWiring : public testing::TestWithParam<Wiring> {
 protected:
  Cluster cluster{GetParam()};
};

// For INSTANTIATE_TEST_SUITE_P, with name_of.
inline const auto every_wiring = testing::Values(Wiring{"ascii", 1}, Wiring{"ascii", 3},
                                                 Wiring{"binary", 1}, Wiring{"binary", 3});
inline const auto every_protocol = testing::Values(Wiring{"ascii", 1}, Wiring{"binary", 1});

// What runs come to. Whatever the outcome, stderr must hold what the contract says and no more.

// Status 0, exactly `out` on stdout, and nothing on stderr.
testing::AssertionResult prints(const RunResult& run, std::string_view out);
// The same without output.
testing::AssertionResult succeeds(const RunResult& run);
// The exit status that stands for `result` (64 for 127), nothing on stdout, and on stderr one
// line that names the result; or none for the outcomes that scripts test for (12, 14, 16).
testing::AssertionResult fails(const RunResult& run, int result);
// As fails(), but stdout is not looked at and stderr may hold several lines, each a message about
// a failure.
testing::AssertionResult ends_in(const RunResult& run, int result);
// Whether it ended silently since nobody reads what it prints, as SIGPIPE ends a process.
testing::AssertionResult ends_without_a_reader(const RunResult& run);

// The lines of a text, each without its end, and whether it holds a part.
std::vector<std::string> lines_of(std::string_view text);
bool holds(std::string_view text, std::string_view part);
// The same, in order.
std::vector<std::string> sorted_lines_of(std::string_view text);

// What jq makes of `json`; nothing may be wrong with it.
std::string jq(const std::string& json, const std::string& filter);

// Bytes as they stand in a test's message: shortened, and without control bytes.
std::string shown(std::string_view bytes);

// Looks at `condition` until it holds; false if it does not within `timeout`.
bool eventually(const std::function<bool()>& condition,
                std::chrono::milliseconds timeout = std::chrono::seconds(10));

}  // namespace mcd::test
