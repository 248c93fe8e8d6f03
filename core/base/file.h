// Whole files in and out, as bytes.
#pragma once

#include <cstddef>
#include <string>

#include "core/base/descriptor.h"
#include "core/base/result.h"

struct stat;

namespace mcd {

// The file's bytes, or the first `most` + 1 of them if there are more than `most`, which an endless
// file would never let one find out otherwise. Fails with system_error: not there, not readable, a
// directory.
Result<std::string> read_file(const std::string& path, std::size_t most);

// The same for settings: a pipe that nobody writes into for two seconds is an error instead of a
// wait without end. What a shell makes of <(command) is read.
Result<std::string> read_file_in_time(const std::string& path, std::size_t most);

// The same of a descriptor, from where it stands; `name` is for the message.
Result<std::string> read_descriptor(int descriptor, const std::string& name, std::size_t most);

// The error of those two, for other readers; `problem` is what errno said.
Error cannot_read(const std::string& name, int problem);

// A new file below `directory` that has no name and is gone with its last descriptor: that
// one, for reading and writing; or none, with errno.
Descriptor open_unnamed_file(const std::string& directory);

// False where there is no such file; true also where that can't be told, because a directory on the
// way may not be searched.
bool may_exist(const std::string& path);
// Whether both describe the same file, under whatever names.
bool is_same_file(const struct stat& left, const struct stat& right);
// Whether users who neither own the file nor are in its group may read it.
bool others_may_read(const std::string& path);
// Whether there is such a file, and this user may know that.
bool is_visible(const std::string& path);

}  // namespace mcd
