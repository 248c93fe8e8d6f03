// What is written in a settings file, and where: the form in which its readers hand settings over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace mcd {

// What is larger, in bytes, is some other file.
inline constexpr std::size_t largest_settings_file = 1'000'000;
inline constexpr std::string_view settings_file_too_large = "too large for a settings file";

// Where a value was given.
struct Origin {
  enum class Kind : std::uint8_t { built_in, file, environment, flag };
  Kind kind = Kind::built_in;
  std::string name = "default";  // "--ttl", "MCDCTL_TTL", "/etc/mcdctl/mcdctl.toml:7"
};

// One setting as it was written somewhere, and the place.
struct Assignment {
  std::string key;                 // Setting::key
  std::vector<std::string> texts;  // exactly one, but for SettingType::list
  Origin origin;
  std::string written = {};  // its name there; empty where that is the key
};

// Settings that a file keeps under a name, to override those at its top level.
struct Profile {
  std::string name;
  std::vector<Assignment> assignments;
};

// What a settings file says. `notes` are for `config check`: what is read and left without effect.
// Where there are mistakes, the rest is what could be read nevertheless.
struct FileContents {
  std::vector<Assignment> assignments;
  std::vector<Profile> profiles;
  std::vector<std::string> notes;
  std::vector<Error> mistakes;  // each has its place in Error::where
};

// The contents, or the first mistake.
inline Result<FileContents> without_mistakes(FileContents contents) {
  if (!contents.mistakes.empty()) return std::move(contents.mistakes.front());
  return contents;
}

}  // namespace mcd
