// The reference, rendered from the tables of commands, settings and results: the files in man/ and
// completions/, and the sample settings. scripts/render writes them; a test makes sure that they
// are fresh.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command/command.h"
#include "core/settings/setting_table.h"

namespace mcd::cli {

struct ReferenceFile {
  std::string path;  // from the root of the repository: "man/mcdctl.1"
  std::string text;
};

// conf/mcdctl.toml: every setting with its default, commented out.
ReferenceFile sample_settings();
// Whole sentences, for the sample and the manual page.
std::string meaning_of(const Setting& setting);

std::vector<ReferenceFile> man_pages(CommandTable table);

// "bash", "zsh", "fish".
std::span<const std::string_view> completion_shells();
// What makes `shell`, one of completion_shells(), complete mcdctl's command line.
std::string completion_script(CommandTable table, std::string_view shell);
// The same as files, under the names that they are installed by.
std::vector<ReferenceFile> completion_files(CommandTable table);

}  // namespace mcd::cli
