#include "cli/bulk/exclusions.h"

#include <utility>

#include "cli/terminal/words.h"
#include "core/base/glob.h"
#include "core/base/text.h"

namespace mcd::cli {

Exclusions::Exclusions(const KeyFilter& filter) : filter_(filter) {
  for (const std::string& glob : filter.excluded()) {
    std::string folder = has_wildcard(glob) ? "" : literal_head(glob);
    if (!folder.empty() && !folder.ends_with('/')) folder += '/';
    patterns_.push_back({.glob = glob, .folder = std::move(folder)});
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
    } else if (item.is_wanted && !pattern.folder.empty()) {
      pattern.inside += item.bare_key.starts_with(pattern.folder) ? 1 : 0;
    }
  }
}

std::vector<std::string> Exclusions::mistakes() const {
  std::vector<std::string> sentences;
  for (const Pattern& pattern : patterns_) {
    if (pattern.is_used || pattern.inside == 0) continue;
    const std::string slash = pattern.glob.ends_with('/') ? "" : "/";
    sentences.push_back("--exclude " + quote(pattern.glob) + " matches no key, but " +
                        counted(pattern.inside, "key begins", "keys begin") + " with " +
                        quote(pattern.folder) + ": try " +
                        shell_word(std::string(pattern.glob) + slash + "*"));
  }
  return sentences;
}

void Exclusions::report(Context& context) const {
  for (const std::string& sentence : mistakes()) context.warn(sentence);
  if (!context.talks_of_misses()) return;
  for (const Pattern& pattern : patterns_) {
    if (pattern.is_used || pattern.inside > 0) continue;
    context.note("no key matches --exclude " + quote(pattern.glob));
  }
}

}  // namespace mcd::cli
