#include "cli/bulk/exclusions.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "cli/terminal/words.h"
#include "core/base/glob.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// What a key with as many slashes begins with, up to the last of them; empty where it has fewer.
std::string_view folder_of(std::string_view key, std::ptrdiff_t slashes) {
  std::size_t end = 0;
  for (; slashes > 0; --slashes) {
    end = key.find('/', end);
    if (end++ == std::string_view::npos) return {};
  }
  return key.substr(0, end);
}

// What a key begins with up to the end of such a folder in another one: "t/config/" of "t/config/1"
// for "/config/"; empty where there is none.
std::string_view longer_folder(std::string_view key, std::string_view slashed_folder) {
  const std::size_t place = key.find(slashed_folder);
  return place == std::string_view::npos ? std::string_view()
                                         : key.substr(0, place + slashed_folder.size());
}

std::string digits_of(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits),
                       [](char letter) { return letter >= '0' && letter <= '9'; });
  return digits;
}

// Numbers are not misspelt: tenant3/ and tenant4/ are two.
bool is_misspelt(std::string_view written, std::string_view meant) {
  return digits_of(written) == digits_of(meant) && nearest(written, {&meant, 1});
}

std::string sentence_of(std::string_view glob, std::uint64_t keys, const std::string& folder,
                        const std::string& better) {
  return "--exclude " + quote(glob) + " matches no key, but " +
         counted(keys, "key begins", "keys begin") + " with " + quote(folder) + ": try " +
         shell_word(better);
}

}  // namespace

Exclusions::Exclusions(const KeyFilter& filter) : filter_(filter) {
  for (const std::string& glob : filter.excluded()) {
    std::string folder = has_wildcard(glob) ? "" : literal_head(glob);
    if (!folder.empty() && !folder.ends_with('/')) folder += '/';
    std::string parent = literal_head(glob);
    parent.resize(parent.rfind('/') + 1);
    const bool is_plain = glob.starts_with(parent);  // without backslashes
    patterns_.push_back(
        {.glob = glob,
         .folder = std::move(folder),
         .slashed_parent = is_plain && !parent.empty() ? "/" + parent : std::string()});
  }
}

void Exclusions::note(const KeyFilter::Judgement& item) {
  if (!item.is_under_prefix) return;
  const bool is_wanted = !filter_.has_misplaced_only() || item.is_misplaced;
  spared_ += item.is_chosen && item.is_excluded && is_wanted ? 1 : 0;
  for (Pattern& pattern : patterns_) {
    if (pattern.is_used) continue;
    if (item.is_excluded) {
      pattern.is_used = matches_glob(pattern.glob, item.bare_key);
    } else if (item.is_wanted) {
      const bool is_inside = !pattern.folder.empty() && item.bare_key.starts_with(pattern.folder);
      pattern.inside += is_inside ? 1 : 0;
      if (!pattern.slashed_parent.empty()) note_parent(pattern, item.bare_key);
    }
  }
}

std::string_view Exclusions::Pattern::parent() const {
  return std::string_view(slashed_parent).substr(slashed_parent.empty() ? 0 : 1);
}

void Exclusions::note_parent(Pattern& pattern, std::string_view key) {
  const std::string_view parent = pattern.parent();
  const std::string_view folder = folder_of(key, std::ranges::count(parent, '/'));
  if (folder == parent) pattern.has_parent = true;
  if (pattern.near.empty() && !folder.empty() && folder != pattern.other) {
    pattern.other = folder;
    if (is_misspelt(parent, folder)) pattern.near = folder;
  }
  if (pattern.near.empty()) pattern.near = longer_folder(key, pattern.slashed_parent);
  pattern.nearby += !pattern.near.empty() && key.starts_with(pattern.near) ? 1 : 0;
}

std::vector<std::string> Exclusions::mistakes() const {
  std::vector<std::string> sentences;
  for (const Pattern& pattern : patterns_) {
    if (!pattern.is_mistake()) continue;
    if (pattern.inside > 0) {
      const std::string slash = pattern.glob.ends_with('/') ? "" : "/";
      sentences.push_back(sentence_of(pattern.glob, pattern.inside, pattern.folder,
                                      std::string(pattern.glob) + slash + "*"));
    } else {
      const std::string_view rest = pattern.glob.substr(pattern.parent().size());
      sentences.push_back(sentence_of(pattern.glob, pattern.nearby, pattern.near,
                                      escape_glob(pattern.near).append(rest)));
    }
  }
  return sentences;
}

void Exclusions::report(Context& context, bool are_deleted) const {
  for (const std::string& sentence : mistakes()) context.warn(sentence);
  if (!are_deleted && !context.talks_of_misses()) return;
  for (const Pattern& pattern : patterns_) {
    if (pattern.is_used || pattern.is_mistake()) continue;  // which was said
    context.note("no key matches --exclude " + quote(pattern.glob));
  }
}

}  // namespace mcd::cli
