// memcached.conf, the settings file of res_memcached -> settings.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/settings/settings_file.h"

namespace mcd {

// `text` is the whole file, `path` its name for messages. Reads the section [general] the way
// Asterisk does: `server` (repeated), `ttl`, `keyprefix`; comments `;` and `;-- --;`, `=` and `=>`.
// `hash`, `binary_proto` and other sections are left without effect, as the module leaves them,
// with a note.
// Fails with parse_error; Error::where is path:line.
Result<FileContents> parse_asterisk_settings(std::string_view text, const std::string& path);

}  // namespace mcd
