// Where the FastAGI service takes connections: a socket of its own, or the service manager's.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/service/address.h"
#include "cli/service/service_log.h"
#include "core/base/environment.h"
#include "core/base/result.h"

namespace mcd::cli {

// What is advised where no more files can be opened.
inline constexpr std::string_view raise_file_limit =
    "raise the limit of open files (LimitNOFILE= in the unit, or ulimit -n), or lower "
    "--max-connections";

class Listener {
 public:
  // Both must outlive it.
  Listener(asio::io_context& loop, ServiceLog& log) : log_(log), acceptor_(loop) {}

  // Takes the socket that the service manager has opened, if it has, else opens one at `listen`, as
  // it was typed, or at `default_listen`. Unless `is_open`, only this machine may be able to
  // connect. Fails with argument_needed or connection_bind_failure.
  Status open(const std::optional<std::string>& listen, bool is_open,
              const Environment& environment);

  // "127.0.0.1:4573"
  std::string address() const;

  using Admit = std::function<void(asio::ip::tcp::socket)>;
  // Hands over the connections, until close().
  asio::awaitable<void> accept(Admit admit);
  // Hands over those that the system has already taken, and takes no more.
  void close(const Admit& admit);

 private:
  Status adopt(int descriptor, bool is_v6, bool is_open);
  Status bind(const Endpoint& endpoint);

  ServiceLog& log_;
  asio::ip::tcp::acceptor acceptor_;
  bool is_closed_ = false;
};

// The other end's; nothing where it has gone.
std::optional<Address> peer_of(const asio::ip::tcp::socket& socket);

}  // namespace mcd::cli
