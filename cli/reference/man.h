// The manual pages that are about a topic, not a command; man_pages() in reference.h has them all.
#pragma once

#include "cli/reference/roff.h"

namespace mcd::cli {

ReferenceFile settings_page();                // mcdctl.toml(5)
ReferenceFile json_page(CommandTable table);  // mcdctl-json(5)
ReferenceFile dialplan_page();                // mcdctl-dialplan(7)
ReferenceFile exit_page();                    // mcdctl-exit(7)

// The section FILES: which settings file is read.
void add_settings_files(roff::Page& page);

}  // namespace mcd::cli
