// What the fields of a line of CSV or TSV say.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/formats/columns.h"
#include "core/formats/record.h"

namespace mcd {

// Why fields are not a record.
struct FieldProblem {
  Code code = Code::invalid_arguments;
  std::string reason = {};
  std::string advice = {};
  // Which field is wrong, from 0; the count of fields where the next one is missing.
  std::size_t index = 0;
};

// Puts each field where its column belongs, into `record`; at least `fewest` have to be there.
// Wrong in number is parse_user_error, with no advice. Pure.
std::optional<FieldProblem> fill_record(const Fields& fields, const std::vector<Column>& columns,
                                        std::size_t fewest, Record& record);

// Where the field at `index`, from 0, begins in its line, or the line ends where it has no such
// field: a byte from 1, after an opening quote. `has_quotes` is of CSV. Pure.
std::size_t byte_of_field(std::string_view line, std::size_t index, char delimiter,
                          bool has_quotes);

}  // namespace mcd
