// The library: include this header, and link mcd::core.
//
//   auto effective = mcd::load_settings({}, {}, mcd::Environment(environ));
//   if (!effective) return complain(mcd::describe(effective.error()));
//   const mcd::Settings& settings = effective->settings;
//   auto store = mcd::make_client(settings);
//   auto key = mcd::Key::make("greeting", settings.prefix, settings.key_limit);
//   if (!store || !key) ...
//   mcd::Status stored = (*store)->store(*key, {.value = "hello", .ttl = settings.ttl});
//   mcd::Result<mcd::Item> item = (*store)->get(*key);
//
// The headers below it may move between folders from one version to the next; this one stays.
#pragma once

// IWYU pragma: begin_exports
#include "core/base/environment.h"
#include "core/base/result.h"
#include "core/client/client.h"
#include "core/cluster/topology.h"
#include "core/items/counter.h"
#include "core/items/item.h"
#include "core/items/key.h"
#include "core/items/store.h"
#include "core/items/ttl.h"
#include "core/settings/settings.h"
// IWYU pragma: end_exports
