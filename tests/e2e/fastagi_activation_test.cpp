// `mcdctl fastagi` under a service manager: readiness, and sockets that are handed over.
//
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <csignal>
#include <string>

#include "tests/e2e/fast_agi.h"
#include "tests/e2e/mcdctl.h"
#include "tests/support/asterisk_channel.h"
#include "tests/support/random_bytes.h"

namespace mcd::test {
namespace {

using namespace std::chrono_literals;

class Manager {
 public:
  Manager() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    check(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
          "bind a socket");
  }

  std::pair<std::string, std::string> variable() const { return {"NOTIFY_SOCKET", path_}; }

  // The next message.
  std::string told() const {
    char text[200];
    ssize_t count = -1;
    eventually([&] {
      count = ::recv(socket_.get(), text, sizeof text, MSG_DONTWAIT);
      return count >= 0;
    });
    return count < 0 ? "nothing" : std::string(text, static_cast<std::size_t>(count));
  }

 private:
  TempDir directory_{};
  std::string path_ = directory_.file("notify");
  FileDescriptor socket_{check(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "make a socket")};
};

TEST_F(FastAgiService, TellsTheServiceManagerHowItIs) {
  const Manager manager;
  FastAgi service(fastagi(cluster), {.environment = {manager.variable()}});
  EXPECT_EQ(manager.told(), "READY=1");
  service.process().signal(SIGHUP);
  EXPECT_EQ(manager.told(), "RELOADING=1");
  EXPECT_EQ(manager.told(), "READY=1");
  EXPECT_EQ(service.stop(), 0);
  EXPECT_EQ(manager.told(), "STOPPING=1");
}

TEST_F(FastAgiService, TakesTheSocketOfTheServiceManager) {
  FileDescriptor socket = bind_loopback();
  check(::listen(socket.get(), 10), "listen");
  const std::string address = loopback_address(socket);
  FastAgi service(activated(cluster.command({"fastagi"})), {.inherited_descriptor = socket.get()});
  EXPECT_EQ(service.address(), address);
  EXPECT_EQ(service.call("mcdget,VAR,key"), "16");
  EXPECT_EQ(service.log().find("--listen"), std::string::npos) << service.log();
  EXPECT_EQ(service.stop(), 0);
  // It is the manager's, and lives on.
  EXPECT_TRUE(try_connect(address, 1s).is_open());
}

TEST_F(FastAgiService, SaysThatListenHasNoEffectBesideASocketOfTheServiceManager) {
  FileDescriptor socket = bind_loopback();
  check(::listen(socket.get(), 10), "listen");
  FastAgi service(activated(fastagi(cluster)), {.inherited_descriptor = socket.get()});
  EXPECT_TRUE(
      service.logs("--listen \"127.0.0.1:0\" has no effect: the service manager has opened "
                   "a socket\n"))
      << service.log();
  EXPECT_EQ(service.address(), loopback_address(socket));
}

TEST_F(FastAgiService, SaysWhyASocketOfTheServiceManagerIsNotUsable) {
  const auto run_with = [&](const FileDescriptor& socket, const std::string& count = "1") {
    RunOptions options = without_settings({.environment = {{"FDS", count}}});
    options.inherited_descriptor = socket.get();
    return run(activated(cluster.command({"fastagi"})), options);
  };
  const TempDir directory;
  const FileDescriptor unix_socket = bind_unix(directory.file("socket"));
  check(::listen(unix_socket.get(), 1), "listen");
  const RunResult on_unix = run_with(unix_socket);
  EXPECT_TRUE(fails(on_unix, 4));
  EXPECT_NE(on_unix.err.find("not a TCP socket"), std::string::npos) << on_unix.err;
  EXPECT_TRUE(fails(run_with(bind_loopback()), 4));
  EXPECT_TRUE(fails(run_with(FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC))), 4));
  EXPECT_TRUE(fails(run_with(FileDescriptor()), 4));
  const FileDescriptor good = bind_loopback();
  check(::listen(good.get(), 1), "listen");
  const RunResult two = run_with(good, "2");
  EXPECT_TRUE(fails(two, 4));
  EXPECT_NE(two.err.find("2 sockets were opened"), std::string::npos) << two.err;
  const FileDescriptor open(
      check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket"));
  check(::listen(open.get(), 1), "listen");  // at a port of all addresses
  const RunResult for_others = run_with(open);
  EXPECT_TRUE(fails(for_others, 4));
  EXPECT_NE(for_others.err.find("the socket that the service manager has opened: other machines "
                                "could connect to 0.0.0.0:"),
            std::string::npos)
      << for_others.err;
  EXPECT_EQ(for_others.err.find("--listen"), std::string::npos) << for_others.err;
}

}  // namespace
}  // namespace mcd::test
