// The file that restore reads.
#pragma once

#include <string>
#include <string_view>

#include "cli/bulk/input_file.h"
#include "core/base/input.h"
#include "core/formats/record_reader.h"

namespace mcd::cli {

// How a dump is read: its lines may be as long as memcached's largest value.
RecordOptions dump_reading();

// `source`, which ends at once where its first block can't be the beginning of a dump: what is none
// may have lines of any length.
Source dump_source(Source source);

// What is wrong with a dump whose last line says that it lacks something.
Error incomplete_dump();

// `problem` of the dump in the file `name`, with its place; of the whole file where that is none.
Error place_in_dump(Error problem, std::string_view name, RecordReader::Place place);

// Opens `path` ("-" for standard input), and checks it before anything is stored: it must be a dump
// and, unless `takes_partial`, a whole one as it was written, with all that it was to have. A
// pipe's end is not known before it has come, so a pipe is kept in the temporary directory until
// then; with `takes_partial` it is taken as it comes, and not checked here. Fails as
// InputFile::open() does, or with parse_user_error.
Result<InputFile> open_dump(const std::string& path, const Context& context, bool takes_partial);

}  // namespace mcd::cli
