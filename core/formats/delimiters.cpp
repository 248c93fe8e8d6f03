#include "core/formats/delimiters.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/text.h"
#include "core/formats/columns.h"
#include "core/formats/csv.h"
#include "core/formats/table_header.h"

namespace mcd {
namespace {

// What other tools write.
constexpr std::array<char, 4> delimiters = {',', ';', '\t', '|'};

bool is_quoted(std::string_view field, std::string_view text) {
  const auto place = static_cast<std::size_t>(field.data() - text.data());
  return place > 0 && place <= text.size() && text[place - 1] == '"';
}

// What one record after the other shows for `other`.
class Witness {
 public:
  Witness(char other, std::size_t key_column) : key_column_(key_column) {
    other_.delimiter = other;
  }

  // Looks at the record that `text` begins with: `more` where it is not all there.
  Found look(std::string_view text, bool is_whole) {
    const Found with_commas = csv::parse(text, is_whole, commas_);
    Found with_other = csv::parse(text, is_whole, other_);
    if (with_commas.kind == Found::Kind::more) return {};
    supports_ = with_other.kind == Found::Kind::record && other_.count > 1;
    in_key_.reset();
    if (with_commas.kind == Found::Kind::record) {
      supports_ = supports_ && with_commas.size == with_other.size && look_at_key(text);
    }
    return with_other;
  }

  // Whether it can be meant so.
  bool supports() const { return supports_; }
  // It has neither, and is wrong either way.
  bool is_mute() const { return commas_.count == 1 && other_.count == 1; }
  std::size_t fields() const { return other_.count; }
  // How often its key has it; nothing where commas give no key.
  std::optional<std::size_t> in_key() const { return in_key_; }

 private:
  bool look_at_key(std::string_view text) {
    const std::string_view key =
        key_column_ < commas_.kept.size() ? commas_.kept[key_column_] : std::string_view();
    in_key_ = static_cast<std::size_t>(std::ranges::count(key, other_.delimiter));
    return *in_key_ > 0 && !is_quoted(key, text);
  }

  Fields commas_{};
  Fields other_{};
  std::size_t key_column_;
  bool supports_ = false;
  std::optional<std::size_t> in_key_{};
};

DelimiterVerdict judge_one(std::string_view start, bool is_whole, char other,
                           std::size_t key_column) {
  constexpr std::size_t enough = 10;  // lines
  Witness witness(other, key_column);
  std::size_t lines = 0;
  std::size_t mute = 0;
  bool same_fields = true;
  bool same_in_key = true;
  std::optional<std::size_t> fields;
  std::optional<std::size_t> in_key;
  while (lines + mute < enough) {
    const Found found = witness.look(start, is_whole);
    if (found.kind == Found::Kind::more) break;
    start.remove_prefix(found.size);
    if (found.kind == Found::Kind::blank) continue;
    if (witness.is_mute()) {
      ++mute;
      continue;
    }
    if (!witness.supports()) return {};
    same_fields = same_fields && fields.value_or(witness.fields()) == witness.fields();
    same_in_key = same_in_key && witness.in_key() && (!in_key || in_key == witness.in_key());
    if (!same_fields && !same_in_key) return {};
    fields = witness.fields();
    in_key = witness.in_key();
    ++lines;
  }
  const bool is_decided = is_whole || lines + mute == enough;
  if (lines == 0) return {.is_decided = is_decided};
  return {.is_decided = is_decided, .other = other, .lines = lines};
}

// The first other delimiter for which `suits` holds, of the fields that `line` has with it.
template <typename Suits>
std::optional<char> find_delimiter(std::string_view line, char delimiter, const Suits& suits) {
  for (const char other : delimiters) {
    Fields fields;
    fields.delimiter = other;
    const bool is_other = other != delimiter;
    if (is_other && csv::parse(line, true, fields).kind == Found::Kind::record && suits(fields)) {
      return other;
    }
  }
  return std::nullopt;
}

}  // namespace

DelimiterVerdict judge_delimiter(std::string_view start, bool is_whole, std::size_t key_column) {
  for (const char other : delimiters) {
    if (other == ',') continue;
    const DelimiterVerdict verdict = judge_one(start, is_whole, other, key_column);
    if (!verdict.is_decided || verdict.other) return verdict;
  }
  return {};
}

Error error_of(const DelimiterVerdict& verdict) {
  const char other = verdict.other.value_or(',');
  const std::string name = other == '\t' ? "tabs" : std::string("\"") + other + "\"";
  const std::string lines = verdict.lines == 1
                                ? "its first line looks"
                                : "its first " + counted(verdict.lines, "line") + " look";
  return {.code = Code::parse_user_error,
          .attempt = "read the file",
          .reason = lines + " separated by " + name + ", not by commas",
          .advice = "use " + option_for_delimiter(other, RecordFormat::csv) + ", or " +
                    option_for_delimiter(',', RecordFormat::csv) + " if such keys are meant"};
}

std::optional<char> fitting_delimiter(std::string_view line, char delimiter, std::size_t fewest,
                                      std::size_t most) {
  return find_delimiter(line, delimiter, [fewest, most](const Fields& fields) {
    return fields.count > 1 && fields.count >= fewest && fields.count <= most;
  });
}

std::optional<char> delimiter_of_header(std::string_view line, char delimiter) {
  return find_delimiter(line, delimiter, [](const Fields& fields) {
    return !find_column_problem(named_columns(fields));
  });
}

std::optional<char> delimiter_of_sure_header(std::string_view line) {
  return find_delimiter(line, '\0', is_header);
}

std::string option_for_delimiter(char delimiter, RecordFormat format) {
  if (delimiter == '\t' && format == RecordFormat::tsv) return "--format tsv";
  const std::string text = delimiter == '\t' ? "\\t" : std::string(1, delimiter);
  const std::string option = delimiter == ',' ? "--delimiter ," : "--delimiter '" + text + "'";
  if (format == RecordFormat::csv) return option;
  return delimiter == ',' ? "--format csv" : "--format csv " + option;
}

}  // namespace mcd
