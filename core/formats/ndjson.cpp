#include "core/formats/ndjson.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/base64.h"
#include "core/base/input.h"
#include "core/base/text.h"
#include "core/formats/json_names.h"

#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

namespace mcd::ndjson {
namespace {

enum class Type { null, boolean, number, string, nested };

struct Member {
  Type type = Type::null;
  std::string_view text = {};  // of a string or a number; "true" of that
  std::size_t place = 0;       // where it begins in the line
};

struct Problem {
  std::string reason;
  std::size_t place = 0;  // in the line, from 0
  std::string advice = {};
  Code code = Code::parse_user_error;
};

std::string member_named(Name name) {
  return "the member \"" + std::string(names[name]) + "\"";
}

// The first byte of `line` that can't stand in JSON, wherever it is: RapidJSON takes some control
// characters, and lets the line end at a NUL.
std::optional<Problem> find_bad_byte(std::string_view line) {
  for (std::size_t place = 0; place < line.size();) {
    std::uint64_t word = 0;
    if (line.size() - place >= sizeof word) {
      std::memcpy(&word, line.data() + place, sizeof word);
      const std::uint64_t controls = (word - 0x2020202020202020) & ~word;
      if (((word | controls) & 0x8080808080808080) == 0) {
        place += sizeof word;
        continue;
      }
    }
    const auto byte = static_cast<unsigned char>(line[place]);
    if (byte < 0x20 && byte != '\t' && byte != '\r') {
      return Problem{.reason = "an unescaped control character",
                     .place = place,
                     .advice = "write it as \\u00HH"};
    }
    const std::size_t length = utf8_sequence_length(line.substr(place));
    if (length == 0) {
      return Problem{.reason = "not UTF-8",
                     .place = place,
                     .advice = "write such a value as base64, with \"encoding\":\"base64\""};
    }
    place += length;
  }
  return std::nullopt;
}

}  // namespace

// Takes what RapidJSON reports of one line. The line is parsed in a copy: in place, so that
// strings need no memory of their own, but the line itself must stay as it is.
class Parser::Members {
 public:
  std::optional<Problem> parse(std::string_view line, Content& content) {
    if (auto problem = find_bad_byte(line)) return problem;
    if (auto problem = read(line)) return problem;
    if (is_first(dump, "mcdctl")) return content_of_header(content);
    if (is_first(end, "mcdctl dump")) return content_of_trailer(content);
    return content_of_record(content);
  }

  // Where the member begins, a byte from 1; 0 if it is not there.
  std::size_t byte_of(Name name) const { return has(name) ? members_[name].place + 1 : 0; }
  bool has(Name name) const { return (seen_ >> name & 1U) != 0; }

  // What RapidJSON calls, in the order of the line; false stops it.
  bool Null() { return take(Type::null, {}, 4); }
  bool Bool(bool is_true) { return take(Type::boolean, is_true ? "true" : "", is_true ? 4 : 5); }
  bool Int(int) { return false; }  // numbers come as text
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool RawNumber(const char* text, unsigned length, bool) {
    return take(Type::number, {text, length});
  }
  bool String(const char* text, unsigned length, bool) {
    return is_text({text, length}) && take(Type::string, {text, length});
  }
  bool Key(const char* text, unsigned length, bool) {
    if (!is_text({text, length})) return false;
    if (depth_ != 1) return true;
    current_ = name_of({text, length});
    if (!first_) first_ = current_;
    if (current_ == unknown) {
      if (!unknown_.data()) unknown_ = {text, length};
      return true;
    }
    const std::uint32_t bit = 1U << current_;
    repeated_ |= seen_ & bit;
    seen_ |= bit;
    return true;
  }
  bool StartObject() { return go_down(true); }
  bool EndObject(unsigned) { return go_up(); }
  bool StartArray() { return go_down(false); }
  bool EndArray(unsigned) { return go_up(); }

 private:
  using Reader = rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>>;

  std::optional<Problem> read(std::string_view line) {
    constexpr std::size_t overread = 32;  // SSE2 looks ahead by up to 16 bytes
    if (copy_.size() < line.size() + overread) copy_.resize(2 * line.size() + overread);
    std::memcpy(copy_.data(), line.data(), line.size());
    copy_[line.size()] = '\0';
    rapidjson::InsituStringStream stream(copy_.data());
    stream_ = &stream;
    depth_ = 0;
    seen_ = 0;
    repeated_ = 0;
    current_ = unknown;
    first_.reset();
    unknown_ = {};
    stopped_ = nullptr;
    has_escapes_ = line.find('\\') != std::string_view::npos;
    constexpr unsigned how = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
    const rapidjson::ParseResult result = reader_.Parse<how>(stream, *this);
    if (!result.IsError()) return std::nullopt;
    if (trim(line) == "{") {
      return Problem{.reason = "an object that does not end on its line",
                     .place = result.Offset(),
                     .advice = "write one object on each line, as 'jq -c .' does"};
    }
    if (stopped_ != nullptr) return Problem{.reason = stopped_, .place = result.Offset()};
    return Problem{.reason = text_of(result.Code()), .place = result.Offset()};
  }

  // RapidJSON's sentence as a reason among others.
  static std::string text_of(rapidjson::ParseErrorCode code) {
    std::string sentence = rapidjson::GetParseError_En(code);
    if (sentence.ends_with('.')) sentence.pop_back();
    return "not JSON (" + sentence + ")";
  }

  bool stop(const char* reason) {
    stopped_ = reason;
    return false;
  }

  // `passed` is how many of its bytes RapidJSON has taken: all but those of strings and numbers.
  bool take(Type type, std::string_view text, std::size_t passed = 0) {
    if (depth_ == 0) return stop("not a JSON object");
    if (depth_ == 1 && current_ != unknown) {
      members_[current_] = {.type = type, .text = text, .place = stream_->Tell() - passed};
    }
    return true;
  }

  // RapidJSON makes three bytes that are not UTF-8 of the second half of a surrogate pair.
  bool is_text(std::string_view text) {
    return !has_escapes_ || is_utf8(text) || stop("half of a surrogate pair");
  }

  bool go_down(bool is_object) {
    constexpr int deepest = 64;  // RapidJSON goes down by recursion
    if (depth_ == 0 && !is_object) return stop("not a JSON object");
    if (depth_ == deepest) return stop("its objects or arrays are nested too deeply");
    if (depth_ == 1) take(Type::nested, {}, 1);
    ++depth_;
    return true;
  }

  bool go_up() {
    --depth_;
    return true;
  }

  // Whether it is there and not null.
  bool is_given(Name name) const { return has(name) && members_[name].type != Type::null; }

  bool is_first(Name name, std::string_view text) const {
    return first_ == name && members_[name].type == Type::string && members_[name].text == text;
  }

  Problem wrong(Name name, const std::string& what) const {
    return {.reason = member_named(name) + " " + what, .place = members_[name].place};
  }

  std::optional<Problem> find_repeated(unsigned from, unsigned to) const {
    for (unsigned name = from; name < to; ++name) {
      if ((repeated_ >> name & 1U) != 0) return wrong(static_cast<Name>(name), "appears twice");
    }
    return std::nullopt;
  }

  // The bytes of `name`, as `its_encoding` has them.
  std::optional<Problem> read_bytes(Name name, Name its_encoding, std::string_view& bytes) {
    if (!has(name)) return Problem{.reason = member_named(name) + " is missing"};
    const Member& member = members_[name];
    if (member.type != Type::string && member.type != Type::number) {
      Problem problem = wrong(name, "is neither a string nor a number");
      if (member.type == Type::nested) {
        problem.advice = "fix the line; jq's tojson makes a string of an object or array";
      }
      return problem;
    }
    bytes = member.text;
    if (!has(its_encoding)) return std::nullopt;
    const Member& type = members_[its_encoding];
    if (type.type != Type::string || type.text != "base64") {
      return wrong(its_encoding, "is not \"base64\", the only encoding");
    }
    char* const place = copy_.data() + (bytes.data() - copy_.data());
    const auto size = decode_base64({place, bytes.size()});
    if (!size) return wrong(name, "is not base64");
    bytes = {place, *size};
    return std::nullopt;
  }

  std::optional<Problem> read_number(Name name, std::uint64_t most, std::uint64_t& number) const {
    const Member& member = members_[name];
    if (!has(name)) return Problem{.reason = member_named(name) + " is missing"};
    const auto parsed =
        member.type == Type::number ? parse_unsigned(member.text) : std::optional<std::uint64_t>();
    if (!parsed || *parsed > most) {
      return wrong(name, "is not a whole number from 0 to " + std::to_string(most));
    }
    number = *parsed;
    return std::nullopt;
  }

  std::optional<Problem> read_number(Name name, std::uint64_t& number) const {
    return read_number(name, std::numeric_limits<std::uint64_t>::max(), number);
  }

  std::optional<Problem> read_ttl(Record& record) const {
    const Member& member = members_[ttl];
    if (member.type != Type::string && member.type != Type::number) {
      return wrong(ttl, "is neither a number nor a string");
    }
    const Result<Ttl> parsed = parse_file_ttl(member.text);
    if (!parsed) {
      const Error& error = parsed.error();
      return Problem{.reason = error.attempt + ": " + error.reason,
                     .place = member.place,
                     .advice = error.advice,
                     .code = error.code};
    }
    record.ttl = *parsed;
    return std::nullopt;
  }

  std::optional<Problem> content_of_record(Content& content) {
    Record record{.unknown = unknown_};
    std::uint64_t number = 0;
    if (auto problem = find_repeated(0, record_names)) return problem;
    if (auto problem = read_bytes(key, key_encoding, record.key)) return problem;
    // As get --json prints a key without an item; a value was added since.
    if (unknown_ == "error") {
      return Problem{.reason = "it has an \"error\" in place of an item",
                     .advice = "leave such lines out: jq -c 'select(.result == 0)'"};
    }
    if (auto problem = read_bytes(value, encoding, record.value)) return problem;
    if (is_given(ttl)) {
      if (auto problem = read_ttl(record)) return problem;
    }
    if (is_given(flags)) {
      if (auto problem = read_number(flags, UINT32_MAX, number)) {
        problem->code = Code::invalid_arguments;
        return problem;
      }
      record.flags = static_cast<std::uint32_t>(number);
    }
    if (is_given(expiry)) {
      if (auto problem = read_number(expiry, number)) return problem;
      record.expiry = number;
    }
    if (is_given(exptime) && !record.ttl && !record.expiry)
      take_exptime(record, members_[exptime].text);
    content = record;
    return std::nullopt;
  }

  std::optional<Problem> content_of_header(Content& content) {
    DumpHeader header;
    std::string_view text;
    if (auto problem = find_repeated(sum, known_names)) return problem;
    if (auto problem = read_number(version, header.version)) return problem;
    // A later version may have changed all the rest.
    if (header.version <= dump_version) {
      if (auto problem = read_number(time, header.time)) return problem;
      if (auto problem = read_bytes(prefix, prefix_encoding, text)) return problem;
      header.prefix = text;
      if (auto problem = read_bytes(pattern, pattern_encoding, text)) return problem;
      header.pattern = text;
      if (has(rejects) && members_[rejects].type != Type::boolean) {
        return wrong(rejects, "is neither true nor false");
      }
      header.is_of_rejects = has(rejects) && members_[rejects].text == "true";
    }
    content = std::move(header);
    return std::nullopt;
  }

  std::optional<Problem> content_of_trailer(Content& content) const {
    DumpTrailer trailer;
    if (auto problem = find_repeated(sum, known_names)) return problem;
    if (auto problem = read_number(items, trailer.items)) return problem;
    if (auto problem = read_number(missed, trailer.missed)) return problem;
    if (has(misplaced)) {
      if (auto problem = read_number(misplaced, trailer.misplaced)) return problem;
    }
    if (!has(complete) || members_[complete].type != Type::boolean) {
      return wrong(complete, "is neither true nor false");
    }
    trailer.complete = !members_[complete].text.empty();
    if (has(digest)) trailer.digest = members_[digest].text;
    content = trailer;
    return std::nullopt;
  }

  Reader reader_{};
  std::vector<char> copy_{};  // of the line, and what its strings become
  std::array<Member, known_names> members_{};
  std::uint32_t seen_ = 0;      // a bit for each known name that the object has
  std::uint32_t repeated_ = 0;  // and has twice
  Name current_ = unknown;
  std::optional<Name> first_{};
  std::string_view unknown_{};  // the name of the first member that is none of these
  int depth_ = 0;
  bool has_escapes_ = false;
  const char* stopped_ = nullptr;                    // why a call returned false
  rapidjson::InsituStringStream* stream_ = nullptr;  // during read()
};

std::size_t Parser::byte_of(Column column) const {
  switch (column) {
    case Column::key: return members_->byte_of(key);
    case Column::value: return members_->byte_of(value);
    case Column::ttl: return members_->byte_of(ttl);
    case Column::flags: return members_->byte_of(flags);
    case Column::expiry: return members_->byte_of(expiry);
    case Column::exptime: return members_->byte_of(exptime);
    case Column::ignored: break;
  }
  return 0;
}

Parser::Parser() : members_(std::make_unique<Members>()) {}
Parser::~Parser() = default;

Found Parser::parse(std::string_view input, bool is_whole) {
  const FirstLine line = first_line(input, is_whole);
  if (line.size == 0) return {};
  if (line.text.find_first_not_of(" \t\r") == std::string_view::npos) {
    return {.kind = Found::Kind::blank, .size = line.size};
  }
  std::optional<Problem> problem = members_->parse(line.text, content_);
  if (!problem) return {.kind = Found::Kind::record, .size = line.size};
  if (problem->advice.empty()) problem->advice = "fix the line";
  return {.kind = Found::Kind::malformed,
          .size = line.size,
          .code = problem->code,
          .reason = std::move(problem->reason),
          .advice = std::move(problem->advice),
          .byte = problem->place + 1};
}

}  // namespace mcd::ndjson
