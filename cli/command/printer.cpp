#include "cli/command/printer.h"

namespace mcd::cli {

Status Printer::datum(std::string_view bytes) {
  const bool wants_newline = style_.newline || (out_.is_terminal() && !bytes.ends_with('\n'));
  if (!wants_newline) return out_.write(bytes);
  return line(bytes);
}

Status Printer::line(std::string_view line) {
  return out_.write(std::string(line) + "\n");
}

Status Printer::text(std::string_view text) {
  if (!style_.json) return raw(text);
  return object(JsonObject().bytes("output", text), Code::success);
}

Status Printer::object(JsonObject fields, Code code) {
  if (!style_.json) return Ok{};
  for (Printer* printer = this; printer != nullptr; printer = printer->parent_) {
    printer->has_objects_ = true;
  }
  if (style_.line != 0) fields.number("line", style_.line);
  fields.number("result", static_cast<std::uint64_t>(number_of(code))).bytes("name", name_of(code));
  return line(fields.line());
}

Status Printer::failure(JsonObject fields, const Error& error) {
  fields.bytes("error", describe(error));
  return object(std::move(fields), error.code);
}

}  // namespace mcd::cli
