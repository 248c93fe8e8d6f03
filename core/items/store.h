// The abstract item store: what every front end works on, whatever is behind it. The limits and the
// words of its errors are the same for every implementation; one conformance suite runs on all.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/items/item.h"
#include "core/items/key.h"
#include "core/items/operation.h"
#include "core/items/ttl.h"

namespace mcd {

// One thread at a time. Beside what each call names, all fail with connection_failure,
// host_lookup_failure, timeout, auth_failure, the server's own errors (8-11), and an answer that
// makes no sense (6-8, 18) - never taken for a miss. A store stays usable after any failure.
class Store {
 public:
  virtual ~Store() = default;

  // One operation at a time. These calls block: the configured timeout bounds each connect and each
  // exchange with the server, of which a call takes two as a rule. No submitted operation may be in
  // flight.

  // not_found; value_too_long where the value is over the limit, which is then not read. Without
  // `wants_cas` the item's token may be 0, and proxies that have only plain commands can answer.
  Result<Item> get(const Key& key, bool wants_cas = true);
  // add on an existing key, replace, append and prepend on a missing one: not_stored. With a cas
  // token: data_exists (changed), not_found. too_big, server_out_of_memory (and the old item is
  // then gone: the server drops it). value_too_long where the value is over the limit;
  // invalid_arguments for a ttl that ends after 2038-01-19; argument_needed for the cas token 0,
  // which no server hands out.
  Status store(const Key& key, const StoreRequest& request);
  // With a cas token only if the item still has it: data_exists (changed). not_found.
  // argument_needed as for store().
  Status remove(const Key& key, std::optional<std::uint64_t> cas = std::nullopt);
  // Gives the item a new time to live. not_found; invalid_arguments as for store().
  Status touch(const Key& key, Ttl ttl);
  // The seconds that the item has left; nothing if it never expires. not_found; not_supported
  // where the servers can't tell: they have no meta commands (memcached before 1.6.6), or their
  // login is for the binary protocol only.
  Result<std::optional<std::uint64_t>> ttl(const Key& key);
  // Atomically; the new value. Down it stops at 0, up it wraps at 2^64. not_found; client_error
  // where the item is not a number.
  Result<std::uint64_t> add_to_counter(const Key& key, Increment increment);

  // Many operations at once: each fails as the call above does. Operations on one server, hence on
  // one key, are performed in the order in which they were submitted, and answers are taken in that
  // order, of all servers. Where a connection fails, every operation that was in flight on it fails
  // with the connection's error: its request may have reached the server, and is not sent again.

  // Sends the operation on its way. Connects, and so may block, where its server was not needed
  // before; does not block otherwise. Of append and prepend, not_stored may also mean that the item
  // would grow too large, which only store() can tell, by further questions.
  void submit(ItemOperation operation);
  // The operations that were submitted and whose answers were not taken.
  std::size_t in_flight() const { return submitted_.size(); }
  // Whether another one is to be submitted before the next answer is taken: there is a limit to
  // their number, and one to the memory that they need, which the last one may exceed.
  bool has_room() const;
  // Whether take_answer() has something to return without asking a server.
  bool has_answer() const;
  // The answer to the oldest operation in flight, of which there is one; nothing if it did not come
  // within `at_most`, or if a signal arrived.
  std::optional<Result<Answer>> take_answer(std::chrono::milliseconds at_most);

  // The configured one: for those who make one operation of several.
  std::chrono::milliseconds timeout() const { return timeout_; }

 protected:
  // `value_limit` in bytes, 0 for none.
  explicit Store(std::size_t value_limit,
                 std::chrono::milliseconds timeout = std::chrono::seconds(1))
      : value_limit_(value_limit), timeout_(timeout) {}

 private:
  // What an implementation does: the calls above, without the limits, and with errors that need not
  // say what was attempted.
  virtual void do_submit(ItemOperation operation) = 0;
  virtual bool do_has_answer() const = 0;
  virtual std::optional<Result<Answer>> do_take_answer(std::chrono::milliseconds at_most) = 0;

  struct Submitted {
    ItemOperation::Kind kind;
    StoreMode mode;
    std::string_view name;  // name_of() the operation
    std::string key;
    std::size_t size;              // bytes it needs, about
    std::optional<Error> refusal;  // why it was not passed on
  };

  Result<Answer> perform(ItemOperation operation);
  Status check(const ItemOperation& operation) const;
  Result<Answer> finish(const Submitted& submitted, Result<Answer> answer) const;

  std::size_t value_limit_;
  std::chrono::milliseconds timeout_;
  std::deque<Submitted> submitted_{};
  std::size_t submitted_bytes_ = 0;
};

}  // namespace mcd
