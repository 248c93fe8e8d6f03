// A program of somebody else's: stores an item on the configured servers, gets it back, counts, and
// prints both. It knows of the library what is installed, and nothing of the repository.
#include <unistd.h>

#include <cstdint>
#include <iostream>
#include <memory>

#include "core/mcd.h"

namespace {

int complain(const mcd::Error& error) {
  std::cerr << "outside: " << mcd::describe(error) << '\n';
  return mcd::exit_status_of(error.code);
}

}  // namespace

int main() {
  const mcd::Result<mcd::EffectiveSettings> effective =
      mcd::load_settings({}, {}, mcd::Environment(environ));
  if (!effective) return complain(effective.error());
  const mcd::Settings& settings = effective->settings;
  const mcd::Result<std::unique_ptr<mcd::Store>> store = mcd::make_client(settings);
  if (!store) return complain(store.error());
  const auto key = mcd::Key::make("outside", settings.prefix, settings.key_limit);
  const auto counter = mcd::Key::make("outside.count", settings.prefix, settings.key_limit);
  if (!key) return complain(key.error());
  if (!counter) return complain(counter.error());

  mcd::StoreRequest request;
  request.value = "from outside";
  request.ttl = mcd::Ttl{60};
  if (const mcd::Status stored = (*store)->store(*key, request); !stored) {
    return complain(stored.error());
  }
  const mcd::Result<mcd::Item> item = (*store)->get(*key);
  if (!item) return complain(item.error());
  const mcd::Result<std::uint64_t> count =
      mcd::add_to_counter(**store, *counter, mcd::Increment{false, 1}, mcd::CounterStart{});
  if (!count) return complain(count.error());
  std::cout << item->value << ' ' << *count << '\n';
}
