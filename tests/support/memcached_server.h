// A real memcached for tests, and raw access to what it stores.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace mcd::test {

struct MemcachedOptions {
  bool tcp = false;  // A free port of 127.0.0.1 instead of a unix socket in a directory of its own.
  std::vector<std::string> extra_arguments{};  // They may override "-t 1" (one worker thread).
  // Variables as in RunOptions::environment; "-S" needs SASL_CONF_PATH, a directory that holds
  // memcached.conf.
  std::vector<std::pair<std::string, std::string>> environment{};
  std::string program = "memcached";
};

// Runs $MCD_TEST_MEMCACHED where no other program is given. All functions throw std::runtime_error
// when the server cannot be started or does not answer.
//
// The object cannot be moved: keep several in a std::list or std::deque. The server dies with the
// thread that started it.
class MemcachedServer {
 public:
  // Returns when the server accepts connections and has reacted to the ASCII command `version`, be
  // it by an error or by closing the connection. One that stays silent is taken as ready after 2 s.
  explicit MemcachedServer(MemcachedOptions options = {});
  MemcachedServer(const MemcachedServer&) = delete;
  MemcachedServer& operator=(const MemcachedServer&) = delete;

  // "/path/to.sock" or "127.0.0.1:PORT", the same for the whole life.
  const std::string& address() const { return address_; }

  // 0 after kill().
  pid_t pid() const { return process_.pid(); }

  // Freezes the server: connections are still accepted by the kernel, but nothing is answered.
  void stop();
  void resume();

  // Kills the server, also a frozen one. The file of its unix socket stays, as in real life.
  void kill();

  // Kills the server when it runs, and starts an empty one at the same address.
  void restart();

  // What follows is for servers that speak the ASCII protocol.

  // Sends `request` on a connection of its own and returns the reply, or what came of it when the
  // server closes the connection first. `request` must cause one reply; after several pipelined
  // requests the answer may hold only the first replies. Throws after 5 s without a whole reply.
  std::string command(std::string_view request) const;

  // Direct access by the key as it is on the wire. value() is empty when there is no such item.
  // `exptime` is what the protocol takes: seconds up to 30 days, otherwise a unix time.
  std::optional<std::string> value(std::string_view key) const;
  void set(std::string_view key, std::string_view value, std::uint32_t flags = 0,
           std::int64_t exptime = 0) const;
  std::map<std::string, std::string> stats() const;

  // The keys that `lru_crawler metadump all` lists, in its order. It may miss items that were
  // stored in the last moments; stats()["curr_items"] is a reliable count.
  std::vector<std::string> keys() const;

 private:
  void launch();
  bool wait_until_ready();

  MemcachedOptions options_;
  TempDir directory_{};
  std::string address_{};
  BackgroundProcess process_{};
};

// A server with the default options that lives as long as the process, emptied by each call: for
// tests that only need some server. Whoever stops, kills or counts needs one of their own.
const MemcachedServer& shared_server();

}  // namespace mcd::test
