#include "core/formats/dump_format.h"

#include "core/base/json.h"

namespace mcd {
namespace {

void append_number_member(std::string& out, std::string_view name, std::uint64_t number) {
  out += name;
  append_json_number(out, number);
}

}  // namespace

std::string dump_header_line(const DumpHeader& header, std::span<const std::string> servers) {
  JsonObject object;
  object.bytes("dump", "mcdctl").number("version", header.version).number("time", header.time);
  object.bytes("prefix", header.prefix).bytes("pattern", header.pattern).texts("servers", servers);
  return object.line() + "\n";
}

std::string dump_trailer_line(const DumpTrailer& trailer) {
  JsonObject object;
  object.bytes("end", "mcdctl dump").number("items", trailer.items);
  object.number("missed", trailer.missed).boolean("complete", trailer.complete);
  return object.line() + "\n";
}

void append_dump_record(std::string& out, std::string_view key, std::string_view value,
                        std::uint32_t flags, std::uint64_t ttl, std::uint64_t expiry) {
  out += '{';
  append_json_bytes(out, "key", key);
  out += ',';
  append_json_bytes(out, "value", value);
  append_number_member(out, ",\"flags\":", flags);
  append_number_member(out, ",\"ttl\":", ttl);
  append_number_member(out, ",\"expiry\":", expiry);
  out += "}\n";
}

}  // namespace mcd
