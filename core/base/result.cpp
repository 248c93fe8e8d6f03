#include "core/base/result.h"

#include <algorithm>
#include <array>

namespace mcd {
namespace {

constexpr std::string_view check_server =
    "check that memcached runs there and that the address is right";
constexpr std::string_view try_again = "try again, or raise --timeout";
constexpr std::string_view not_memcached = "check that this is a memcached server";

constexpr std::array table = {
    CodeInfo{Code::success, "MEMCACHED_SUCCESS", "it worked", ""},
    CodeInfo{Code::failure, "MEMCACHED_FAILURE",
             "it failed without a more precise reason, or purge or flush was not confirmed", ""},
    CodeInfo{Code::host_lookup_failure, "MEMCACHED_HOST_LOOKUP_FAILURE",
             "the server's host name is unknown", "check the name, or give the address"},
    CodeInfo{Code::connection_failure, "MEMCACHED_CONNECTION_FAILURE",
             "the server can't be reached, or the connection broke", check_server},
    CodeInfo{Code::connection_bind_failure, "MEMCACHED_CONNECTION_BIND_FAILURE",
             "a local address can't be bound", ""},
    CodeInfo{Code::write_failure, "MEMCACHED_WRITE_FAILURE", "standard output can't be written",
             "check where it is redirected to"},
    CodeInfo{Code::read_failure, "MEMCACHED_READ_FAILURE", "the answer can't be read",
             not_memcached},
    CodeInfo{Code::unknown_read_failure, "MEMCACHED_UNKNOWN_READ_FAILURE",
             "the answer was cut off or made no sense", not_memcached},
    CodeInfo{Code::protocol_error, "MEMCACHED_PROTOCOL_ERROR", "the answer breaks the protocol",
             not_memcached},
    CodeInfo{Code::client_error, "MEMCACHED_CLIENT_ERROR",
             "the server refused the request; for a counter, its value is not a number", ""},
    CodeInfo{Code::server_error, "MEMCACHED_SERVER_ERROR",
             "the server reported an error of its own", "look at the server's log"},
    CodeInfo{Code::error, "MEMCACHED_ERROR", "the server does not know the request", not_memcached},
    CodeInfo{Code::data_exists, "MEMCACHED_DATA_EXISTS",
             "the item was changed since its cas token was read", "get it again, then decide"},
    CodeInfo{Code::data_does_not_exist, "MEMCACHED_DATA_DOES_NOT_EXIST", "no such data", ""},
    CodeInfo{Code::not_stored, "MEMCACHED_NOTSTORED",
             "not stored: add found the key taken, or replace, append or prepend found no such key",
             ""},
    CodeInfo{Code::stored, "MEMCACHED_STORED", "stored", ""},
    CodeInfo{Code::not_found, "MEMCACHED_NOTFOUND", "the server has no item under this key", ""},
    CodeInfo{Code::memory_allocation_failure, "MEMCACHED_MEMORY_ALLOCATION_FAILURE",
             "out of memory on this machine", ""},
    CodeInfo{Code::partial_read, "MEMCACHED_PARTIAL_READ", "only part of the answer was read", ""},
    CodeInfo{
        Code::some_errors, "MEMCACHED_SOME_ERRORS",
        "several keys failed for different reasons, or a server is missing from a list or dump",
        "see the message of each"},
    CodeInfo{Code::no_servers, "MEMCACHED_NO_SERVERS", "no server is configured",
             "name one with --server or in the settings"},
    CodeInfo{Code::end, "MEMCACHED_END", "end of the answer", ""},
    CodeInfo{Code::deleted, "MEMCACHED_DELETED", "deleted", ""},
    CodeInfo{Code::value, "MEMCACHED_VALUE", "a value follows", ""},
    CodeInfo{Code::stat, "MEMCACHED_STAT", "a statistic follows", ""},
    CodeInfo{Code::item, "MEMCACHED_ITEM", "an item follows", ""},
    CodeInfo{Code::system_error, "MEMCACHED_ERRNO", "a file can't be read or written", ""},
    CodeInfo{Code::fail_unix_socket, "MEMCACHED_FAIL_UNIX_SOCKET", "the unix socket can't be used",
             check_server},
    CodeInfo{Code::not_supported, "MEMCACHED_NOT_SUPPORTED",
             "the server does not support the request; in a dialplan, AGI can't carry the value",
             ""},
    CodeInfo{Code::no_key_provided, "MEMCACHED_NO_KEY_PROVIDED", "no key was given", ""},
    CodeInfo{Code::fetch_not_finished, "MEMCACHED_FETCH_NOTFINISHED",
             "an earlier answer was not read to its end", ""},
    CodeInfo{Code::timeout, "MEMCACHED_TIMEOUT", "no answer in time",
             "try again, raise --timeout, or check --protocol; see 'mcdctl help 31'"},
    CodeInfo{Code::buffered, "MEMCACHED_BUFFERED", "the request was buffered", ""},
    CodeInfo{Code::bad_key, "MEMCACHED_BAD_KEY_PROVIDED",
             "the key contains a byte that memcached keys can't have",
             "leave out spaces and control characters"},
    CodeInfo{Code::invalid_host_protocol, "MEMCACHED_INVALID_HOST_PROTOCOL",
             "the server can't be reached this way", ""},
    CodeInfo{Code::server_marked_dead, "MEMCACHED_SERVER_MARKED_DEAD", "the server is marked dead",
             check_server},
    CodeInfo{Code::unknown_stat_key, "MEMCACHED_UNKNOWN_STAT_KEY", "no such statistic", ""},
    CodeInfo{Code::too_big, "MEMCACHED_E2BIG", "the item is larger than the server accepts",
             "store less, or raise the server's -I"},
    CodeInfo{Code::invalid_arguments, "MEMCACHED_INVALID_ARGUMENTS",
             "an argument can't be used, such as a time to live that ends after 2038-01-19", ""},
    CodeInfo{Code::key_too_big, "MEMCACHED_KEY_TOO_BIG", "the key is longer than memcached accepts",
             ""},
    CodeInfo{Code::auth_problem, "MEMCACHED_AUTH_PROBLEM",
             "authentication could not be carried out", ""},
    CodeInfo{Code::auth_failure, "MEMCACHED_AUTH_FAILURE",
             "the server requires a user name and password, or rejected them",
             "check auth.user and auth.password in the settings"},
    CodeInfo{Code::auth_continue, "MEMCACHED_AUTH_CONTINUE", "authentication is not finished", ""},
    CodeInfo{Code::parse_error, "MEMCACHED_PARSE_ERROR", "the settings are invalid",
             "fix the settings; 'mcdctl config check' reads them again"},
    CodeInfo{Code::parse_user_error, "MEMCACHED_PARSE_USER_ERROR", "the input can't be parsed", ""},
    CodeInfo{Code::deprecated, "MEMCACHED_DEPRECATED", "no longer supported", ""},
    CodeInfo{Code::in_progress, "MEMCACHED_IN_PROGRESS",
             "the server is listing its items for another client", ""},
    CodeInfo{Code::server_temporarily_disabled, "MEMCACHED_SERVER_TEMPORARILY_DISABLED",
             "the server failed a moment ago and was not tried again", check_server},
    CodeInfo{Code::server_out_of_memory, "MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE",
             "the server is out of memory", "give it more (-m), or let it evict (no -M)"},
    CodeInfo{Code::binary_protocol_needed, "MEMCACHED_BINARY_PROTO_NEEDED",
             "only the binary protocol can do this", "use --protocol binary"},
    CodeInfo{Code::bad_increment, "MEMCACHED_BAD_INCREMENT",
             "the counter's increment or value is not an integer in range",
             "use a whole number below 2^64"},
    CodeInfo{
        Code::value_too_long, "MEMCACHED_VALUE_TOO_LONG",
        "the value is longer than the configured limit",
        "the limit is that of res_memcached; use --no-limits, or set limits.value (0: no limit)"},
    CodeInfo{Code::key_too_long, "MEMCACHED_KEY_TOO_LONG", "the key is longer than the limit",
             "use a shorter key or --no-limits, or raise limits.key"},
    CodeInfo{Code::argument_needed, "MEMCACHED_ARGUMENT_NEEDED", "an argument is missing or wrong",
             "see 'mcdctl --help'"},
};

char to_upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

}  // namespace

std::span<const CodeInfo> all_codes() {
  return table;
}

const CodeInfo& info_of(Code code) {
  const auto found = std::ranges::find(table, code, &CodeInfo::code);
  return found != table.end() ? *found : table[1];
}

std::string_view name_of(Code code) {
  return info_of(code).name;
}

int exit_status_of(Code code) {
  constexpr int usage_status = 64;
  return code == Code::argument_needed ? usage_status : number_of(code);
}

bool is_expected_outcome(Code code) {
  return code == Code::data_exists || code == Code::not_stored || code == Code::not_found;
}

std::string describe(const Error& error) {
  return describe(error, number_of(error.code));
}

std::string describe(const Error& error, int number, bool has_advice) {
  const CodeInfo& info = info_of(error.code);
  std::string line;
  const auto part = [&line](std::string_view text, std::string_view separator) {
    if (text.empty()) return;
    if (!line.empty()) line += separator;
    line += text;
  };
  part(error.attempt, "");
  part(error.where, line.empty() ? "" : " on ");
  part(error.reason.empty() ? info.sentence : std::string_view(error.reason), ": ");
  if (has_advice) {
    // A question ("did you mean ...?") ends a sentence.
    const bool is_after_question = line.ends_with('?');
    const std::size_t place = line.size() + 1;
    part(error.advice.empty() ? info.advice : error.advice, is_after_question ? " " : "; ");
    if (is_after_question && place < line.size()) line[place] = to_upper(line[place]);
  }
  line += " (";
  line += std::to_string(number);
  line += ' ';
  line += info.name;
  line += ')';
  return line;
}

void CombinedCode::add(Code code) {
  if (code == Code::success || code == code_) return;
  code_ = code_ == Code::success ? code : Code::some_errors;
}

}  // namespace mcd
