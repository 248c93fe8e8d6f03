#include "cli/service/call.h"

#include <asio/async_result.hpp>
#include <asio/buffer.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <stdexcept>
#include <utility>

#include "core/base/nonce.h"

namespace mcd::cli {
namespace {

// Ends a call whose Asterisk makes no sense.
struct GivenUp : std::runtime_error {
  explicit GivenUp(const Error& error) : std::runtime_error(error.reason) {}
};

}  // namespace

Call::Call(asio::ip::tcp::socket socket, const Address& peer)
    : socket_(std::move(socket)),
      peer_(peer),
      timer_(socket_.get_executor()),
      conversation_(make_nonce()) {
  socket_.non_blocking(true);
}

asio::awaitable<std::optional<Trouble>> Call::run(WorkerPool& pool,
                                                  std::chrono::milliseconds header_timeout) {
  std::optional<Trouble> trouble;
  try {
    set_deadline(header_timeout);
    co_await talk(pool);
  } catch (const std::exception& error) {
    trouble = trouble_of(error, header_timeout);
  }
  timer_.cancel();
  co_return trouble;
}

asio::awaitable<void> Call::talk(WorkerPool& pool) {
  using Step = agi::Conversation::Step;
  bool has_header = false;
  bool is_refused = false;
  while (true) {
    const Result<Step> step = conversation_.next();
    if (!step) throw GivenUp(step.error());
    if (*step == Step::done) co_return;
    if (!has_header && conversation_.dialog()) {
      has_header = true;
      set_deadline(agi::patience);
    }
    if (*step == Step::read) {
      if (!is_refused && conversation_.patience() < agi::patience) {
        is_refused = true;
        set_deadline(conversation_.patience());
      }
      co_await read();
    }
    if (*step == Step::send) {
      co_await asio::async_write(socket_, asio::buffer(conversation_.text()), asio::use_awaitable);
    }
    if (*step == Step::perform) {
      timer_.cancel();  // what the cluster does has bounds of its own
      conversation_.finish(co_await perform(pool));
      set_deadline(agi::patience);
    }
  }
}

asio::awaitable<void> Call::read() {
  // Until they are in the conversation, the bytes are in the socket: dismiss() looks at both.
  asio::error_code problem;
  co_await socket_.async_wait(asio::ip::tcp::socket::wait_read,
                              asio::redirect_error(asio::use_awaitable, problem));
  if (std::exchange(has_stopped_waiting_, false)) co_return;
  if (problem) throw asio::system_error(problem);
  char block[4096];
  const std::size_t count = socket_.read_some(asio::buffer(block), problem);
  if (problem == asio::error::would_block) co_return;
  if (problem) throw asio::system_error(problem);
  conversation_.receive({block, count});
}

// In the pool; the loop goes on meanwhile.
asio::awaitable<agi::Outcome> Call::perform(WorkerPool& pool) {
  const auto start = [this, &pool](auto handler) {
    // std::function wants what can be copied.
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto work = asio::make_work_guard(socket_.get_executor());  // until the handler was called
    const agi::Dialog& dialog = *conversation_.dialog();
    pool.submit(*dialog.request(), dialog.ttl(), [shared, work](agi::Outcome outcome) {
      asio::post(work.get_executor(), [shared, outcome = std::move(outcome)]() mutable {
        (*shared)(std::move(outcome));
      });
    });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(agi::Outcome)>(
      start, asio::use_awaitable);
}

void Call::set_deadline(Clock::duration left) {
  timer_.expires_after(left);
  // When it comes to run, the call may be gone, even though its timer was cancelled.
  timer_.async_wait([weak = weak_from_this()](const asio::error_code& problem) {
    const std::shared_ptr<Call> late = weak.lock();
    if (!problem && late) late->stop_waiting();
  });
}

void Call::stop_waiting() {
  asio::error_code ignored;
  if (conversation_.stop_waiting()) {
    has_stopped_waiting_ = true;
    set_deadline(agi::patience);
    socket_.cancel(ignored);  // read() goes on
    return;
  }
  is_late_ = true;
  socket_.close(ignored);
}

void Call::dismiss() {
  asio::error_code problem;
  is_dismissed_ = conversation_.is_untouched() && socket_.available(problem) == 0;
  if (is_dismissed_) socket_.close(problem);
}

Trouble Call::trouble_of(const std::exception& error,
                         std::chrono::milliseconds header_timeout) const {
  if (is_late_ && !conversation_.dialog()) {
    const auto count = header_timeout.count();
    const std::string limit =
        count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
    return {"no request", "no whole request within " + limit + "; see --header-timeout"};
  }
  if (is_late_) return {"no answer", conversation_.silence().reason};
  const auto* const broken = dynamic_cast<const asio::system_error*>(&error);
  if (broken == nullptr) return {"nonsense", error.what()};
  return {"closed", broken->code() == asio::error::eof ? "it closed the connection"
                                                       : broken->code().message()};
}

void Call::account_for(const std::optional<Trouble>& trouble, Report& report) const {
  if (conversation_.dialog() && conversation_.dialog()->has_outcome()) {
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_);
    report.answered(*conversation_.dialog(), elapsed, trouble ? trouble->reason : "");
  } else if (trouble) {
    const auto* const dialog = conversation_.dialog() ? &*conversation_.dialog() : nullptr;
    report.abandoned(peer_, *trouble, is_dismissed_, dialog);
  }
}

}  // namespace mcd::cli
