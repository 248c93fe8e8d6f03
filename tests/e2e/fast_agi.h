// `mcdctl fastagi` in the background, and calls of it.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "tests/e2e/mcdctl.h"
#include "tests/support/asterisk_channel.h"
#include "tests/support/random_bytes.h"

namespace mcd::test {

using namespace std::chrono_literals;

constexpr auto long_time = 60s;

// The service in the background, on a port of the system's choice.
class FastAgi {
 public:
  explicit FastAgi(const Arguments& command, RunOptions options = {}) {
    options.stderr_path = log_path_;
    process_.start(command, without_settings(std::move(options)));
    const std::string start = "listening on ";
    EXPECT_TRUE(logs(start)) << log();
    const std::string text = log();
    const std::size_t place = text.find(start) + start.size();
    address_ = text.substr(place, text.find_first_of("\"\n", place) - place);
  }

  const std::string& address() const { return address_; }
  BackgroundProcess& process() { return process_; }
  std::string log() const { return read_file(log_path_); }
  // Waits for that text in the log.
  bool logs(std::string_view text) const {
    return eventually([&] { return log().find(text) != std::string::npos; }, long_time);
  }

  // Kilobytes.
  long resident_memory() const {
    const std::string status = read_file("/proc/" + std::to_string(process_.pid()) + "/status");
    return std::strtol(status.c_str() + status.find("VmRSS:") + 6, nullptr, 10);
  }

  FileDescriptor connect() const {
    FileDescriptor socket = try_connect(address_, 10s);
    EXPECT_TRUE(socket.is_open());
    return socket;
  }

  // MCDRESULT after a call of `request`.
  std::string call(const std::string& request, const std::string& ttl = "") {
    channel = AsteriskChannel("agi://127.0.0.1/" + request);
    if (!ttl.empty()) channel.variables["MCDTTL"] = ttl;
    EXPECT_TRUE(call_fastagi(channel, address_, long_time)) << request << "\n" << log();
    return channel["MCDRESULT"];
  }

  // Its exit status.
  int stop() {
    process_.signal(SIGTERM);
    return process_.wait(long_time).status;
  }

  AsteriskChannel channel{""};

 private:
  TempDir directory_{};
  std::string log_path_ = directory_.file("log");
  BackgroundProcess process_{};
  std::string address_{};
};

inline Arguments fastagi(const Cluster& cluster, const Arguments& options = {}) {
  return cluster.command(Arguments{"fastagi", "--listen", "127.0.0.1:0"} + options);
}

// Runs the command with `socket` as descriptor 3, as a service manager passes it on.
inline Arguments activated(const Arguments& command) {
  return Arguments{"sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=${FDS:-1} exec \"$@\"", "sh"} + command;
}

// Whether the other side has closed the connection; its bytes are thrown away.
inline bool is_closed(const FileDescriptor& socket) {
  char block[4096];
  const ssize_t count = ::recv(socket.get(), block, sizeof block, MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN);
}

inline bool is_closed_soon(const FileDescriptor& socket) {
  return eventually([&] { return is_closed(socket); }, long_time);
}

inline void send_bytes(const FileDescriptor& socket, std::string_view bytes) {
  (void)::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

class FastAgiService : public testing::Test {
 protected:
  Cluster cluster{};
};

class OpenCall {
 public:
  OpenCall(const FastAgi& service, const std::string& request)
      : channel("agi://127.0.0.1/" + request),
        socket(service.connect()),
        talk(channel, socket.get(), socket.get()) {
    EXPECT_TRUE(talk.send(channel.header()));
  }

  // Answers what is asked first. The request is performed then.
  void answer() {
    const auto question = talk.read_line(long_time);
    ASSERT_TRUE(question);
    ASSERT_TRUE(talk.send(channel.reply_to(*question) + "\n"));
  }

  AsteriskChannel channel;
  FileDescriptor socket;
  AgiTalk talk;
};

}  // namespace mcd::test
