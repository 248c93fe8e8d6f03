// Data on standard output, as text or as JSON. Commands say what there is; this says how.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/terminal/streams.h"
#include "core/base/json.h"
#include "core/items/item.h"
#include "core/items/key.h"

namespace mcd::cli {

class Printer {
 public:
  struct Style {
    bool json = false;
    bool newline = false;  // -N
    std::size_t line = 0;  // of a batch: stands in each object; 0 outside of one
  };

  Printer(Output& out, Style style) : out_(out), style_(style) {}

  // The same, but to another place. This one must outlive it, and knows of its objects.
  Printer to(Output& out) {
    Printer other(out, style_);
    other.parent_ = this;
    return other;
  }

  bool is_json() const { return style_.json; }
  // Where the output is data that no object may stand among.
  void leave_json() { style_.json = false; }
  bool is_terminal() const { return out_.is_terminal(); }
  std::size_t columns() const { return out_.columns(); }
  // Whether an object was printed already.
  bool has_objects() const { return has_objects_; }

  // One datum alone, byte for byte: a newline follows only with -N, or on a terminal where the
  // datum does not end in one.
  Status datum(std::string_view bytes);
  // One line of a listing; `line` holds no newline.
  Status line(std::string_view line);
  // Text for people, with its own newlines; in JSON an object of it.
  Status text(std::string_view text);
  // Text that brings its own newlines, in JSON, too.
  Status raw(std::string_view text) { return out_.write(text); }
  // In JSON, one object a line: `fields` and the result. In text, nothing.
  Status object(JsonObject fields, Code code);
  // The same for a failure, with its message.
  Status failure(JsonObject fields, const Error& error);

 private:
  Output& out_;
  Style style_;
  Printer* parent_ = nullptr;
  bool has_objects_ = false;
};

}  // namespace mcd::cli
