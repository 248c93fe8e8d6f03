// What every child process of a test is started with.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mcd::test {

using NamesAndValues = std::vector<std::pair<std::string, std::string>>;

// "NAME=value" of `variables`, of which those in `others` are set, or set again, in their order.
std::vector<std::string> entries_of(std::map<std::string, std::string> variables,
                                    const NamesAndValues& others);

// Those that do not depend on who runs the tests: PATH, HOME=/nonexistent, LC_ALL=C.UTF-8 and the
// options of the sanitizers; and `others`.
std::vector<std::string> clean_environment(const NamesAndValues& others);

// The null-terminated form that exec wants; it points into `strings`. Throws for a NUL byte.
std::vector<char*> c_strings(std::vector<std::string>& strings);

// In the child, between fork and exec: it dies with the parent, and signals do what they do by
// default, since a shell starts background jobs with SIGINT ignored. Async-signal-safe.
void begin_child(pid_t parent);

}  // namespace mcd::test
