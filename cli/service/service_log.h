// The log of a service: lines for a terminal, a file, the journal or a program, none of which the
// service ever waits for.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/terminal/streams.h"

namespace mcd::cli {

// What a line tells, one by one: channel="PJSIP/1" result=0.
struct LogField {
  std::string_view name;
  std::variant<std::uint64_t, std::string> value;
};

class ServiceLog {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Level : std::uint8_t { error = 3, warning = 4, notice = 5, info = 6 };

  struct Form {
    bool is_quiet = false;    // nothing of the level info is written
    bool is_journal = false;  // the level stands before each line, where the journal reads it
    bool is_json = false;     // each line is a JSON object with its time and level
  };

  // `out` must outlive it.
  ServiceLog(Output& out, Form form) : out_(out), form_(form) {}

  // One line, cut to what a pipe with any room takes at once. Where it can't be written now, for
  // nobody reads what there is, it is lost; the next one that can be says how many were.
  void write(Level level, std::string_view sentence);
  void write(Level level, const std::vector<LogField>& fields);

  // A warning of what somebody outside can bring about as often as they like: of each kind a line a
  // second at most, which says how many more there were. Kinds are few, and string literals.
  void write_seldom(std::string_view kind, std::string line, Clock::time_point now = Clock::now());

 private:
  struct Seldom {
    Clock::time_point next{};
    std::uint64_t not_written = 0;
  };

  std::string line_of(Level level, const std::vector<LogField>& fields) const;
  // False where it is lost.
  bool put(Level level, const std::vector<LogField>& fields);

  Output& out_;
  Form form_;
  std::uint64_t lost_ = 0;
  std::map<std::string_view, Seldom> seldom_{};
};

}  // namespace mcd::cli
