#include "cli/service/service_log.h"

#include <algorithm>
#include <climits>
#include <ctime>

#include "core/base/json.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// The name of the field that makes up a whole sentence.
constexpr std::string_view message = "message";
constexpr std::string_view cut = "...";

std::string_view name_of(ServiceLog::Level level) {
  switch (level) {
    case ServiceLog::Level::error: return "error";
    case ServiceLog::Level::warning: return "warning";
    case ServiceLog::Level::notice: return "notice";
    default: return "info";
  }
}

// RFC 3339, with milliseconds: "2026-11-28T06:40:00.123Z".
std::string time_now() {
  std::timespec now{};
  std::timespec_get(&now, TIME_UTC);
  std::tm parts{};
  ::gmtime_r(&now.tv_sec, &parts);
  char text[sizeof "2026-11-28T06:40:00."];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &parts);
  constexpr long in_millisecond = 1'000'000;
  const std::string fraction = std::to_string(now.tv_nsec / in_millisecond + 1000).substr(1);
  return text + fraction + "Z";
}

std::string text_of(const std::vector<LogField>& fields) {
  std::string line;
  for (const LogField& field : fields) {
    const auto* const text = std::get_if<std::string>(&field.value);
    if (text != nullptr && field.name == message) return *text;
    if (!line.empty()) line += ' ';
    line.append(field.name).append("=");
    line += text != nullptr ? in_quotes(*text) : std::to_string(std::get<0>(field.value));
  }
  return line;
}

std::string json_of(ServiceLog::Level level, const std::vector<LogField>& fields) {
  JsonObject object;
  object.bytes("time", time_now()).bytes("level", name_of(level));
  for (const LogField& field : fields) {
    if (const auto* const text = std::get_if<std::string>(&field.value)) {
      object.bytes(field.name, *text);
    } else {
      object.number(field.name, std::get<0>(field.value));
    }
  }
  return object.line();
}

std::size_t length_of(const LogField& field) {
  const auto* const text = std::get_if<std::string>(&field.value);
  return text != nullptr ? text->size() : 0;
}

// Halves the longest text, at the border of a character.
void shorten(std::vector<LogField>& fields) {
  const auto longest = std::ranges::max_element(fields, {}, length_of);
  auto& text = std::get<std::string>(longest->value);
  if (text.ends_with(cut)) text.resize(text.size() - cut.size());
  text.replace(utf8_cut(text, text.size() / 2), std::string::npos, cut);
}

}  // namespace

// A longer line than PIPE_BUF would wait for the reader of a pipe that has room for a part of it.
std::string ServiceLog::line_of(Level level, const std::vector<LogField>& fields) const {
  const std::string start =
      form_.is_journal ? "<" + std::to_string(static_cast<int>(level)) + ">" : "";
  if (form_.is_json) {
    std::vector<LogField> shortened = fields;
    std::string line = start + json_of(level, shortened);
    for (; line.size() >= PIPE_BUF; line = start + json_of(level, shortened)) shorten(shortened);
    return line;
  }
  std::string line = (form_.is_journal ? start : "mcdctl: ") + text_of(fields);
  if (line.size() >= PIPE_BUF) line.replace(PIPE_BUF - 1 - cut.size(), std::string::npos, cut);
  return line;
}

bool ServiceLog::put(Level level, const std::vector<LogField>& fields) {
  return out_.takes_now() && out_.write(line_of(level, fields) + "\n");
}

void ServiceLog::write(Level level, std::string_view sentence) {
  write(level, {{message, std::string(sentence)}});
}

void ServiceLog::write(Level level, const std::vector<LogField>& fields) {
  if (level == Level::info && form_.is_quiet) return;
  if (lost_ > 0) {
    const std::string lost = counted(lost_, "log line was lost", "log lines were lost");
    if (put(Level::warning, {{message, lost}})) lost_ = 0;
  }
  if (!put(level, fields)) ++lost_;
}

void ServiceLog::write_seldom(std::string_view kind, std::string line, Clock::time_point now) {
  Seldom& seldom = seldom_[kind];
  if (now < seldom.next) {
    ++seldom.not_written;
    return;
  }
  seldom.next = now + std::chrono::seconds(1);
  if (seldom.not_written > 0) {
    line += " (and " + std::to_string(seldom.not_written) + " like it)";
    seldom.not_written = 0;
  }
  write(Level::warning, line);
}

}  // namespace mcd::cli
