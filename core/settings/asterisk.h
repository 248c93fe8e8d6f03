// memcached.conf, the settings file of res_memcached -> settings.
#pragma once

#include <string>
#include <string_view>

#include "core/settings/asterisk_file.h"
#include "core/settings/settings_file.h"

namespace mcd {

// `text` is the whole file, `path` its name, from whose directory it includes others. Reads the
// section [general] the way Asterisk does (core/settings/asterisk_file.h): `server` (repeated),
// `keyprefix`, and the settings of mcdctl.toml, of which the last one counts, as when it overrides
// what a template has. `hash`, `binary_proto` and other sections are left without effect, as the
// module leaves them, with a note. All mistakes are in FileContents::mistakes, parse_errors with
// path:line.
FileContents parse_asterisk_settings(std::string_view text, const std::string& path,
                                     const IncludedFiles& files = included_files());

}  // namespace mcd
