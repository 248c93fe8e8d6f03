#include "cli/bulk/key_columns.h"

#include <algorithm>
#include <string_view>

#include "cli/terminal/human.h"
#include "cli/terminal/width.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view gap = "  ";
constexpr std::string_view server_title = "SERVER";
constexpr std::size_t size_width = std::string_view("1023.9 KiB").size();
constexpr std::size_t expires_width = std::string_view("in 23h 59m").size();
constexpr std::size_t used_width = std::string_view("23h 59m ago").size();
// What is ten days away has a date: longer spans are hard to count with, and would need room.
constexpr std::int64_t longest_span = 864'000;  // seconds

void append_right(std::string& line, std::string_view text, std::size_t width) {
  line.append(padding(text, width)).append(text).append(gap);
}

void append_left(std::string& line, std::string_view text, std::size_t width) {
  line.append(text).append(padding(text, width)).append(gap);
}

std::string local_date(std::int64_t time) {
  const std::string text = local_time(time);
  return text.substr(0, text.find(' '));
}

}  // namespace

KeyColumns::KeyColumns(std::span<const std::string> servers, std::int64_t now)
    : now_(now), server_width_(server_title.size()) {
  for (const std::string& server : servers) {
    servers_.push_back(escape(server));
    server_width_ = std::max(server_width_, display_width(servers_.back()));
  }
}

void KeyColumns::append_titles(std::string& line) const {
  append_right(line, "SIZE", size_width);
  append_left(line, "EXPIRES", expires_width);
  append_left(line, "LAST USED", used_width);
  append_left(line, server_title, server_width_);
  line.append("KEY\n");
}

void KeyColumns::append(std::string& line, std::size_t server, const ListedItem& item) const {
  append_right(line, human_bytes(item.size), size_width);
  append_left(line, expires(item.expiry), expires_width);
  append_left(line, used(item.last_access), used_width);
  append_left(line, servers_[server], server_width_);
}

std::string KeyColumns::expires(std::int64_t time) const {
  if (time == 0) return "never";
  if (time <= now_) return "expired";
  const std::int64_t left = time - now_;
  if (left >= longest_span) return local_date(time);
  return "in " + human_duration(static_cast<std::uint64_t>(left));
}

std::string KeyColumns::used(std::int64_t time) const {
  if (time >= now_) return "just now";
  const std::int64_t past = now_ - time;
  if (past >= longest_span) return local_date(time);
  return human_duration(static_cast<std::uint64_t>(past)) + " ago";
}

}  // namespace mcd::cli
