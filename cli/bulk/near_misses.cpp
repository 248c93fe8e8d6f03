#include "cli/bulk/near_misses.h"

#include <algorithm>
#include <utility>

#include "core/base/glob.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

void make_lower(std::string& text, std::string_view bytes) {
  text.assign(bytes);
  for (char& byte : text) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
}

std::size_t common_length(std::string_view left, std::string_view right) {
  const auto [end, other] = std::ranges::mismatch(left, right);
  return static_cast<std::size_t>(end - left.begin());
}

// "1 key begins" or "3 keys begin"
std::string keys_that(std::uint64_t count, const std::string& verb) {
  return counted(count, "key " + verb + (verb.ends_with("match") ? "es" : "s"), "keys " + verb);
}

}  // namespace

NearMisses::NearMisses(const KeyFilter& filter, bool is_wanted)
    : filter_(filter), glob_(filter.glob()), looks_(is_wanted) {
  if (!glob_) return;
  head_ = literal_head(*glob_);
  is_literal_ = !has_wildcard(*glob_);
  make_lower(lower_glob_, *glob_);
  if (!filter.prefix().empty() && glob_->starts_with(filter.prefix())) {
    without_prefix_ = glob_->substr(filter.prefix().size());
  }
}

void NearMisses::note(const KeyFilter::Judgement& item) {
  looks_ = looks_ && !item.key;
  if (!looks_) return;
  if (!item.is_under_prefix) {
    ++foreign_;
  } else if (item.is_excluded) {
    ++excluded_;
    if (item.is_chosen) ++match_but_excluded_;
  } else {
    note_bare_key(item.bare_key);
  }
}

void NearMisses::note_bare_key(std::string_view key) {
  ++keys_;
  if (without_prefix_ && matches_glob(*without_prefix_, key)) ++match_without_prefix_;
  make_lower(lower_key_, key);
  if (matches_glob(lower_glob_, lower_key_)) {
    if (match_in_other_case_++ == 0) in_other_case_ = key;
  }
  const std::size_t length = common_length(head_, key);
  if (length > longest_ || keys_ == 1) {
    longest_ = length;
    begin_so_ = 0;
    example_ = key;
  }
  begin_so_ += length == longest_ ? 1 : 0;
}

std::optional<std::string> NearMisses::sentence() const {
  if (!looks_) return std::nullopt;
  if (match_but_excluded_ > 0) return all_are_excluded();
  if (keys_ > 0) return "no key matches " + quote(*glob_) + "; " + hint();
  if (excluded_ > 0) return "no key matches " + quote(*glob_);
  if (filter_.prefix().empty()) return "there are no keys";
  std::string sentence = "there are no keys under the prefix " + quote(filter_.prefix());
  if (foreign_ > 0) {
    sentence += ", and " + counted(foreign_, "other key", "others");
    sentence += "; 'mcdctl keys --all-prefixes' lists all";
  }
  return sentence;
}

std::string NearMisses::all_are_excluded() const {
  std::string sentence = "--exclude leaves out ";
  sentence +=
      match_but_excluded_ == 1 ? "the only key" : "all " + counted(match_but_excluded_, "key");
  if (!glob_) return sentence;
  return sentence + noun_for(match_but_excluded_, " that matches ", " that match ") + quote(*glob_);
}

std::string NearMisses::hint() const {
  if (match_without_prefix_ > 0) {
    return "the prefix " + quote(filter_.prefix()) +
           " is put in front of it: " + keys_that(match_without_prefix_, "match") + " " +
           quote(*without_prefix_);
  }
  const bool is_beginning = is_literal_ && longest_ == head_.size() && !head_.empty();
  if (is_beginning) {
    return keys_that(begin_so_, "begin") + " with it: try " + quote(*glob_ + "*");
  }
  if (match_in_other_case_ > 0) {
    return keys_that(match_in_other_case_, "match") + " in another case, such as " +
           quote(in_other_case_);
  }
  // Half of a character can not be shown as a beginning.
  const std::string_view common = std::string_view(head_).substr(0, utf8_cut(head_, longest_));
  if (common.empty()) return "there are others, such as " + quote(example_);
  return keys_that(begin_so_, "begin") + " with " + quote(common) + ", such as " + quote(example_);
}

void report_near_misses(Context& context, const NearMisses& misses) {
  if (const auto sentence = misses.sentence()) context.say(*sentence);
}

}  // namespace mcd::cli
