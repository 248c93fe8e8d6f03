#include "cli/service/listener.h"

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <system_error>
#include <utility>

#include "cli/command/context.h"
#include "cli/service/service_manager.h"
#include "core/base/descriptor.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

using asio::ip::tcp;

// What is advised where others could connect, and nobody has said who.
constexpr const char* say_who = "allow the networks that may: --allow 10.1.2.0/24";

Address from_asio(const asio::ip::address& address) {
  if (address.is_v6()) {
    Address plain{.bytes = address.to_v6().to_bytes(),
                  .scope = static_cast<std::uint32_t>(address.to_v6().scope_id())};
    if (plain.is_v4()) plain.scope = 0;
    return plain;
  }
  return {.bytes = asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes()};
}

tcp::endpoint to_asio(const Endpoint& endpoint) {
  const asio::ip::address_v6 address(endpoint.address.bytes, endpoint.address.scope);
  if (!endpoint.address.is_v4()) return {address, endpoint.port};
  return {asio::ip::make_address_v4(asio::ip::v4_mapped, address), endpoint.port};
}

Endpoint from_asio(const tcp::endpoint& endpoint) {
  return {from_asio(endpoint.address()), endpoint.port()};
}

}  // namespace

Status Listener::open(const std::optional<std::string>& listen, bool is_open,
                      const Environment& environment) {
  constexpr std::uint16_t fastagi_port = 4573;
  const Result<Endpoint> endpoint =
      parse_endpoint(listen.value_or(std::string(default_listen)), fastagi_port);
  if (!endpoint) return endpoint.error();
  const auto inherited = inherited_socket(environment);
  if (!inherited) return inherited.error();
  if (*inherited) {
    Status adopted = adopt((*inherited)->descriptor, (*inherited)->is_v6, is_open);
    if (adopted && listen) {
      log_.write(
          ServiceLog::Level::warning,
          "--listen " + quote(*listen) + " has no effect: the service manager has opened a socket");
    }
    return adopted;
  }
  if (is_open || endpoint->address.is_loopback()) return bind(*endpoint);
  Error error = bad_option("listen", to_string(*endpoint), "other machines could connect");
  error.advice = say_who;
  return error;
}

Status Listener::adopt(int descriptor, bool is_v6, bool is_open) {
  asio::error_code problem;
  acceptor_.assign(is_v6 ? tcp::v6() : tcp::v4(), descriptor, problem);
  if (problem) return not_usable(problem.message());
  const Endpoint endpoint = from_asio(acceptor_.local_endpoint(problem));
  if (problem) return not_usable(problem.message());
  if (is_open || endpoint.address.is_loopback()) return Ok{};
  return not_usable("other machines could connect to " + to_string(endpoint), say_who);
}

Status Listener::bind(const Endpoint& wanted) try {
  const tcp::endpoint endpoint = to_asio(wanted);
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.bind(endpoint);
  acceptor_.listen();
  return Ok{};
} catch (const asio::system_error& error) {
  std::string_view advice = advice_on_descriptors(error.code().value());
  if (error.code() == asio::error::address_in_use) {
    advice = "stop what listens there, or choose another port with --listen";
  } else if (advice.empty()) {
    advice = "choose another address or port with --listen";
  }
  return Error{.code = Code::connection_bind_failure,
               .attempt = "listen on " + to_string(wanted),
               .reason = error.code().message(),
               .advice = std::string(advice)};
}

std::string Listener::address() const {
  return to_string(from_asio(acceptor_.local_endpoint()));
}

asio::awaitable<void> Listener::accept(Admit admit) {
  while (!is_closed_) {
    asio::error_code problem;
    tcp::socket socket =
        co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, problem));
    if (!problem) {  // even if it was closed since
      admit(std::move(socket));
      continue;
    }
    if (is_closed_) break;
    std::string line = "can't accept a connection: " + problem.message();
    const bool is_limit = problem == asio::error::no_descriptors ||
                          problem == std::errc::too_many_files_open_in_system;
    if (is_limit) line.append("; ").append(raise_file_limit);
    log_.write_seldom("not accepted", std::move(line));
    asio::steady_timer pause(acceptor_.get_executor(), std::chrono::milliseconds(100));
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, problem));
  }
}

void Listener::close(const Admit& admit) {
  is_closed_ = true;
  asio::error_code problem;
  acceptor_.non_blocking(true, problem);
  // More than wait in any queue: whoever goes on connecting does not keep it from ending.
  constexpr int most = 4096;
  for (int count = 0; count < most && !problem; ++count) {
    tcp::socket socket = acceptor_.accept(problem);
    if (!problem) admit(std::move(socket));
  }
  acceptor_.close(problem);
}

std::optional<Address> peer_of(const tcp::socket& socket) {
  asio::error_code problem;
  const tcp::endpoint remote = socket.remote_endpoint(problem);
  if (problem) return std::nullopt;
  return from_asio(remote.address());
}

}  // namespace mcd::cli
