#include "core/client_binary.h"

#include <cstring>
#include <ctime>
#include <optional>
#include <string>

#include "core/counter.h"
#include "core/libmemcached.h"
#include "core/link.h"
#include "core/resolver.h"

namespace mcd {
namespace {

using Handle = std::unique_ptr<memcached_st, decltype(&::memcached_free)>;

// Where libmemcached puts a fetched item.
class FetchBuffer {
 public:
  FetchBuffer(const Libmemcached& library, memcached_st* handle) : library_(library) {
    library_.memcached_result_create(handle, &result_);
  }
  ~FetchBuffer() { library_.memcached_result_free(&result_); }
  FetchBuffer(const FetchBuffer&) = delete;
  FetchBuffer& operator=(const FetchBuffer&) = delete;

  memcached_result_st* get() { return &result_; }

  std::string_view key() const {
    return {library_.memcached_result_key_value(&result_),
            library_.memcached_result_key_length(&result_)};
  }

  Item item() const {
    Item item;
    // The pointer is null for an empty value.
    item.value.append(library_.memcached_result_value(&result_),
                      library_.memcached_result_length(&result_));
    item.flags = library_.memcached_result_flags(&result_);
    item.cas = library_.memcached_result_cas(&result_);
    return item;
  }

 private:
  const Libmemcached& library_;
  memcached_result_st result_;
};

auto call_of(const Libmemcached& library, StoreMode mode) {
  switch (mode) {
    case StoreMode::add: return library.memcached_add;
    case StoreMode::replace: return library.memcached_replace;
    case StoreMode::append: return library.memcached_append;
    case StoreMode::prepend: return library.memcached_prepend;
    case StoreMode::set: break;
  }
  return library.memcached_set;
}

// What a failed outcome means. libmemcached's messages carry heap addresses and source paths, so
// only the system's part is kept.
Error error_of(memcached_return_t outcome, int system_problem) {
  Error error{.code = static_cast<Code>(outcome)};
  switch (outcome) {
    case MEMCACHED_CONNECTION_FAILURE:
    case MEMCACHED_ERRNO:
    case MEMCACHED_WRITE_FAILURE:
    case MEMCACHED_CONNECTION_BIND_FAILURE:
    case MEMCACHED_FAIL_UNIX_SOCKET:
    case MEMCACHED_SERVER_MARKED_DEAD:
    case MEMCACHED_SERVER_TEMPORARILY_DISABLED:
      error.code = Code::connection_failure;
      if (system_problem != 0) error.reason = std::strerror(system_problem);
      break;
    case MEMCACHED_AUTH_PROBLEM:
    case MEMCACHED_AUTH_CONTINUE: error.code = Code::auth_failure; break;
    case MEMCACHED_IN_PROGRESS: error.code = Code::timeout; break;
    // Its number for the status "out of memory" of the server.
    case MEMCACHED_MEMORY_ALLOCATION_FAILURE: error.code = Code::server_out_of_memory; break;
    default: break;
  }
  return error;
}

}  // namespace

class BinaryClient::Channel {
 public:
  Channel(const Server& server, const Settings& settings, const Libmemcached& library)
      : settings_(settings),
        library_(library),
        link_(server, settings),
        handle_(nullptr, library.memcached_free) {}

  // Runs `operation`, a call that takes the server's handle.
  template <typename Operation>
  Status run(Operation operation) {
    if (auto remembered = link_.recent_timeout()) return std::move(*remembered);
    if (Status ready = connect(); !ready) return ready;
    const memcached_return_t outcome = operation(handle_.get());
    if (outcome == MEMCACHED_SUCCESS) return Ok{};
    Error error = link_.fail(error_of(outcome, library_.memcached_last_error_errno(handle_.get())));
    // After anything but a clear answer about the item, no byte of the connection can be trusted.
    if (!is_expected_outcome(error.code)) handle_.reset();
    return error;
  }

  // The item over a connection of our own, for what libmemcached can't tell.
  Result<std::optional<Item>> ask(std::string_view wire_key) {
    return link_.ask<std::optional<Item>>(
        [wire_key](Session& session) { return session.get(wire_key); });
  }

 private:
  Status connect() {
    if (handle_) return Ok{};
    const Server& server = link_.server();
    std::string address = server.host;
    if (server.kind == Server::Kind::tcp && !is_numeric_address(address)) {
      // libmemcached's own look-up knows no time limit; ours does, and finds which of the name's
      // addresses answers.
      Result<Session*> session = link_.open_session();
      if (!session) return std::move(session.error());
      address = (*session)->connection().peer_address();
    }
    Handle handle(library_.memcached_create(nullptr), library_.memcached_free);
    if (!handle) return Error{.code = Code::memory_allocation_failure};
    const auto set = [&](memcached_behavior_t behavior, std::uint64_t data) {
      library_.memcached_behavior_set(handle.get(), behavior, data);
    };
    const auto milliseconds = static_cast<std::uint64_t>(settings_.timeout.count());
    set(MEMCACHED_BEHAVIOR_BINARY_PROTOCOL, 1);
    set(MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
    set(MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT, milliseconds);
    set(MEMCACHED_BEHAVIOR_POLL_TIMEOUT, milliseconds);
    memcached_return_t outcome = server.kind == Server::Kind::unix_socket
                                     ? library_.memcached_server_add_unix_socket_with_weight(
                                           handle.get(), address.c_str(), 1)
                                     : library_.memcached_server_add_with_weight(
                                           handle.get(), address.c_str(), server.port, 1);
    if (outcome == MEMCACHED_SUCCESS && !settings_.auth_user.empty()) {
      outcome = library_.memcached_set_sasl_auth_data(handle.get(), settings_.auth_user.c_str(),
                                                      settings_.auth_password.c_str());
    }
    if (outcome != MEMCACHED_SUCCESS) return link_.fail(error_of(outcome, 0));
    handle_ = std::move(handle);
    return Ok{};
  }

  const Settings& settings_;
  const Libmemcached& library_;
  Link link_;
  Handle handle_;
};

BinaryClient::BinaryClient(Settings settings, Topology topology, const Libmemcached& library)
    : Store(settings.value_limit),
      settings_(std::move(settings)),
      topology_(std::move(topology)),
      library_(library) {
  for (const Server& server : topology_.servers()) {
    channels_.push_back(std::make_unique<Channel>(server, settings_, library_));
  }
}

BinaryClient::~BinaryClient() = default;

BinaryClient::Channel& BinaryClient::channel_of(const Key& key) {
  return *channels_[topology_.index_of(key.text())];
}

Result<Item> BinaryClient::do_get(const Key& key) {
  Channel& channel = channel_of(key);
  const std::string_view wire = key.wire();
  std::optional<Item> item;
  Status fetched = channel.run([&](memcached_st* handle) {
    const char* keys[] = {wire.data()};
    const std::size_t lengths[] = {wire.size()};
    memcached_return_t outcome = library_.memcached_mget(handle, keys, lengths, 1);
    if (outcome != MEMCACHED_SUCCESS) return outcome;
    FetchBuffer buffer(library_, handle);
    bool is_other_key = false;
    while (library_.memcached_fetch_result(handle, buffer.get(), &outcome) != nullptr) {
      is_other_key = is_other_key || item || buffer.key() != wire;
      item = buffer.item();
    }
    // A clean end of the answer is either of these, with or without an item before it.
    const bool is_end = outcome == MEMCACHED_END || outcome == MEMCACHED_NOTFOUND;
    if (!is_end) return outcome;
    if (is_other_key) return MEMCACHED_PROTOCOL_ERROR;
    return item ? MEMCACHED_SUCCESS : MEMCACHED_NOTFOUND;
  });
  if (fetched) return std::move(*item);
  if (fetched.code() != Code::not_found) return std::move(fetched.error());

  // libmemcached says NOTFOUND for a good many errors too, so a miss is asked for once more.
  Result<std::optional<Item>> asked = channel.ask(wire);
  if (!asked) return std::move(asked.error());
  if (!*asked) return std::move(fetched.error());
  return std::move(**asked);
}

Status BinaryClient::do_store(const Key& key, const StoreRequest& request) {
  const Result<std::uint32_t> expiry = expiry_of(request.ttl, std::time(nullptr));
  if (!expiry) return expiry.error();
  const std::string_view wire = key.wire();
  const std::string_view value = request.value.empty() ? std::string_view("") : request.value;
  const auto date = static_cast<time_t>(*expiry);
  Status stored = channel_of(key).run([&](memcached_st* handle) {
    if (request.cas) {
      return library_.memcached_cas(handle, wire.data(), wire.size(), value.data(), value.size(),
                                    date, request.flags, *request.cas);
    }
    return call_of(library_, request.mode)(handle, wire.data(), wire.size(), value.data(),
                                           value.size(), date, request.flags);
  });
  // This protocol has other numbers for "not stored"; the result is to be the same on both.
  const bool key_was_taken = request.mode == StoreMode::add && stored.code() == Code::data_exists;
  const bool key_was_missing = request.mode != StoreMode::set && stored.code() == Code::not_found;
  if (key_was_taken || key_was_missing) stored.error().code = Code::not_stored;
  return stored;
}

Status BinaryClient::do_remove(const Key& key) {
  return channel_of(key).run([this, wire = key.wire()](memcached_st* handle) {
    return library_.memcached_delete(handle, wire.data(), wire.size(), 0);
  });
}

Status BinaryClient::do_touch(const Key& key, Ttl ttl) {
  const Result<std::uint32_t> expiry = expiry_of(ttl, std::time(nullptr));
  if (!expiry) return expiry.error();
  return channel_of(key).run([this, &expiry, wire = key.wire()](memcached_st* handle) {
    return library_.memcached_touch(handle, wire.data(), wire.size(), static_cast<time_t>(*expiry));
  });
}

Result<std::uint64_t> BinaryClient::do_add_to_counter(const Key& key, Increment increment) {
  Channel& channel = channel_of(key);
  const std::string_view wire = key.wire();
  std::uint64_t value = 0;
  Status added = channel.run([&](memcached_st* handle) {
    // The calls without an initial value take 32 bits.
    constexpr time_t never_create = 0xffffffff;  // the protocol's word for "no initial value"
    const auto call = increment.negative ? library_.memcached_decrement_with_initial
                                         : library_.memcached_increment_with_initial;
    return call(handle, wire.data(), wire.size(), increment.magnitude, 0, never_create, &value);
  });
  if (added) return value;
  if (added.code() == Code::unknown_read_failure) {
    // libmemcached's number for the status "not a number" as well as for nonsense.
    const Result<std::optional<Item>> asked = channel.ask(wire);
    if (asked && *asked && !counter_value_of((*asked)->value)) {
      added.error().code = Code::client_error;
    }
  }
  return std::move(added.error());
}

}  // namespace mcd
