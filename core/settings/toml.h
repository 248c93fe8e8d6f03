// mcdctl.toml -> settings.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/settings/settings_file.h"

namespace mcd {

// `text` is the whole file, `path` its name for messages. Fails with parse_error; Error::where is
// path:line. Checks names and types against all_settings(); values are checked by make_settings().
Result<FileContents> parse_toml_settings(std::string_view text, const std::string& path);

}  // namespace mcd
