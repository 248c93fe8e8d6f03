// Whatever a server answers in the text protocol.
#include "core/protocol/ascii.h"

#include "tests/fuzz/fuzz.h"

namespace {

using mcd::Code;
using mcd::fuzz::require;

// What holds for every parser: a failure can be told, and an answer is whole at its last byte and
// not before.
template <typename Parse>
auto check(Parse parse, std::string_view received) {
  auto outcome = parse(received);
  if (!outcome) return outcome;
  if (!*outcome) mcd::fuzz::require_printable(outcome->error());
  const bool is_answer = *outcome || mcd::is_expected_outcome(outcome->code());
  for (std::size_t length = 0; is_answer && length < received.size(); ++length) {
    require(!parse(received.substr(0, length)), "the beginning of an answer is none");
  }
  return outcome;
}

template <typename T>
Code code_of(const mcd::Parsed<T>& outcome) {
  return outcome ? outcome->code() : Code::in_progress;
}

void check_get(std::string_view received) {
  const auto parse = [](std::string_view bytes) { return mcd::ascii::parse_get("key", bytes); };
  const auto outcome = check(parse, received);
  require(!mcd::is_expected_outcome(code_of(outcome)), "a get has no outcome beside hit and miss");
  if (!outcome || !*outcome) return;
  if (!**outcome) return require(received == "END\r\n", "a miss is exactly END");
  const mcd::Item& item = ***outcome;
  const std::string written = "VALUE key " + std::to_string(item.flags) + " " +
                              std::to_string(item.value.size()) + " " + std::to_string(item.cas) +
                              "\r\n" + item.value + "\r\nEND\r\n";
  const auto again = parse(written);
  require(again && *again && **again && ***again == item, "an item is read as it is written");
  require(received.ends_with(item.value + "\r\nEND\r\n"), "a value stands where it was sent");
}

void check_word(const mcd::Parsed<mcd::Ok>& outcome, std::string_view received,
                std::string_view success) {
  const Code code = code_of(outcome);
  if (code == Code::success) require(received == success, "success is exactly its word");
  if (code == Code::not_found) require(received == "NOT_FOUND\r\n", "a miss is exactly its word");
  if (code == Code::not_stored) require(received == "NOT_STORED\r\n", "so is a refusal");
  if (code == Code::data_exists) require(received == "EXISTS\r\n", "so is a change");
}

void check_stats(std::string_view received) {
  const auto parse = [](std::string_view bytes) { return mcd::ascii::parse_stats("items", bytes); };
  const auto outcome = check(parse, received);
  require(!mcd::is_expected_outcome(code_of(outcome)), "stats are about no item");
  if (!outcome || !*outcome) return;
  std::size_t size = 0;
  for (const mcd::Stat& stat : **outcome) {
    require(!stat.name.empty(), "every stat has a name");
    size += std::string_view("STAT \r\n").size() + stat.name.size() + stat.value.size();
  }
  require(size < received.size() && received.ends_with("END\r\n"), "stats are what was sent");
}

void check_requests(std::string_view value) {
  mcd::StoreRequest request;
  request.value = value;
  const std::string bytes = mcd::ascii::store_request("key", request, 60);
  const std::string head = "set key 0 60 " + std::to_string(value.size()) + "\r\n";
  require(bytes == head + std::string(value) + "\r\n", "a request is one line and one value");
}

void check_stores(std::string_view received) {
  for (const mcd::StoreMode mode : {mcd::StoreMode::set, mcd::StoreMode::add}) {
    for (const std::optional<std::uint64_t> cas : {std::optional<std::uint64_t>(), {42}}) {
      const mcd::StoreRequest request{.mode = mode, .value = {}, .ttl = {}, .cas = cas};
      const auto parse = [&request](std::string_view bytes) {
        return mcd::ascii::parse_store(request, bytes);
      };
      check_word(check(parse, received), received, "STORED\r\n");
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view received = mcd::fuzz::text_of(data, size);
  check_get(received);
  check_stores(received);
  check_word(check(mcd::ascii::parse_delete, received), received, "DELETED\r\n");
  check_word(check(mcd::ascii::parse_delete_unchanged, received), received, "STORED\r\n");
  check_word(check(mcd::ascii::parse_touch, received), received, "TOUCHED\r\n");
  check_word(check(mcd::ascii::parse_auth, received), received, "STORED\r\n");
  check_word(check(mcd::ascii::parse_flush, received), received, "OK\r\n");
  check_stats(received);
  const auto number = check(mcd::ascii::parse_arithmetic, received);
  if (number && *number) {
    require(received.find(std::to_string(**number)) != std::string_view::npos,
            "a number is one that was sent");
  }
  if (code_of(number) == Code::not_found) {
    require(received == "NOT_FOUND\r\n", "a missing counter is exactly its word");
  }
  const auto version = check(mcd::ascii::parse_version, received);
  if (version && *version) {
    require(received == "VERSION " + **version + "\r\n", "a version is what was sent");
  }
  check_requests(received);
  return 0;
}
