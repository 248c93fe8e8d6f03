#include "core/formats/record_lines.h"

#include "core/base/text.h"

namespace mcd {

std::size_t count_line_ends(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t place = 0; (place = text.find('\n', place)) != std::string_view::npos; ++place) {
    ++count;
  }
  return count;
}

std::pair<std::size_t, std::size_t> line_and_column(std::string_view text, std::size_t first_line,
                                                    std::size_t byte) {
  const std::string_view before = text.substr(0, byte - 1);
  const std::size_t last_end = before.rfind('\n');
  return {first_line + count_line_ends(before),
          last_end == std::string_view::npos ? byte : byte - last_end - 1};
}

std::size_t byte_not_utf8(std::string_view text) {
  const std::size_t length = utf8_prefix_length(text);
  return length == text.size() ? 0 : length + 1;
}

std::string lines_taken(std::string_view record, std::size_t first_line) {
  if (record.ends_with('\n')) record.remove_suffix(1);
  const std::size_t more = count_line_ends(record);
  if (more == 0) return "";
  return ", and lines " + std::to_string(first_line) + " to " + std::to_string(first_line + more) +
         " are taken for one record";
}

}  // namespace mcd
