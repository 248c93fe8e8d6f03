// What --exclude left out, and the patterns that left out nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/bulk/scanning.h"
#include "cli/command/context.h"

namespace mcd::cli {

// Looks at the keys that go by.
class Exclusions {
 public:
  // `filter` must outlive it.
  explicit Exclusions(const KeyFilter& filter);

  // Each item that is listed.
  void note(const KeyFilter::Judgement& item);

  // The items that are left out, and would not be without --exclude.
  std::uint64_t spared() const { return spared_; }
  // What can't have been meant: "--exclude "a/config" matches no key, but 7 keys begin like that:
  // try "a/config/*"". Without it, they are among what is listed, dumped or deleted.
  std::vector<std::string> mistakes() const;
  // Warns of them, and notes on a terminal or with -v the other patterns that match nothing.
  void report(Context& context) const;

 private:
  struct Pattern {
    std::string_view glob;
    bool is_literal;
    bool is_used = false;
    std::uint64_t begin_so = 0;  // keys that are not left out
    bool is_folder = true;       // a slash follows in all of them
  };

  const KeyFilter& filter_;
  std::vector<Pattern> patterns_{};
  std::uint64_t spared_ = 0;
};

}  // namespace mcd::cli
