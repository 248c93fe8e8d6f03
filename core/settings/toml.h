// mcdctl.toml -> settings.
#pragma once

#include <string>
#include <string_view>

#include "core/settings/settings_file.h"

namespace mcd {

// `text` is the whole file, `path` its name for messages. All mistakes are in
// FileContents::mistakes, parse_errors with path:line; only the first one where the text is no
// TOML. Checks names and types against all_settings(); values are checked by make_settings().
FileContents parse_toml_settings(std::string_view text, const std::string& path);

}  // namespace mcd
