#include "cli/bulk/exclusions.h"

#include "core/base/glob.h"
#include "core/base/text.h"

namespace mcd::cli {

Exclusions::Exclusions(const KeyFilter& filter) : filter_(filter) {
  for (const std::string& glob : filter.excluded()) {
    patterns_.push_back({.glob = glob, .is_literal = !has_wildcard(glob)});
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
      continue;
    }
    const std::string head = literal_head(pattern.glob);
    if (!pattern.is_literal || !item.is_wanted || !item.bare_key.starts_with(head)) continue;
    ++pattern.begin_so;
    pattern.is_folder = pattern.is_folder && item.bare_key[head.size()] == '/';
  }
}

std::vector<std::string> Exclusions::mistakes() const {
  std::vector<std::string> sentences;
  for (const Pattern& pattern : patterns_) {
    if (pattern.is_used || pattern.begin_so == 0) continue;
    const std::string wider = std::string(pattern.glob) + (pattern.is_folder ? "/*" : "*");
    sentences.push_back("--exclude " + quote(pattern.glob) + " matches no key, but " +
                        counted(pattern.begin_so, "key begins", "keys begin") + " like that: try " +
                        quote(wider));
  }
  return sentences;
}

void Exclusions::report(Context& context) const {
  for (const std::string& sentence : mistakes()) context.warn(sentence);
  if (!context.talks_of_misses()) return;
  for (const Pattern& pattern : patterns_) {
    if (pattern.is_used || pattern.begin_so > 0) continue;
    context.note("no key matches --exclude " + quote(pattern.glob));
  }
}

}  // namespace mcd::cli
