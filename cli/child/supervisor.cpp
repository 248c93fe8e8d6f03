#include "cli/child/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <vector>

namespace mcd::cli {
namespace {

constexpr std::chrono::milliseconds kill_interval(20);
// What can't be killed, as a process of another user, is not waited for beyond these.
constexpr int most_kills = 50;

bool asks_to_end(int signal) {
  return signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT;
}

std::optional<Moment> earlier(std::optional<Moment> left, std::optional<Moment> right) {
  if (!left || !right) return left ? left : right;
  return std::min(*left, *right);
}

}  // namespace

Supervisor::Supervisor(std::chrono::milliseconds kill_after)
    : timer_(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)),
      kill_after_(kill_after) {}

int Supervisor::wait(std::span<pollfd> sockets, std::chrono::milliseconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    set_timer(std::nullopt);
    const int ready = poll_once(sockets, std::max(left, std::chrono::milliseconds(0)));
    serve();
    if (ready > 0 && !sockets.empty()) idle_socket_ = sockets.front().fd;
    if (ready > 0 || left.count() <= 0) return ready;
  }
}

void Supervisor::sleep_until(Moment time) {
  while (interrupt_ == 0 && BootClock::now() < time) {
    set_timer(time);
    poll_once({}, std::nullopt);
    serve();
  }
}

int Supervisor::run(std::span<const std::string> command, Duty* duty, const OutputTap* tap,
                    const std::function<void(const Error&)>& report) {
  Descriptor writer;
  if (tap != nullptr) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) == 0) {
      output_ = Descriptor(ends[0]);
      writer = Descriptor(ends[1]);
      ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
      tap_ = tap;
    }
  }
  become_reaper();
  descendants_.emplace();
  child_ = Child::start(command, signals_, writer.get());
  writer = Descriptor();
  if (child_->failure()) report(*child_->failure());
  while (true) {
    serve();
    if (is_over()) break;
    const bool has_duty = duty != nullptr && (!child_->status() || output_);
    const bool is_due = has_duty && duty->due() && *duty->due() <= BootClock::now();
    set_timer(has_duty ? duty->due() : std::nullopt);
    pollfd idle{.fd = idle_socket_, .events = POLLIN | POLLRDHUP, .revents = 0};
    const bool has_news = !is_due && poll_once({&idle, 1}, std::nullopt) > 0;
    if (has_news) idle_socket_ = -1;
    if (has_duty && duty->due() && (is_due || has_news)) duty->attend();
  }
  return *child_->status();
}

void Supervisor::stop_at(Moment terminate, Moment kill, std::function<void()> report) {
  if (is_stopping_) return;
  report_stop_ = std::move(report);
  terminate_at_ = terminate;
  kill_at_ = kill;
}

// At `duty`, and at what is to be done to the command; at once where that is past.
void Supervisor::set_timer(std::optional<Moment> duty) {
  const std::optional<Moment> next =
      earlier(duty, is_stopping_ ? kill_at_ : earlier(terminate_at_, kill_at_));
  itimerspec time{};
  if (next) {
    const auto since_boot =
        std::max<BootClock::duration>(next->time_since_epoch(), std::chrono::nanoseconds(1));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
    time.it_value.tv_sec = seconds.count();
    time.it_value.tv_nsec = (since_boot - seconds).count();
  }
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &time, nullptr);
}

// Everything that can happen is a descriptor here, so nothing that comes before the wait is lost.
int Supervisor::poll_once(std::span<pollfd> sockets,
                          std::optional<std::chrono::milliseconds> at_most) {
  std::vector<pollfd> entries(3 + sockets.size());
  entries[0] = {.fd = signals_.descriptor(), .events = POLLIN, .revents = 0};
  entries[1] = {.fd = timer_.get(), .events = POLLIN, .revents = 0};
  pollfd& output = entries[2];
  output = {.fd = -1, .events = 0, .revents = 0};
  if (output_) {
    // Where nobody takes it, the command has to wait, as it would without us.
    pollfd room{.fd = tap_->ready_descriptor, .events = POLLOUT, .revents = 0};
    const bool has_room = ::poll(&room, 1, 0) > 0;
    output = has_room ? pollfd{.fd = output_.get(), .events = POLLIN, .revents = 0} : room;
  }
  std::ranges::copy(sockets, entries.begin() + 3);
  // A day is as good as forever: the loop comes around.
  const int limit =
      at_most ? static_cast<int>(std::min<std::int64_t>(at_most->count(), INT_MAX)) : 86'400'000;
  if (::poll(entries.data(), entries.size(), limit) <= 0) return 0;
  if (output.revents != 0 && output.fd == output_.get()) pump();
  std::copy(entries.begin() + 3, entries.end(), sockets.begin());
  return static_cast<int>(
      std::ranges::count_if(sockets, [](const pollfd& entry) { return entry.revents != 0; }));
}

// One piece, which a pipe that has room takes without waiting.
void Supervisor::pump() {
  std::array<char, PIPE_BUF> piece;
  const ssize_t count = ::read(output_.get(), piece.data(), piece.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  const bool goes_on = count > 0 && tap_->take({piece.data(), static_cast<std::size_t>(count)});
  if (!goes_on) output_ = Descriptor();  // which the command notices when it writes more
}

void Supervisor::serve() {
  take_signals();
  if (child_) keep_deadlines();
}

void Supervisor::take_signals() {
  if (child_) child_->reap();  // one that has ended gets none of them
  while (const auto signal = signals_.next()) {
    if (signal->number == SIGCHLD) continue;
    if (!child_) {
      if (interrupt_ == 0) interrupt_ = signal->number;
    } else if (!child_->status() || output_ || is_stopping_) {
      pass_on(*signal);
    }
  }
  if (child_) child_->reap();
  if (child_ && child_->status()) end_rest();
}

void Supervisor::pass_on(Signals::Signal signal) {
  const bool has_ended = child_->status().has_value();
  if (asks_to_end(signal.number)) {
    told_to_end_at_ = BootClock::now();
    if (has_ended) {
      if (interrupt_ == 0) interrupt_ = signal.number;
      output_ = Descriptor();  // what still writes has no reader any more
    }
  }
  if (signal.is_from_terminal) return;
  if (asks_to_end(signal.number)) {
    descendants_->signal(signal.number);
  } else if (!has_ended) {
    ::kill(child_->pid(), signal.number);
  }
}

// A command that ends because it was told to may leave others behind that were told, too.
void Supervisor::end_rest() {
  if (!told_to_end_at_ || is_stopping_) return;
  const Moment end = *told_to_end_at_ + kill_after_;
  told_to_end_at_.reset();
  if (BootClock::now() >= end || !descendants_->any()) return;
  is_stopping_ = true;
  kill_at_ = kill_at_ ? std::min(*kill_at_, end) : end;
}

void Supervisor::keep_deadlines() {
  if (child_->status() && !is_stopping_) return;
  const Moment now = BootClock::now();
  const bool kills = kill_at_ && *kill_at_ <= now;
  const bool terminates = !is_stopping_ && terminate_at_ && *terminate_at_ <= now;
  if (!kills && !terminates) return;
  if (kills) {
    descendants_->kill();
    ++kills_;
    kill_at_ = now + kill_interval;
  } else {
    descendants_->signal(SIGTERM);
    descendants_->signal(SIGCONT);  // what is stopped can't heed it
  }
  if (!is_stopping_ && report_stop_) report_stop_();
  is_stopping_ = true;
}

bool Supervisor::is_over() const {
  if (!child_->status()) return false;
  if (is_stopping_) return kills_ >= most_kills || !descendants_->any();
  return !output_;
}

}  // namespace mcd::cli
