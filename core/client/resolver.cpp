#include "core/client/resolver.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <mutex>
#include <vector>

#include "core/client/wait_watch.h"

namespace mcd {
namespace {

// Everything that a look-up in the background may still write to, kept until it is done.
struct Lookup {
  std::string host;
  std::string service;
  addrinfo hints{};
  gaicb request{};
};

// Keeps a look-up that can't be stopped, and frees those kept before that are done by now. Nobody
// who asks could own it: it may outlast each of them, the process's end included, as glibc's own
// queue of look-ups does. Leaving them to leak instead would cost a service memory as long as a
// name server does not answer, and a thread for each in place of glibc's twenty would be no bound.
void keep_until_done(std::unique_ptr<Lookup> lookup) {
  static std::mutex mutex;
  static auto& kept = *new std::vector<std::unique_ptr<Lookup>>;  // look-ups may outlast the rest
  const std::lock_guard lock(mutex);
  std::erase_if(kept, [](const std::unique_ptr<Lookup>& one) {
    const bool is_done = gai_error(&one->request) != EAI_INPROGRESS;
    if (is_done && one->request.ar_result != nullptr) freeaddrinfo(one->request.ar_result);
    return is_done;
  });
  kept.push_back(std::move(lookup));
}

Error lookup_failed(int problem) {
  return {.code = Code::host_lookup_failure, .reason = gai_strerror(problem)};
}

addrinfo stream_hints() {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  return hints;
}

}  // namespace

bool is_numeric_address(const std::string& host) {
  in_addr v4{};
  // A colon stands in IPv6 addresses only, which may carry a %scope that inet_pton does not take.
  return host.find(':') != std::string::npos || inet_pton(AF_INET, host.c_str(), &v4) == 1;
}

Result<Addresses> resolve(const std::string& host, std::uint16_t port,
                          std::chrono::steady_clock::time_point deadline) {
  if (is_numeric_address(host)) {
    addrinfo hints = stream_hints();
    hints.ai_flags |= AI_NUMERICHOST;
    addrinfo* found = nullptr;
    const int problem = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (problem != 0) return lookup_failed(problem);
    return Addresses(found);
  }
  auto lookup = std::make_unique<Lookup>();
  lookup->host = host;
  lookup->service = std::to_string(port);
  lookup->hints = stream_hints();
  lookup->request.ar_name = lookup->host.c_str();
  lookup->request.ar_service = lookup->service.c_str();
  lookup->request.ar_request = &lookup->hints;
  gaicb* requests[] = {&lookup->request};
  if (const int problem = getaddrinfo_a(GAI_NOWAIT, requests, 1, nullptr); problem != 0) {
    return lookup_failed(problem);
  }
  while (gai_error(&lookup->request) == EAI_INPROGRESS) {
    using std::chrono::nanoseconds;
    const nanoseconds left = deadline - std::chrono::steady_clock::now();
    if (left <= nanoseconds::zero()) {
      if (gai_cancel(&lookup->request) != EAI_CANCELED) {
        keep_until_done(std::move(lookup));  // it may still be written to
      }
      return Error{.code = Code::timeout,
                   .reason = "no answer in time from the name service for " + host};
    }
    const nanoseconds portion = WaitWatch::next_wait(left);
    const timespec wait{.tv_sec = static_cast<time_t>(portion.count() / 1'000'000'000),
                        .tv_nsec = static_cast<long>(portion.count() % 1'000'000'000)};
    const gaicb* const waited_for[] = {&lookup->request};
    gai_suspend(waited_for, 1, &wait);
  }
  const int problem = gai_error(&lookup->request);
  if (problem != 0) return lookup_failed(problem);
  return Addresses(lookup->request.ar_result);
}

}  // namespace mcd
