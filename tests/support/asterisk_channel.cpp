#include "tests/support/asterisk_channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace mcd::test {
namespace {

// The words of a command line: split at blanks, in quotes or not, with "\" in front of any byte.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  bool is_quoted = false;
  bool is_inside = false;
  for (std::size_t place = 0; place < line.size(); ++place) {
    char letter = line[place];
    if (letter == ' ' && !is_quoted) {
      is_inside = false;
      continue;
    }
    if (!is_inside) words.emplace_back();
    is_inside = true;
    if (letter == '"') {
      is_quoted = !is_quoted;
      continue;
    }
    if (letter == '\\' && place + 1 < line.size()) letter = line[++place];
    words.back() += letter;
  }
  return words;
}

}  // namespace

std::vector<std::string> parted_as_arguments(std::string_view text) {
  std::vector<std::string> parts(1);
  int open = 0;
  bool is_quoted = false;
  for (std::size_t place = 0; place < text.size(); ++place) {
    char letter = text[place];
    if (letter == ',' && open == 0 && !is_quoted) {
      parts.emplace_back();
      continue;
    }
    if (letter == '"') {
      is_quoted = !is_quoted;
      continue;
    }
    if (letter == '\\') {
      if (++place == text.size()) break;
      letter = text[place];
    } else if (letter == '(' || letter == '[') {
      ++open;
    } else if ((letter == ')' || letter == ']') && open > 0) {
      --open;
    }
    parts.back() += letter;
  }
  return parts;
}

AsteriskChannel::AsteriskChannel(std::string data, std::string version)
    : variables{{"MCDRESULT", "stale"}, {"VAR", "stale"}},
      data_(std::move(data)),
      version_(std::move(version)) {}

std::string AsteriskChannel::operator[](const std::string& name) const {
  const auto found = variables.find(name);
  return found == variables.end() ? "(unset)" : found->second;
}

std::string AsteriskChannel::header() const {
  const std::vector<std::string> parts = parted_as_arguments(data_);
  std::string text;
  if (is_fastagi()) {
    text += "agi_network: yes\n";
    const std::size_t slash = parts[0].find('/', std::string_view("agi://").size());
    if (slash != std::string::npos) {
      text += "agi_network_script: " + parts[0].substr(slash + 1) + "\n";
    }
  }
  text +=
      "agi_request: " + parts[0] + "\nagi_channel: Local/1@test-00000001;2\n" +
      "agi_language: en\nagi_type: Local\nagi_uniqueid: 1700000000.1\nagi_version: " + version_ +
      "\nagi_callerid: 123\nagi_calleridname: unknown\nagi_callingpres: 0\n" +
      "agi_callingani2: 0\nagi_callington: 0\nagi_callingtns: 0\nagi_dnid: unknown\n" +
      "agi_rdnis: unknown\nagi_context: test\nagi_extension: s\nagi_priority: 1\n" +
      "agi_enhanced: 0.0\nagi_accountcode: \nagi_threadid: 140000000000000\n";
  for (std::size_t number = 1; number < parts.size(); ++number) {
    text += "agi_arg_" + std::to_string(number) + ": " + parts[number] + "\n";
  }
  return text + "\n";
}

std::vector<std::string> AsteriskChannel::arguments() const {
  std::vector<std::string> parts = parted_as_arguments(data_);
  parts.erase(parts.begin());
  return parts;
}

std::string AsteriskChannel::reply_to(std::string_view line) {
  const std::size_t longest = version_.starts_with("22") ? 8191 : 2047;
  if (line.size() + 1 > longest) {
    was_line_cut = true;
    line = line.substr(0, longest);
  }
  constexpr std::string_view get = "GET FULL VARIABLE ";
  if (line.starts_with(get)) return "200 result=1 (" + substituted(line.substr(get.size())) + ")";
  const std::vector<std::string> words = words_of(line);
  if (words.size() < 2 || words[0] != "SET" || words[1] != "VARIABLE") {
    return "510 Invalid or unknown command";
  }
  if (words.size() != 4) {
    return "520-Invalid command syntax.  Proper usage follows:\nUsage: SET VARIABLE\n520 End of "
           "proper usage.";
  }
  set(words[2], words[3]);
  return "200 result=1";
}

void AsteriskChannel::set(const std::string& name, const std::string& value) {
  constexpr std::string_view array = "ARRAY(";
  if (!name.starts_with(array)) {
    variables[name.substr(std::min(name.find_first_not_of('_'), name.size()))] = value;
    return;
  }
  if (!has("ARRAY")) return;
  const std::vector<std::string> names = parted_as_arguments(
      std::string_view(name).substr(array.size(), name.size() - array.size() - 1));
  const std::vector<std::string> values = parted_as_arguments(value);
  for (std::size_t index = 0; index < std::min(names.size(), values.size()); ++index) {
    set(names[index], values[index]);
  }
}

bool AsteriskChannel::has(std::string_view function) const {
  if (function == "ARRAY") function = "LEN";  // they are in one module
  return std::ranges::find(missing_functions, function) == missing_functions.end();
}

std::string AsteriskChannel::value_of(const std::string& expression) const {
  constexpr std::size_t longest = 4095;
  if (expression == "CHANNEL(appdata)") return has("CHANNEL") ? data_.substr(0, longest) : "";
  if (expression == "LEN(x)") return has("LEN") ? "1" : "";
  const std::size_t colon = expression.find(':');
  const auto found = variables.find(expression.substr(0, colon));
  if (found == variables.end()) return "";
  if (colon == std::string::npos) return found->second;
  const std::size_t second = expression.find(':', colon + 1);
  return found->second.substr(
      std::min<std::size_t>(std::strtoul(expression.c_str() + colon + 1, nullptr, 10),
                            found->second.size()),
      std::strtoul(expression.c_str() + second + 1, nullptr, 10));
}

std::string AsteriskChannel::substituted(std::string_view text) const {
  std::string result;
  while (true) {
    const std::size_t start = text.find("${");
    result += text.substr(0, start);
    if (start == std::string_view::npos) return result;
    const std::size_t end = text.find('}', start);
    result += value_of(std::string(text.substr(start + 2, end - start - 2)));
    text.remove_prefix(end + 1);
  }
}

bool AgiTalk::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    pollfd entry{to_, POLLOUT, 0};
    ::poll(&entry, 1, 10'000);
    ssize_t count = ::send(to_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    // Of a pipe, the program at the other end reads as long as it lives.
    if (count < 0 && errno == ENOTSOCK) count = ::write(to_, bytes.data(), bytes.size());
    if (count < 0 && errno != EAGAIN) return false;
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::optional<std::string> AgiTalk::read_line(std::chrono::milliseconds timeout) {
  const Clock::time_point deadline = Clock::now() + timeout;
  while (true) {
    const std::size_t end = received_.find('\n');
    if (end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    pollfd entry{from_, POLLIN, 0};
    if (has_ended_ || ::poll(&entry, 1, milliseconds_until(deadline)) == 0) return std::nullopt;
    char block[16384];
    const ssize_t count = ::read(from_, block, sizeof block);
    if (count > 0) received_.append(block, static_cast<std::size_t>(count));
    has_ended_ = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
  }
}

bool AgiTalk::answer_to_the_end(std::chrono::milliseconds timeout) {
  const Clock::time_point deadline = Clock::now() + timeout;
  while (const auto line = read_line(std::chrono::milliseconds(milliseconds_until(deadline)))) {
    if (!send(channel_.reply_to(*line) + "\n")) return true;
  }
  return has_ended_;
}

bool call_fastagi(AsteriskChannel& channel, const std::string& address,
                  std::chrono::milliseconds timeout) {
  const FileDescriptor socket = try_connect(address, timeout);
  if (!socket.is_open()) return false;
  AgiTalk talk(channel, socket.get(), socket.get());
  return talk.send(channel.header()) && talk.answer_to_the_end(timeout);
}

}  // namespace mcd::test
