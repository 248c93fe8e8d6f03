// Every operation of a client against a server that answers wrong.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/binary_frame.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/random_bytes.h"

namespace mcd {

using test::big_endian;
using test::BinaryFrame;
using test::BinaryRequest;
using test::FakeServer;
using test::key_of;
using test::store_of;

template <typename T>
inline Status status_of(const Result<T>& result) {
  if (result) return Ok{};
  return result.error();
}

struct Operation {
  std::string name;
  std::function<Status(Store&, const Key&)> run;
};

inline const std::vector<Operation>& all_operations() {
  static const std::vector<Operation> operations = [] {
    std::vector<Operation> made;
    for (const StoreMode mode : {StoreMode::set, StoreMode::add, StoreMode::replace,
                                 StoreMode::append, StoreMode::prepend}) {
      made.push_back({std::string(name_of(mode)), [mode](Store& store, const Key& key) {
                        return store.store(key, store_of(mode, "value"));
                      }});
    }
    made.push_back({"cas", [](Store& store, const Key& key) {
                      StoreRequest request = test::set_of("value");
                      request.cas = 42;
                      return store.store(key, request);
                    }});
    made.push_back({"get", [](Store& store, const Key& key) { return status_of(store.get(key)); }});
    made.push_back({"delete", [](Store& store, const Key& key) { return store.remove(key); }});
    made.push_back(
        {"touch", [](Store& store, const Key& key) { return store.touch(key, Ttl{60}); }});
    made.push_back({"incr", [](Store& store, const Key& key) {
                      return status_of(store.add_to_counter(key, test::plus(1)));
                    }});
    made.push_back({"decr", [](Store& store, const Key& key) {
                      return status_of(store.add_to_counter(key, test::minus(1)));
                    }});
    return made;
  }();
  return operations;
}

// For a server whose answer may never be whole,
constexpr const char* short_timeout = "150ms";
// and for one whose answer decides, however busy the machine is.
constexpr const char* long_timeout = "20s";

// Which of them goes with a result; success stands for one that depends.
inline const char* timeout_for(Code code) {
  return code == Code::success || code == Code::timeout ? short_timeout : long_timeout;
}

// What an operation ends in with a new client of a server of its own, and that it ends in time.
inline Status run(const Operation& operation, const std::string& protocol,
                  FakeServer::Handler handler, const char* timeout = short_timeout) {
  const FakeServer server(std::move(handler));
  const auto store =
      test::client_for({server.address()}, {{"protocol", protocol}, {"timeout", timeout}});
  const auto start = std::chrono::steady_clock::now();
  Status status = operation.run(*store, key_of("key"));
  // Much for a machine that has other things to do, and less than the long timeout.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  return status;
}

inline void expect_error(const Status& status) {
  EXPECT_FALSE(status) << "that was taken for success";
  EXPECT_FALSE(is_expected_outcome(status.code())) << describe(status.error());
  if (!status) {
    EXPECT_TRUE(test::is_printable_line(describe(status.error())));
  }
}

inline const auto name_of_reply = [](const auto& test_case) { return test_case.param.name; };

constexpr std::uint8_t noop_opcode = 0x0a;

// A frame that says that it worked, as the server would.
inline BinaryFrame good_frame(const BinaryRequest& request) {
  BinaryFrame frame{.opcode = request.opcode, .opaque = request.opaque, .cas = 42};
  switch (request.opcode) {
    case 0x00:
    case 0x09:  // get(q)
      frame.extras = big_endian(0, 4);
      frame.value = "value";
      break;
    case 0x0c:
    case 0x0d:  // getk(q)
      frame.extras = big_endian(0, 4);
      frame.key = request.key;
      frame.value = "value";
      break;
    case 0x05:
    case 0x06: frame.value = big_endian(7, 8); break;  // increment, decrement
    case noop_opcode: frame.cas = 0; break;
    default: break;
  }
  return frame;
}

}  // namespace mcd
