// The columns of CSV and TSV.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mcd {

// What a field of CSV or TSV is. An expiry and an exptime are as memcached takes them:
// parse_exptime(). The first is the name that dump writes; what stands under other tools' names may
// be a date of any kind, and is ignored then.
enum class Column { key, value, ttl, flags, expiry, exptime, ignored };

// "key,value,-,ttl" -> their order; "-" is ignored. Fails with invalid_arguments: an unknown name,
// one that appears twice, no key, no value, more than Fields::most.
Result<std::vector<Column>> parse_columns(std::string_view text);
// The header of a dump in this form, without its newline: "key,value,expiry,flags". An expiry stays
// true as the file grows old; a ttl does not. No record looks so, since its expiry is not a number.
std::string table_header(char delimiter);
// Whether it is that, or the one that dump wrote before, which had a ttl.
bool is_table_header(std::string_view line, char delimiter);
// As --columns has them: "key,value,-", with "-" for what is ignored.
std::string join_columns(std::span<const Column> columns);
// By its name, in capitals or not; an expiry has those of other tools too.
std::optional<Column> column_named(std::string_view name);
// Why `columns` can't be used, if they can't; `names` are those they were given.
std::optional<std::string> find_column_problem(const std::vector<Column>& columns,
                                               std::span<const std::string_view> names = {});

}  // namespace mcd
