// The C interface: turns C's arguments into those of the library, and errors and exceptions into
// numbers and texts.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"
#include "core/c_api/mcd.h"
#include "core/c_api/pool.h"
#include "core/client/wait_watch.h"
#include "core/items/counter.h"
#include "core/items/key.h"
#include "core/items/ttl.h"
#include "core/recipes/limit.h"
#include "core/settings/settings.h"

struct mcd_cluster {
  mcd::StorePool pool;
};

namespace {

using mcd::Code;
using mcd::Error;
using mcd::Key;
using mcd::Ok;
using mcd::Result;
using mcd::Status;
using mcd::Store;
using mcd::Ttl;

static_assert(MCD_SUCCESS == mcd::number_of(Code::success));
static_assert(MCD_NOT_STORED == mcd::number_of(Code::not_stored));
static_assert(MCD_NOT_FOUND == mcd::number_of(Code::not_found));
static_assert(MCD_OUT_OF_MEMORY == mcd::number_of(Code::memory_allocation_failure));
static_assert(MCD_NO_SERVERS == mcd::number_of(Code::no_servers));
static_assert(MCD_TIMEOUT == mcd::number_of(Code::timeout));
static_assert(MCD_ARGUMENT_NEEDED == mcd::number_of(Code::argument_needed));

// Cut where it does not fit, but not within a character of UTF-8.
template <std::size_t Size>
void copy_text(char (&room)[Size], std::string_view text) {
  const std::size_t length = mcd::utf8_cut(text, Size - 1);
  text.copy(room, length);
  room[length] = '\0';
}

void clear(mcd_message* message) {
  if (message == nullptr) return;
  message->attempt[0] = message->where[0] = message->reason[0] = message->warning[0] = '\0';
}

int explain(mcd_message* message, const Error& error) {
  if (message != nullptr) {
    copy_text(message->attempt, error.attempt);
    copy_text(message->where, error.where);
    copy_text(message->reason,
              error.reason.empty() ? mcd::info_of(error.code).sentence : error.reason);
  }
  return mcd::number_of(error.code);
}

// Runs an operation of the library, which returns its number, and lets no exception out.
template <typename Operation>
int guarded(mcd_message* message, Operation operation) {
  clear(message);
  try {
    return operation();
  } catch (const std::bad_alloc&) {
    return explain(message, {.code = Code::memory_allocation_failure});
  } catch (const std::exception& exception) {
    return explain(message, {.code = Code::failure, .reason = mcd::escape(exception.what())});
  } catch (...) {
    return explain(message, {.code = Code::failure});
  }
}

std::optional<Ttl> ttl_of(const mcd_call& call) {
  if (call.ttl == nullptr) return std::nullopt;
  const mcd::VariableTtl read = mcd::read_ttl_variable(call.ttl);
  if (call.message != nullptr) copy_text(call.message->warning, read.warning);
  return read.ttl;
}

// What an operation works with.
struct Context {
  Store& store;
  const Key& key;
  const mcd::Settings& settings;
  const mcd_call& call;
};

// Borrows a store and runs `operation`, which takes a Context and returns a Status, on it.
template <typename Operation>
int on_store(mcd_cluster* cluster, const mcd_call* given, std::string_view attempt,
             const char* text, Operation operation) {
  const mcd_call call = given == nullptr ? mcd_call{} : *given;
  return guarded(call.message, [&] {
    const auto fail = [&](Error error) {
      if (error.attempt.empty()) error.attempt = std::string(attempt) + " " + mcd::quote(text);
      return explain(call.message, error);
    };
    mcd::StorePool& pool = cluster->pool;
    const mcd::Settings& settings = pool.cluster().written().settings;
    const Result<Key> key = Key::make(text, settings.prefix, settings.key_limit);
    if (!key) return fail(key.error());
    const mcd::WaitWatch watch({.begin = call.wait.begin,
                                .end = call.wait.end,
                                .data = call.wait.data,
                                .after = std::chrono::milliseconds(call.wait.after)});
    Result<std::unique_ptr<Store>> store = pool.borrow();
    if (!store) return fail(store.error());
    const Status status = operation(Context{**store, *key, settings, call});
    pool.give_back(std::move(*store));
    return status ? 0 : fail(status.error());
  });
}

bool keep(mcd_value* value, std::string_view bytes) {
  auto* const room = static_cast<char*>(std::realloc(value->bytes, bytes.size() + 1));
  if (room == nullptr) return false;
  bytes.copy(room, bytes.size());
  room[bytes.size()] = '\0';
  *value = {room, bytes.size()};
  return true;
}

// The number, where there is one, and success or the error.
template <typename Number, typename Given>
Status hand_over(const Result<Given>& result, Number* number) {
  if (!result) return result.error();
  *number = static_cast<Number>(*result);
  return Ok{};
}

std::vector<mcd::Assignment> assignments_of(const mcd_setting* settings, std::size_t count) {
  std::vector<mcd::Assignment> assignments;
  mcd::Assignment servers;
  for (std::size_t i = 0; i < count; ++i) {
    const mcd::Origin origin{mcd::Origin::Kind::file, settings[i].origin};
    if (std::string_view(settings[i].key) != "servers") {
      assignments.push_back({settings[i].key, {settings[i].value}, origin});
      continue;
    }
    if (servers.texts.empty()) servers = {"servers", {}, origin};
    servers.texts.emplace_back(settings[i].value);
  }
  if (!servers.texts.empty()) assignments.push_back(std::move(servers));
  return assignments;
}

// The texts of `status`, which they refer to.
mcd_server_status view_of(const mcd::ServerStatus& status) {
  const bool has_failed = status.last_failure.has_value();
  const std::string_view sentence =
      has_failed ? mcd::info_of(status.last_failure->code).sentence : "";
  return {.address = status.address.c_str(),
          .last_failure = has_failed && !status.last_failure->reason.empty()
                              ? status.last_failure->reason.c_str()
                              : sentence.data(),
          .last_result = has_failed ? mcd::number_of(status.last_failure->code) : 0,
          .is_up = status.is_up ? 1 : 0,
          .connections = status.connections,
          .operations = status.operations,
          .failures = status.failures,
          .failures_in_a_row = status.failures_in_a_row,
          .down_for = static_cast<std::uint64_t>(status.down_for.count())};
}

mcd::ServerHealth::Observer observer_of(const mcd_observer* observer) {
  if (observer == nullptr || observer->changed == nullptr) return {};
  return [observer = *observer](const mcd::ServerStatus& status) {
    const mcd_server_status view = view_of(status);
    observer.changed(observer.data, &view);
  };
}

Result<std::unique_ptr<mcd_cluster>> open_cluster(const mcd_setting* settings, std::size_t count,
                                                  const mcd_observer* observer) {
  Result<mcd::EffectiveSettings> effective = mcd::make_settings(assignments_of(settings, count));
  if (!effective) return std::move(effective.error());
  // What is wrong with the distribution, say, shows now and not with the first call.
  if (auto topology = mcd::make_topology(effective->settings); !topology) {
    return std::move(topology.error());
  }
  auto cluster = std::unique_ptr<mcd_cluster>(
      new mcd_cluster{mcd::StorePool(std::move(*effective), observer_of(observer))});
  // Names that can't be looked up yet are told to the observer, and looked up again by each call.
  if (auto store = cluster->pool.borrow(); store) cluster->pool.give_back(std::move(*store));
  return cluster;
}

}  // namespace

extern "C" {

mcd_cluster* mcd_open(const mcd_setting* settings, std::size_t count, const mcd_observer* observer,
                      mcd_message* message, int* result) {
  std::unique_ptr<mcd_cluster> cluster;
  const int number = guarded(message, [&] {
    Result<std::unique_ptr<mcd_cluster>> opened = open_cluster(settings, count, observer);
    if (!opened) return explain(message, opened.error());
    cluster = std::move(*opened);
    return 0;
  });
  if (result != nullptr) *result = number;
  return cluster.release();
}

void mcd_close(mcd_cluster* cluster) {
  delete cluster;
}

int mcd_get(mcd_cluster* cluster, const mcd_call* call, const char* key, mcd_value* value) {
  value->size = 0;
  if (value->bytes != nullptr) value->bytes[0] = '\0';
  return on_store(cluster, call, "get", key, [&](const Context& context) -> Status {
    const Result<mcd::Item> item = context.store.get(context.key);
    if (!item) return item.error();
    if (!keep(value, item->value)) return Error{.code = Code::memory_allocation_failure};
    return Ok{};
  });
}

int mcd_store(mcd_cluster* cluster, const mcd_call* call, mcd_mode mode, const char* key,
              const char* bytes, std::size_t size) {
  constexpr mcd::StoreMode modes[] = {mcd::StoreMode::set, mcd::StoreMode::add,
                                      mcd::StoreMode::replace, mcd::StoreMode::append,
                                      mcd::StoreMode::prepend};
  return on_store(cluster, call, mcd::name_of(modes[mode]), key, [&](const Context& context) {
    const Ttl ttl = ttl_of(context.call).value_or(context.settings.ttl);
    return context.store.store(
        context.key, {.mode = modes[mode], .value = {bytes, size}, .ttl = ttl, .cas = {}});
  });
}

int mcd_delete(mcd_cluster* cluster, const mcd_call* call, const char* key) {
  return on_store(cluster, call, "delete", key,
                  [](const Context& context) { return context.store.remove(context.key); });
}

int mcd_touch(mcd_cluster* cluster, const mcd_call* call, const char* key) {
  return on_store(cluster, call, "touch", key, [](const Context& context) {
    return context.store.touch(context.key, ttl_of(context.call).value_or(context.settings.ttl));
  });
}

int mcd_ttl(mcd_cluster* cluster, const mcd_call* call, const char* key, std::int64_t* seconds) {
  return on_store(cluster, call, "ttl", key, [&](const Context& context) -> Status {
    const Result<std::optional<std::uint64_t>> left = context.store.ttl(context.key);
    if (!left) return left.error();
    *seconds = mcd::ttl_number(*left);
    return Ok{};
  });
}

int mcd_counter_read(mcd_cluster* cluster, const mcd_call* call, const char* key,
                     std::uint64_t* value) {
  return on_store(cluster, call, "read counter", key, [&](const Context& context) {
    return hand_over(mcd::read_counter(context.store, context.key), value);
  });
}

int mcd_counter_add(mcd_cluster* cluster, const mcd_call* call, const char* key,
                    const char* increment, std::uint64_t* value) {
  return on_store(cluster, call, "add to counter", key, [&](const Context& context) -> Status {
    const Result<mcd::Increment> parsed = mcd::parse_increment(increment);
    if (!parsed) return parsed.error();
    return hand_over(mcd::add_to_counter(context.store, context.key, *parsed, std::nullopt), value);
  });
}

int mcd_counter_set(mcd_cluster* cluster, const mcd_call* call, const char* key,
                    const char* value) {
  return on_store(cluster, call, "set counter", key, [&](const Context& context) -> Status {
    const Result<std::uint64_t> parsed = mcd::parse_counter_value(value);
    if (!parsed) return parsed.error();
    return mcd::set_counter(context.store, context.key, *parsed,
                            ttl_of(context.call).value_or(Ttl{}));
  });
}

int mcd_limit(mcd_cluster* cluster, const mcd_call* call, const char* key, const char* most,
              const char* per, std::uint64_t* remaining) {
  return on_store(cluster, call, "limit", key, [&](const Context& context) -> Status {
    const Result<mcd::LimitTerms> terms = mcd::parse_limit_terms(most, per);
    if (!terms) return terms.error();
    const Result<mcd::LimitUse> use =
        mcd::Limit(context.store, context.key, terms->most, terms->per).use(std::time(nullptr));
    if (!use) return use.error();
    *remaining = use->remaining;
    if (use->is_allowed) return Ok{};
    return mcd::over_limit(most, per);
  });
}

void mcd_status(mcd_cluster* cluster, void (*each)(void* data, const mcd_server_status* status),
                void* data) {
  guarded(nullptr, [&] {
    for (const auto& health : cluster->pool.cluster().health()) {
      const mcd::ServerStatus status = health->status();
      const mcd_server_status view = view_of(status);
      each(data, &view);
    }
    return 0;
  });
}

void mcd_settings(mcd_cluster* cluster,
                  void (*each)(void* data, const char* key, const char* value, const char* origin),
                  void* data) {
  guarded(nullptr, [&] {
    const auto rows = mcd::all_settings();
    const auto effective = cluster->pool.cluster().known_or_written();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].secret) continue;
      const std::string value = mcd::escape(mcd::join_list(rows[i].show(effective->settings), " "));
      each(data, std::string(rows[i].key).c_str(), value.c_str(),
           effective->origins[i].name.c_str());
    }
    return 0;
  });
}

const char* mcd_result_name(int result) {
  const auto codes = mcd::all_codes();
  const auto code = std::ranges::find(codes, static_cast<Code>(result), &mcd::CodeInfo::code);
  return code == codes.end() ? "" : code->name.data();  // literals, which end in a NUL byte
}

const char* mcd_result_sentence(int result) {
  const auto codes = mcd::all_codes();
  const auto code = std::ranges::find(codes, static_cast<Code>(result), &mcd::CodeInfo::code);
  return code == codes.end() ? "" : code->sentence.data();
}

void mcd_free_value(mcd_value* value) {
  std::free(value->bytes);
  *value = {};
}

}  // extern "C"
