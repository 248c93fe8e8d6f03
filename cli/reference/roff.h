// Writes manual pages in man(7), so that groff and mandoc show them alike: what a reader may copy
// (commands, options, names of files and pages) keeps its bytes and is never broken in two.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/reference/reference.h"

namespace mcd::cli::roff {

// Text that is shown byte for byte, without a place to break it at a hyphen.
std::string literal(std::string_view text);
std::string bold(std::string_view text);    // literal()
std::string italic(std::string_view text);  // literal()

// Sentences, each on a line of its own, as roff likes them. Hyphens between words stay hyphens.
// Options, names of pages and what stands in single quotes with blanks ('mcdctl config show') are
// set in bold.
std::string prose(std::string_view text);

class Page {
 public:
  // `name` is that of the page, "mcdctl-get"; `purpose` goes beside it.
  Page(std::string name, int section, std::string_view purpose);

  Page& heading(std::string_view title);
  Page& subheading(std::string_view title);
  Page& paragraph(std::string_view text);
  Page& paragraphs(std::string_view text);  // and lists; see cli/command/prose.h
  // A term, already in roff, and what it means.
  Page& entry(std::string_view term, std::string_view meaning);
  Page& code(std::string_view lines);
  Page& line(std::string_view roff);
  // The last heading, with names of pages: "mcdctl(1)".
  Page& see_also(std::span<const std::string> pages);

  ReferenceFile file() const;

 private:
  std::string name_;
  int section_;
  std::string text_;
  bool is_after_heading_ = false;
};

}  // namespace mcd::cli::roff
