#include "cli/service/service_manager.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>

#include "tests/support/core_values.h"
#include "tests/support/posix.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {
namespace {

using test::check;
using test::FileDescriptor;
using test::Variables;
using testing::HasSubstr;

FileDescriptor listening(FileDescriptor socket) {
  check(::listen(socket.get(), 1), "listen");
  return socket;
}

FileDescriptor socket_of(int family, int type) {
  return FileDescriptor(check(::socket(family, type | SOCK_CLOEXEC, 0), "make a socket"));
}

TEST(ListeningSocket, IsOneOfTcp) {
  const FileDescriptor v4 = listening(test::bind_loopback());
  const Result<ListeningSocket> checked = check_listening_socket(v4.get());
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->descriptor, v4.get());
  EXPECT_FALSE(checked->is_v6);
}

TEST(ListeningSocket, MayBeOfIpv6) {
  const FileDescriptor v6 = socket_of(AF_INET6, SOCK_STREAM);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  if (::bind(v6.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    GTEST_SKIP() << "no IPv6 here";
  }
  check(::listen(v6.get(), 1), "listen");
  const Result<ListeningSocket> checked = check_listening_socket(v6.get());
  ASSERT_TRUE(checked);
  EXPECT_TRUE(checked->is_v6);
}

TEST(ListeningSocket, IsNothingElse) {
  const test::TempDir directory;
  const FileDescriptor unix_socket = listening(test::bind_unix(directory.file("socket")));
  const FileDescriptor datagrams = socket_of(AF_INET, SOCK_DGRAM);
  const FileDescriptor idle = test::bind_loopback();
  const FileDescriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  for (const auto& [descriptor, reason] :
       {std::pair(unix_socket.get(), "not a TCP socket"),
        std::pair(datagrams.get(), "not a TCP socket"),
        std::pair(idle.get(), "not a listening socket"), std::pair(file.get(), "Socket operation"),
        std::pair(-1, "Bad file descriptor")}) {
    const Result<ListeningSocket> checked = check_listening_socket(descriptor);
    ASSERT_EQ(checked.code(), Code::connection_bind_failure) << reason;
    EXPECT_THAT(describe(checked.error()), HasSubstr(reason));
    EXPECT_THAT(describe(checked.error()), HasSubstr("service manager"));
  }
}

TEST(InheritedSocket, IsThereOnlyForTheProcessThatItIsMeantFor) {
  const std::string self = "LISTEN_PID=" + std::to_string(::getpid());
  for (const auto& entries :
       std::vector<std::vector<std::string>>{{},
                                             {"LISTEN_FDS=1"},
                                             {self},
                                             {self, "LISTEN_FDS=0"},
                                             {self, "LISTEN_FDS=x"},
                                             {"LISTEN_PID=1", "LISTEN_FDS=1"},
                                             {"LISTEN_PID=x", "LISTEN_FDS=1"}}) {
    const auto socket = inherited_socket(Variables(entries).environment());
    ASSERT_TRUE(socket);
    EXPECT_FALSE(*socket);
  }
  const auto several = inherited_socket(Variables({self, "LISTEN_FDS=2"}).environment());
  EXPECT_EQ(several.code(), Code::connection_bind_failure);
}

// Receives what is sent to the address, which may be an abstract one.
class Manager {
 public:
  explicit Manager(const std::string& path) : path_(path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path);
    if (path[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    check(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), length), "bind");
  }

  std::string received() const {
    char text[100];
    const ssize_t count = ::recv(socket_.get(), text, sizeof text, MSG_DONTWAIT);
    return count < 0 ? "nothing" : std::string(text, static_cast<std::size_t>(count));
  }

  std::string variable() const { return "NOTIFY_SOCKET=" + path_; }

 private:
  std::string path_;
  FileDescriptor socket_ = socket_of(AF_UNIX, SOCK_DGRAM);
};

TEST(NotifyServiceManager, SendsTheMessage) {
  const test::TempDir directory;
  for (const std::string& path :
       {directory.file("notify"), "@mcdctl-test-" + std::to_string(::getpid())}) {
    const Manager manager(path);
    notify_service_manager(Variables({manager.variable()}).environment(), "READY=1");
    EXPECT_EQ(manager.received(), "READY=1") << path;
  }
}

TEST(NotifyServiceManager, DoesNothingWhereNobodyListens) {
  notify_service_manager(Variables({}).environment(), "READY=1");
  notify_service_manager(Variables({"NOTIFY_SOCKET=/no/such/socket"}).environment(), "READY=1");
  notify_service_manager(Variables({"NOTIFY_SOCKET=" + std::string(200, '/')}).environment(),
                         "READY=1");
}

TEST(Journal, IsKnownByItsDeviceAndInode) {
  const FileDescriptor file(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  struct stat status {};
  ASSERT_EQ(::fstat(file.get(), &status), 0);
  const std::string stream =
      "JOURNAL_STREAM=" + std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  EXPECT_TRUE(is_journal(Variables({stream}).environment(), file.get()));
  EXPECT_FALSE(is_journal(Variables({stream + "0"}).environment(), file.get()));
  EXPECT_FALSE(is_journal(Variables({}).environment(), file.get()));
  EXPECT_FALSE(is_journal(Variables({stream}).environment(), -1));
}

}  // namespace
}  // namespace mcd::cli
