#include "core/client_ascii.h"

#include <ctime>
#include <utility>

#include "core/protocol_ascii.h"

namespace mcd {

AsciiClient::AsciiClient(Settings settings, Topology topology)
    : Store(settings.value_limit), settings_(std::move(settings)), topology_(std::move(topology)) {
  links_.reserve(topology_.servers().size());
  for (const Server& server : topology_.servers()) links_.emplace_back(server, settings_);
}

Link& AsciiClient::link_of(const Key& key) {
  return links_[topology_.index_of(key.text())];
}

Result<Item> AsciiClient::do_get(const Key& key) {
  return link_of(key).ask<Item>([&key](Session& session) -> Result<Item> {
    Result<std::optional<Item>> item = session.get(key.wire());
    if (!item) return std::move(item.error());
    if (!*item) return Error{.code = Code::not_found};
    return std::move(**item);
  });
}

Status AsciiClient::do_store(const Key& key, const StoreRequest& request) {
  const Result<std::uint32_t> expiry = expiry_of(request.ttl, std::time(nullptr));
  if (!expiry) return expiry.error();
  return link_of(key).ask<Ok>([&](Session& session) {
    return session.connection().exchange<Ok>(ascii::store_request(key.wire(), request, *expiry),
                                             ascii::parse_store);
  });
}

Status AsciiClient::do_remove(const Key& key) {
  return link_of(key).ask<Ok>([&key](Session& session) {
    return session.connection().exchange<Ok>(ascii::delete_request(key.wire()),
                                             ascii::parse_delete);
  });
}

Status AsciiClient::do_touch(const Key& key, Ttl ttl) {
  const Result<std::uint32_t> expiry = expiry_of(ttl, std::time(nullptr));
  if (!expiry) return expiry.error();
  return link_of(key).ask<Ok>([&](Session& session) {
    return session.connection().exchange<Ok>(ascii::touch_request(key.wire(), *expiry),
                                             ascii::parse_touch);
  });
}

Result<std::uint64_t> AsciiClient::do_add_to_counter(const Key& key, Increment increment) {
  return link_of(key).ask<std::uint64_t>([&](Session& session) {
    return session.connection().exchange<std::uint64_t>(
        ascii::arithmetic_request(key.wire(), increment), ascii::parse_arithmetic);
  });
}

}  // namespace mcd
