// Whatever is in the environment for a socket that a service manager has passed on. Each line of
// the input is a variable; descriptor 3 is a socket, a pipe or nothing, as the first byte says.
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "cli/service/service_manager.h"
#include "tests/fuzz/fuzz.h"

namespace {

using mcd::fuzz::require;

void open_third(unsigned kind) {
  ::close(3);
  const int family = kind % 2 == 0 ? AF_INET : AF_UNIX;
  const int descriptor = kind % 4 == 3 ? -1 : ::socket(family, SOCK_STREAM, 0);
  if (descriptor >= 0 && descriptor != 3) {
    ::dup2(descriptor, 3);
    ::close(descriptor);
  }
  if (kind % 8 >= 4) ::listen(3, 1);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  open_third(data[0]);
  std::vector<std::string> variables = {"LISTEN_PID=" + std::to_string(::getpid())};
  std::string_view rest = mcd::fuzz::text_of(data + 1, size - 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string variable(rest.substr(0, end));
    std::erase(variable, '\0');
    variables.push_back(std::move(variable));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::vector<const char*> pointers;
  for (const std::string& variable : variables) pointers.push_back(variable.c_str());
  pointers.push_back(nullptr);
  const auto socket = mcd::cli::inherited_socket(mcd::Environment(pointers.data()));
  if (!socket) {
    mcd::fuzz::require_printable(socket.error());
    require(socket.code() == mcd::Code::connection_bind_failure, "it is the socket that is wrong");
  } else if (*socket) {
    require((*socket)->descriptor == 3 && data[0] % 8 >= 4 && data[0] % 2 == 0,
            "only a TCP socket that listens is taken");
  }
  return 0;
}
