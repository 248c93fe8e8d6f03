#include "core/cluster/topology.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <unordered_map>

#include "core/base/text.h"
#include "core/cluster/libmemcached.h"

namespace mcd {
namespace {

struct HashName {
  std::string_view name;
  memcached_hash_t hash;
};

// HSIEH is missing: libmemcached is built without it. MEMCACHED_HASH_DEFAULT is one-at-a-time.
constexpr std::array hashes = {
    HashName{"default", MEMCACHED_HASH_DEFAULT},   HashName{"md5", MEMCACHED_HASH_MD5},
    HashName{"crc", MEMCACHED_HASH_CRC},           HashName{"fnv1_64", MEMCACHED_HASH_FNV1_64},
    HashName{"fnv1a_64", MEMCACHED_HASH_FNV1A_64}, HashName{"fnv1_32", MEMCACHED_HASH_FNV1_32},
    HashName{"fnv1a_32", MEMCACHED_HASH_FNV1A_32}, HashName{"jenkins", MEMCACHED_HASH_JENKINS},
    HashName{"murmur", MEMCACHED_HASH_MURMUR},     HashName{"murmur3", MEMCACHED_HASH_MURMUR3},
};

struct DistributionName {
  std::string_view name;
  memcached_behavior_t behavior;
  std::uint64_t data;
};

constexpr std::array distributions = {
    DistributionName{"modula", MEMCACHED_BEHAVIOR_DISTRIBUTION, MEMCACHED_DISTRIBUTION_MODULA},
    DistributionName{"consistent", MEMCACHED_BEHAVIOR_DISTRIBUTION,
                     MEMCACHED_DISTRIBUTION_CONSISTENT},
    DistributionName{"ketama", MEMCACHED_BEHAVIOR_KETAMA, 1},
    DistributionName{"ketama-weighted", MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1},
};

template <typename Row, std::size_t Size>
constexpr auto names_of(const std::array<Row, Size>& rows) {
  std::array<std::string_view, Size> names;
  for (std::size_t index = 0; index < Size; ++index) names[index] = rows[index].name;
  return names;
}

constexpr auto hash_name_list = names_of(hashes);
constexpr auto distribution_name_list = names_of(distributions);

// Bob Jenkins' one-at-a-time hash as libhashkit computes it: bytes above 0x7f count as negative.
std::uint32_t one_at_a_time(std::string_view key) {
  std::uint32_t value = 0;
  for (const char byte : key) {
    value += static_cast<std::uint32_t>(static_cast<signed char>(byte));
    value += value << 10U;
    value ^= value >> 6U;
  }
  value += value << 3U;
  value ^= value >> 11U;
  value += value << 15U;
  return value;
}

Error bad_server(std::string_view text, std::string reason) {
  return {
      .code = Code::invalid_arguments,
      .attempt = "server " + quote_server(text),
      .reason = std::move(reason),
      .advice =
          "write host, host:port, [v6]:port or /path/to/socket, optionally followed by /?weight"};
}

constexpr std::string_view name_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

bool is_host_name(std::string_view text) {
  constexpr std::size_t longest_name = 253;  // RFC 1035, as text
  return !text.empty() && text.size() <= longest_name && text.front() != '-' &&
         text.find_first_not_of(name_letters) == std::string_view::npos;
}

bool is_ipv6_address(std::string_view text) {
  const std::size_t mark = std::min(text.find('%'), text.size());
  const std::string without_scope(text.substr(0, mark));
  const std::string_view scope = text.substr(mark);  // "%eth0"
  if (scope.size() == 1 || scope.find_first_not_of(name_letters, 1) != std::string_view::npos) {
    return false;
  }
  in6_addr address{};
  return without_scope.find('\0') == std::string::npos &&
         inet_pton(AF_INET6, without_scope.c_str(), &address) == 1;
}

// What is wrong with a part of a server's text, or nothing.
using Problem = std::optional<std::string>;

// Other clients' servers may be URLs. Each scheme has its own sentence, for each has its own
// remedy.
std::optional<Error> refuse_url(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string_view scheme = text.substr(0, end);
  const auto is = [scheme](std::string_view name) { return equal_ignoring_case(scheme, name); };
  const auto refuse = [text](std::string reason, std::string advice) {
    Error error = bad_server(text, std::move(reason));
    error.advice = std::move(advice);
    return error;
  };
  if (is("tcp") || is("memcached") || is("memcache")) {
    return refuse("a URL", "write host:port alone, without " + std::string(scheme) + "://");
  }
  if (is("unix") || is("file")) {
    return refuse("a URL", "write the path of the socket alone, such as /run/m.sock");
  }
  if (is("tls") || is("ssl") || is("memcacheds")) {
    return refuse("mcdctl does not speak TLS", "use a local proxy such as stunnel");
  }
  if (is("udp")) return refuse("mcdctl does not speak UDP", "write host:port of the TCP port");
  const bool is_web = is("http") || is("https");
  return bad_server(
      text, is_web ? "a web address; memcached does not speak HTTP" : "a server is not a URL");
}

// What would be looked up as the name of a host, and is something else for sure.
std::optional<Error> refuse_what_is_not_a_host(std::string_view text) {
  const auto refuse = [text](std::string reason, std::string advice) {
    Error error = bad_server(text, std::move(reason));
    error.advice = std::move(advice);
    return error;
  };
  if (text.starts_with('/')) return std::nullopt;
  if (text.find('@') != std::string_view::npos) {
    return refuse("not a host name or address",
                  "a login goes into the settings auth.user and auth.password");
  }
  const auto number = parse_unsigned(text.substr(0, text.find("/?")));
  if (!number) return std::nullopt;
  if (*number == 0 || *number > std::numeric_limits<std::uint16_t>::max()) {
    return bad_server(text, "a number, not a host name or address");
  }
  return refuse("a port without a host",
                "write 127.0.0.1:" + std::to_string(*number) + " if it is on this machine");
}

// Without brackets; with a port or without.
bool looks_like_ipv6(std::string_view text) {
  const std::string_view address = text.substr(0, text.find('%'));
  constexpr std::ptrdiff_t colons_of_a_whole_one = 7;
  const bool is_long = std::ranges::count(address, ':') >= colons_of_a_whole_one;
  if (address.substr(0, address.find(':')).find('.') != std::string_view::npos) return false;
  return (is_long || address.find("::") != std::string_view::npos) &&
         address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

// Takes "/?WEIGHT" off the end of `text`, if it is there.
Problem take_weight(std::string_view& text, Server& server) {
  const std::size_t mark = text.rfind("/?");
  if (mark == std::string_view::npos) return std::nullopt;
  const auto weight = parse_unsigned(text.substr(mark + 2));
  if (!weight || *weight == 0 || *weight > std::numeric_limits<std::uint32_t>::max()) {
    return "the weight is not a whole number above 0";
  }
  server.weight = static_cast<std::uint32_t>(*weight);
  text = text.substr(0, mark);
  return std::nullopt;
}

Problem read_path(std::string_view text, Server& server) {
  if (text.size() >= sizeof(sockaddr_un::sun_path)) {
    return "the path is too long for a unix socket";
  }
  if (escape(text) != text) return "the path contains a control character or a backslash";
  server.kind = Server::Kind::unix_socket;
  server.host = text;
  server.port = 0;
  return std::nullopt;
}

// Of "host" or "[v6]", and leaves in `text` what follows: nothing, or ":port".
Problem take_host(std::string_view& text, Server& server) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || !is_ipv6_address(text.substr(1, close - 1))) {
      return "there is no IPv6 address between the brackets";
    }
    server.host = text.substr(1, close - 1);
    text = text.substr(close + 1);
    if (!text.empty() && text.front() != ':') return "':port' must follow ']'";
    return std::nullopt;
  }
  if (looks_like_ipv6(text)) return "an IPv6 address goes in brackets";
  const std::size_t colon = std::min(text.find(':'), text.size());
  server.host = text.substr(0, colon);
  text = text.substr(colon);
  if (std::ranges::count(text, ':') > 1) return "there is more than one colon";
  if (server.host.empty()) return "there is no host";
  if (server.host.find('/') != std::string::npos) {
    return "not a host name or address; the path of a unix socket starts with /";
  }
  if (!is_host_name(server.host)) return "not a host name or address";
  return std::nullopt;
}

Problem read_host_and_port(std::string_view text, Server& server) {
  if (Problem problem = take_host(text, server)) return problem;
  if (text.empty()) return std::nullopt;
  const auto number = parse_unsigned(text.substr(1));
  if (!number || *number == 0 || *number > std::numeric_limits<std::uint16_t>::max()) {
    return text.starts_with(":/") ? "write the path of a unix socket alone, from its first /"
                                  : "the port is not a number from 1 to 65535";
  }
  server.port = static_cast<std::uint16_t>(*number);
  return std::nullopt;
}

}  // namespace

std::string quote_server(std::string_view text) {
  const std::size_t at = text.starts_with('/') ? std::string_view::npos : text.rfind('@');
  return quote(at == std::string_view::npos ? std::string(text)
                                            : "..." + std::string(text.substr(at)));
}

Result<Server> parse_server(std::string_view text) {
  const std::string_view whole = text;
  Server server;
  if (auto url = refuse_url(text)) return *std::move(url);
  if (auto other = refuse_what_is_not_a_host(text)) return *std::move(other);
  Problem problem = take_weight(text, server);
  if (!problem) {
    problem = text.starts_with('/') ? read_path(text, server) : read_host_and_port(text, server);
  }
  if (problem) return bad_server(whole, *problem);
  return server;
}

bool is_server_list(std::string_view text) {
  const std::vector<std::string> parts = split_list(text);
  return parts.size() > 1 && std::ranges::all_of(parts, [](const std::string& part) {
           return bool(parse_server(part));
         });
}

std::string address_of(const Server& server) {
  if (server.kind == Server::Kind::unix_socket) return server.host;
  return host_and_port(server.host, server.port);
}

std::string to_string(const Server& server) {
  std::string text = address_of(server);
  // Also after a path that would be read as having one.
  const bool looks_weighted = server.host.find("/?") != std::string::npos;
  if (server.weight != 1 || looks_weighted) text += "/?" + std::to_string(server.weight);
  return text;
}

std::vector<std::size_t> first_places(std::span<const Server> servers) {
  std::unordered_map<std::string, std::size_t> firsts;
  std::vector<std::size_t> places;
  places.reserve(servers.size());
  for (const Server& server : servers) {
    places.push_back(firsts.try_emplace(address_of(server), places.size()).first->second);
  }
  return places;
}

std::span<const std::string_view> hash_names() {
  return hash_name_list;
}
std::span<const std::string_view> distribution_names() {
  return distribution_name_list;
}

// A handle of libmemcached that knows the servers, and never connects.
class Topology::Ring {
 public:
  static Result<std::unique_ptr<Ring, FreeRing>> make(const std::vector<Server>& servers,
                                                      const DistributionName& distribution,
                                                      const HashName& hash) {
    const Result<const Libmemcached*> library = load_libmemcached();
    if (!library) return library.error();
    memcached_st* handle = (*library)->memcached_create(nullptr);
    if (handle == nullptr) {
      return Error{.code = Code::memory_allocation_failure, .attempt = "map keys to servers"};
    }
    std::unique_ptr<Ring, FreeRing> ring(new Ring(**library, handle));
    if (!ring->set_up(servers, distribution, hash)) {
      return Error{.code = Code::invalid_arguments,
                   .attempt = "map keys to servers",
                   .reason = "libmemcached refuses hash " + std::string(hash.name) +
                             " with distribution " + std::string(distribution.name)};
    }
    return ring;
  }

  ~Ring() { library_.memcached_free(handle_); }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  std::size_t index_of(std::string_view key) const {
    return library_.memcached_generate_hash(handle_, key.data(), key.size());
  }

 private:
  Ring(const Libmemcached& library, memcached_st* handle) : library_(library), handle_(handle) {}

  bool set_up(const std::vector<Server>& servers, const DistributionName& distribution,
              const HashName& hash) {
    bool is_fine = true;
    const auto step = [&is_fine](memcached_return_t outcome) {
      is_fine = is_fine && outcome == MEMCACHED_SUCCESS;
    };
    for (const Server& server : servers) {
      step(server.kind == Server::Kind::unix_socket
               ? library_.memcached_server_add_unix_socket_with_weight(handle_, server.host.c_str(),
                                                                       server.weight)
               : library_.memcached_server_add_with_weight(handle_, server.host.c_str(),
                                                           server.port, server.weight));
    }
    // After the servers: weights count only for those that are there when ketama is switched on.
    // And before the hash, since both ketamas set it to MD5.
    step(library_.memcached_behavior_set(handle_, distribution.behavior, distribution.data));
    if (hash.hash != MEMCACHED_HASH_DEFAULT) {
      step(library_.memcached_behavior_set(handle_, MEMCACHED_BEHAVIOR_HASH,
                                           static_cast<std::uint64_t>(hash.hash)));
    }
    return is_fine;
  }

  const Libmemcached& library_;
  memcached_st* handle_;
};

void Topology::FreeRing::operator()(Ring* ring) const {
  delete ring;
}

Result<Topology> Topology::make(std::vector<Server> servers, std::string_view hash,
                                std::string_view distribution) {
  if (servers.empty()) return Error{.code = Code::no_servers, .attempt = "find a server"};
  const auto hash_row = std::ranges::find(hashes, hash, &HashName::name);
  const auto distribution_row =
      std::ranges::find(distributions, distribution, &DistributionName::name);
  if (hash_row == hashes.end() || distribution_row == distributions.end()) {
    return Error{.code = Code::invalid_arguments,
                 .attempt = "map keys to servers",
                 .reason = "no hash or distribution of this name"};
  }
  Topology topology(std::move(servers));
  const bool is_modules_rule =
      hash_row == hashes.begin() && distribution_row == distributions.begin();
  if (topology.servers_.size() == 1 || is_modules_rule) return topology;
  // libmemcached ends the process where there are more.
  constexpr std::size_t most_on_a_ring = 100;
  if (distribution_row != distributions.begin() && topology.servers_.size() > most_on_a_ring) {
    return Error{.code = Code::invalid_arguments,
                 .attempt = "map keys to servers",
                 .reason = "libmemcached's distribution " + std::string(distribution) +
                           " takes at most " + std::to_string(most_on_a_ring) + " servers, not " +
                           std::to_string(topology.servers_.size()),
                 .advice = "list fewer servers, or use the distribution modula"};
  }
  auto ring = Ring::make(topology.servers_, *distribution_row, *hash_row);
  if (!ring) return std::move(ring.error());
  topology.ring_ = std::move(*ring);
  return topology;
}

std::size_t Topology::index_of(std::string_view key) const {
  if (ring_) return ring_->index_of(key);
  return servers_.size() == 1 ? 0 : one_at_a_time(key) % servers_.size();
}

}  // namespace mcd
