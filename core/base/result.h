// Results: every operation ends in an MCDRESULT, the number that the dialplan, the exit status and
// the JSON output all carry. Failure is a value (Error) that travels up to the command line.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace mcd {

// 0-48 are libmemcached's memcached_return_t under their own names
// (libmemcached-1.0/types/return.h, version 1.1.4); 123-127 are res_memcached's. The table behind
// info_of() explains each.
enum class Code : std::uint8_t {
  success = 0,
  failure = 1,
  host_lookup_failure = 2,
  connection_failure = 3,
  connection_bind_failure = 4,
  write_failure = 5,
  read_failure = 6,
  unknown_read_failure = 7,
  protocol_error = 8,
  client_error = 9,
  server_error = 10,
  error = 11,
  data_exists = 12,
  data_does_not_exist = 13,
  not_stored = 14,
  stored = 15,
  not_found = 16,
  memory_allocation_failure = 17,
  partial_read = 18,
  some_errors = 19,
  no_servers = 20,
  end = 21,
  deleted = 22,
  value = 23,
  stat = 24,
  item = 25,
  system_error = 26,
  fail_unix_socket = 27,
  not_supported = 28,
  no_key_provided = 29,
  fetch_not_finished = 30,
  timeout = 31,
  buffered = 32,
  bad_key = 33,
  invalid_host_protocol = 34,
  server_marked_dead = 35,
  unknown_stat_key = 36,
  too_big = 37,
  invalid_arguments = 38,
  key_too_big = 39,
  auth_problem = 40,
  auth_failure = 41,
  auth_continue = 42,
  parse_error = 43,
  parse_user_error = 44,
  deprecated = 45,
  in_progress = 46,
  server_temporarily_disabled = 47,
  server_out_of_memory = 48,
  binary_protocol_needed = 123,
  bad_increment = 124,
  value_too_long = 125,
  key_too_long = 126,
  argument_needed = 127,
};

struct CodeInfo {
  Code code;
  std::string_view name;      // MEMCACHED_...
  std::string_view sentence;  // what it means to somebody who runs mcdctl
  std::string_view advice;    // what to do about it; empty where there is nothing to do
};

// The one table of results, in the order of their numbers. Static storage; safe from any thread.
std::span<const CodeInfo> all_codes();
const CodeInfo& info_of(Code code);
std::string_view name_of(Code code);
constexpr int number_of(Code code) {
  return static_cast<int>(code);
}

// The exit status of a process that ends in `code`: its number, but 64 (EX_USAGE) for 127, which
// Asterisk's System() takes for "command not found" and answers by ending the call.
int exit_status_of(Code code);

// True for the outcomes that scripts test for (12, 14, 16): an answer of the server about the item,
// not a fault.
bool is_expected_outcome(Code code);

// Why something failed, in parts, so that text, JSON and logs can each say it their way.
struct Error {
  Code code = Code::failure;
  std::string attempt = {};  // what was attempted, on what: get "wrtest"
  std::string where =
      {};  // the server (127.0.0.1:11211) or file and line; empty where there is none
  std::string reason = {};  // what happened; empty means the table's sentence
  std::string advice = {};  // what to do; empty means the table's advice
};

// One line, without a newline: attempt, place, reason, advice, number and name. The parts must not
// contain control bytes; those of the library's own errors never do, whatever was sent to it.
std::string describe(const Error& error);
// The same with the number that the reader gets as a status, where that is not the MCDRESULT, and
// without the advice where that was given before.
std::string describe(const Error& error, int number, bool has_advice = true);

// Success without a value.
struct Ok {};

// A value or the Error why there is none; it owns either. Like std::expected of C++23, which GCC 12
// lacks.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  Code code() const { return *this ? Code::success : error().code; }

  // The caller has checked that there is one: the value, or the error.
  T& operator*() { return *std::get_if<0>(&state_); }
  const T& operator*() const { return *std::get_if<0>(&state_); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }
  Error& error() { return *std::get_if<1>(&state_); }
  const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

using Status = Result<Ok>;

// The rule for several keys in one command: success if all succeeded, the common code if all
// failures share one, some_errors otherwise. Not thread-safe.
class CombinedCode {
 public:
  void add(Code code);
  Code code() const { return code_; }

 private:
  Code code_ = Code::success;
};

}  // namespace mcd
