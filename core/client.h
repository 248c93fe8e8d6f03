// The item store over a cluster of real servers: where a program that uses the library begins.
//
//   auto config = mcd::load_config({}, {}, mcd::Environment(environ));
//   if (!config) return complain(mcd::describe(config.error()));
//   const mcd::Settings& settings = config->settings;
//   auto store = mcd::make_client(settings);
//   auto key = mcd::Key::make("greeting", settings.prefix, settings.key_limit);
//   if (!store || !key) ...
//   mcd::Status stored = (*store)->store(*key, {.value = "hello", .ttl = settings.ttl});
//   mcd::Result<mcd::Item> item = (*store)->get(*key);
#pragma once

#include <memory>

#include "core/config.h"
#include "core/result.h"
#include "core/store.h"

namespace mcd {

// A store for `settings`, which it copies, in the protocol they name. Connects to a server when the
// first key that lives on it comes up, and anew when a connection broke; a failure of one server
// never colours what is said of another. Fails as Topology::make() does. The caller owns the store;
// to drop it closes its connections. One thread at a time: make one for each thread.
Result<std::unique_ptr<Store>> make_client(const Settings& settings);

}  // namespace mcd
