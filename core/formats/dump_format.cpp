#include "core/formats/dump_format.h"

#include <algorithm>

#include "core/base/hash64.h"
#include "core/base/hex.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace mcd {
namespace {

constexpr std::string_view before_sum = R"(,"sum":")";
constexpr std::string_view after_sum = R"("})";
constexpr std::size_t digits_of_sum = 16;
constexpr std::size_t size_of_sum = before_sum.size() + digits_of_sum + after_sum.size();

// Puts the checksum of the object that `out` has from `start` on into it, in place of its last
// brace, and ends the line.
std::uint64_t append_sum(std::string& out, std::size_t start) {
  out.pop_back();
  const std::uint64_t sum = hash64(std::string_view(out).substr(start));
  out += before_sum;
  append_hex64(out, sum);
  out += after_sum;
  out += '\n';
  return sum;
}

void append_number_member(std::string& out, std::string_view name, std::uint64_t number) {
  out += name;
  append_decimal(out, number);
}

// UTF-16 without its byte order mark and its NULs; what is not UTF-16 of ASCII as it is.
std::string narrowed(std::string_view text) {
  std::string narrow;
  for (std::size_t place = 0; place + 1 < text.size(); place += 2) {
    const std::string_view pair = text.substr(place, 2);
    if (place == 0 && (pair == "\xff\xfe" || pair == "\xfe\xff")) continue;
    if ((pair[0] == '\0') == (pair[1] == '\0')) return std::string(text);
    narrow += pair[0] == '\0' ? pair[1] : pair[0];
  }
  return narrow;
}

bool may_begin_narrow_dump(std::string_view beginning) {
  if (byte_order_mark.starts_with(beginning)) return true;
  if (beginning.starts_with(byte_order_mark)) beginning.remove_prefix(byte_order_mark.size());
  for (const std::string_view word : {R"({)", R"("dump")"}) {
    const std::size_t start = beginning.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return true;
    beginning.remove_prefix(start);
    const std::size_t size = std::min(word.size(), beginning.size());
    if (beginning.substr(0, size) != word.substr(0, size)) return false;
    beginning.remove_prefix(size);
  }
  return true;
}

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

void DumpDigest::add(std::uint64_t sum) {
  char bytes[sizeof sum];  // in the order that does not depend on the machine
  for (char& byte : bytes) {
    byte = static_cast<char>(sum & 0xffU);
    sum >>= 8U;
  }
  value_ = hash64({bytes, sizeof bytes}, value_);
}

std::string DumpDigest::text() const {
  std::string digits;
  append_hex64(digits, value_);
  return digits;
}

std::string DumpWriter::header(const DumpHeader& header, std::span<const std::string> servers,
                               std::span<const std::string> excluded) {
  JsonObject object;
  object.bytes("dump", "mcdctl").number("version", header.version).number("time", header.time);
  object.bytes("prefix", header.prefix).bytes("pattern", header.pattern);
  if (!excluded.empty()) object.texts("exclude", excluded);
  object.texts("servers", servers);
  std::string line = object.line();
  digest_ = {};
  digest_.add(append_sum(line, 0));
  return line;
}

void DumpWriter::append(std::string& out, const DumpRecord& record) {
  const std::size_t start = out.size();
  out += '{';
  append_json_bytes(out, "key", record.key);
  out += ',';
  append_json_bytes(out, "value", record.value);
  append_number_member(out, ",\"flags\":", record.flags);
  append_number_member(out, ",\"ttl\":", record.ttl);
  append_number_member(out, ",\"expiry\":", record.expiry);
  out += '}';
  digest_.add(append_sum(out, start));
}

std::string DumpWriter::trailer(const DumpTrailer& trailer) const {
  JsonObject object;
  object.bytes("end", "mcdctl dump").number("items", trailer.items);
  object.number("missed", trailer.missed).number("misplaced", trailer.misplaced);
  object.boolean("complete", trailer.complete).bytes("digest", digest_.text());
  std::string line = object.line();
  append_sum(line, 0);
  return line;
}

std::string header_of_rejects(std::string_view line) {
  std::string header(line);
  if (!checked_sum(line)) return header;
  header.resize(without_line_end(line).size() - size_of_sum);
  constexpr std::string_view mark = R"(,"rejects":true)";
  if (!header.ends_with(mark)) header += mark;
  header += '}';
  append_sum(header, 0);
  return header;
}

Error it_is_a_dump() {
  return {.code = Code::parse_user_error,
          .attempt = "read the file",
          .reason = "it is a dump made by mcdctl",
          .advice = "use 'mcdctl restore', or --format json if it was altered on purpose"};
}

bool may_begin_dump(std::string_view beginning) {
  const bool may_be_utf16 = beginning.starts_with('\xff') || beginning.starts_with('\xfe') ||
                            beginning.substr(0, 2).find('\0') != std::string_view::npos;
  constexpr std::size_t enough = 64;  // bytes
  if (may_be_utf16) return may_begin_narrow_dump(narrowed(beginning.substr(0, enough)));
  return may_begin_narrow_dump(beginning);
}

bool has_sum(std::string_view line) {
  line = without_line_end(line);
  return line.size() > size_of_sum &&
         line.substr(line.size() - size_of_sum).starts_with(before_sum) &&
         line.ends_with(after_sum);
}

std::optional<std::uint64_t> checked_sum(std::string_view line) {
  if (!has_sum(line)) return std::nullopt;
  line = without_line_end(line);
  const std::size_t body = line.size() - size_of_sum;
  const std::uint64_t sum = hash64(line.substr(0, body));
  std::string digits;
  append_hex64(digits, sum);
  if (line.substr(body + before_sum.size(), digits_of_sum) != digits) return std::nullopt;
  return sum;
}

}  // namespace mcd
