#include "tests/support/memcached_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tests/support/memcached_text.h"
#include "tests/support/posix.h"

namespace mcd::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kStartTime{10};
constexpr seconds kReplyTime{5};
constexpr seconds kSilence{2};  // After which a server is taken not to understand ASCII commands.
constexpr milliseconds kPause{2};  // Between two looks at something that should happen soon.

// Three commands, because a server that only speaks the binary protocol waits for the 24 bytes of a
// request's header before it closes the connection.
constexpr std::string_view kProbe = "version\r\nversion\r\nversion\r\n";

constexpr const char* kPortFile = "port";
constexpr const char* kLogFile = "log";  // What memcached writes to stderr.

void send_all(const FileDescriptor& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      return;  // A server that closed the connection may have said why.
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool wait_readable(const FileDescriptor& socket, Clock::time_point deadline) {
  pollfd event{socket.get(), POLLIN, 0};
  return ::poll(&event, 1, milliseconds_until(deadline)) > 0;
}

}  // namespace

MemcachedServer::MemcachedServer(MemcachedOptions options) : options_(std::move(options)) {
  if (!options_.tcp) {
    address_ = directory_.file("memcached.sock");
  }
  launch();
  if (!wait_until_ready()) {
    throw std::runtime_error("memcached did not start: " + read_file(directory_.file(kLogFile)));
  }
}

// Starts the process. The first time memcached itself picks the TCP port, so that no other program
// can take the port between its choice and its use. The port file appears when the port is bound,
// so that nobody else is taken for this server.
void MemcachedServer::launch() {
  std::filesystem::remove(directory_.file(kPortFile));
  std::string program = options_.program;
  const char* other = std::getenv("MCD_TEST_MEMCACHED");
  if (other != nullptr && program == MemcachedOptions().program) program = other;
  std::vector<std::string> arguments = {program, "-t", "1"};
  if (::geteuid() == 0) {
    arguments.insert(arguments.end(), {"-u", "root"});
  }
  if (options_.tcp) {
    const std::string port = address_.empty() ? "-1" : address_.substr(address_.find(':') + 1);
    arguments.insert(arguments.end(), {"-l", "127.0.0.1", "-p", port, "-U", "0"});
  } else {
    arguments.insert(arguments.end(), {"-s", address_});
  }
  arguments.insert(arguments.end(), options_.extra_arguments.begin(),
                   options_.extra_arguments.end());
  RunOptions options{.environment = options_.environment,
                     .stdout_path = "/dev/null",
                     .stderr_path = directory_.file(kLogFile)};
  options.environment.emplace_back("MEMCACHED_PORT_FILENAME", directory_.file(kPortFile));
  process_.start(arguments, options);
}

// False when the process ended or did not accept a connection in time.
bool MemcachedServer::wait_until_ready() {
  const Clock::time_point deadline = Clock::now() + kStartTime;
  for (; process_.running() && Clock::now() < deadline; std::this_thread::sleep_for(kPause)) {
    if (options_.tcp) {
      if (!std::filesystem::exists(directory_.file(kPortFile))) {
        continue;
      }
      const std::string content = read_file(directory_.file(kPortFile));  // "TCP INET: 12345\n"
      std::string_view port = content;
      take(port, ':');
      take(port, ' ');
      address_ = "127.0.0.1:" + std::string(take_line(port));
    }
    const FileDescriptor socket = try_connect(address_, kStartTime);
    if (socket.is_open()) {
      send_all(socket, kProbe);
      wait_readable(socket, std::min(deadline, Clock::now() + kSilence));
      return process_.running();
    }
  }
  return false;
}

void MemcachedServer::stop() {
  process_.signal(SIGSTOP);
  // All its threads have stopped only when the parent is told.
  siginfo_t info{};
  check(::waitid(P_PID, static_cast<id_t>(pid()), &info, WSTOPPED | WEXITED | WNOWAIT),
        "wait for memcached to stop");
}

void MemcachedServer::resume() {
  process_.signal(SIGCONT);
}

void MemcachedServer::kill() {
  if (pid() != 0) {
    process_.signal(SIGKILL);
    process_.wait(kStartTime);
  }
}

void MemcachedServer::restart() {
  kill();
  // Another program may use the port for a moment.
  const Clock::time_point deadline = Clock::now() + kStartTime;
  while (true) {
    launch();
    if (wait_until_ready()) {
      return;
    }
    kill();
    if (Clock::now() > deadline) {
      throw std::runtime_error("memcached did not restart: " +
                               read_file(directory_.file(kLogFile)));
    }
  }
}

std::string MemcachedServer::command(std::string_view request) const {
  const Clock::time_point deadline = Clock::now() + kReplyTime;
  const FileDescriptor socket = try_connect(address_, kReplyTime);
  if (!socket.is_open()) {
    throw_errno("connect to memcached at " + address_);
  }
  send_all(socket, request);
  std::string reply;
  while (!is_complete_reply(reply)) {
    if (!wait_readable(socket, deadline)) {
      throw std::runtime_error("memcached at " + address_ + " did not reply in time");
    }
    char buffer[65536];
    const ssize_t length = ::recv(socket.get(), buffer, sizeof buffer, 0);
    if (length <= 0) {
      break;
    }
    reply.append(buffer, static_cast<std::size_t>(length));
  }
  return reply;
}

std::optional<std::string> MemcachedServer::value(std::string_view key) const {
  const std::string reply = command("get " + std::string(key) + "\r\n");
  if (reply == "END\r\n") {
    return std::nullopt;
  }
  std::string_view rest = reply;
  const std::size_t block_length = data_block_length(take_line(rest));
  if (block_length == 0 || rest.substr(std::min(block_length, rest.size())) != "END\r\n") {
    throw std::runtime_error("memcached refused a get: " + reply);
  }
  return std::string(rest.substr(0, block_length - 2));
}

void MemcachedServer::set(std::string_view key, std::string_view value, std::uint32_t flags,
                          std::int64_t exptime) const {
  std::string request = "set " + std::string(key) + " " + std::to_string(flags) + " " +
                        std::to_string(exptime) + " " + std::to_string(value.size()) + "\r\n";
  request.append(value).append("\r\n");
  const std::string reply = command(request);
  if (reply != "STORED\r\n") {
    throw std::runtime_error("memcached refused a set: " + reply);
  }
}

std::map<std::string, std::string> MemcachedServer::stats() const {
  const std::string reply = command("stats\r\n");
  std::map<std::string, std::string> statistics;
  for (std::string_view rest = reply; !rest.empty();) {
    std::string_view line = take_line(rest);
    if (take(line, ' ') == "STAT") {
      const std::string_view name = take(line, ' ');
      statistics.emplace(name, line);
    }
  }
  return statistics;
}

std::vector<std::string> MemcachedServer::keys() const {
  const Clock::time_point deadline = Clock::now() + kReplyTime;
  std::string reply = command("lru_crawler metadump all\r\n");
  while (!reply.ends_with("END\r\n")) {  // "BUSY" or "ERROR locked": the crawler is at work.
    if (Clock::now() > deadline) {
      throw std::runtime_error("memcached refused to list its keys: " + reply);
    }
    std::this_thread::sleep_for(kPause);
    reply = command("lru_crawler metadump all\r\n");
  }
  std::vector<std::string> keys;
  for (std::string_view rest = reply; !rest.empty();) {
    std::string_view line = take_line(rest);
    if (take(line, '=') == "key") {
      keys.push_back(percent_decoded(take(line, ' ')));
    }
  }
  return keys;
}

const MemcachedServer& shared_server() {
  static const MemcachedServer server;
  const std::string reply = server.command("flush_all\r\n");
  if (reply != "OK\r\n") {
    throw std::runtime_error("memcached refused to be emptied: " + reply);
  }
  return server;
}

}  // namespace mcd::test
