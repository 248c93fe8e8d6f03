// Writes man/, completions/, conf/mcdctl.toml and module/documentation.h below a directory:
// render_reference DIRECTORY. Not installed.
#include <cstdio>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/reference/module_reference.h"
#include "cli/reference/reference.h"

namespace {

bool write_file(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) return false;
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && is_written;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: render_reference DIRECTORY (with man/, completions/, conf/, module/)\n",
               stderr);
    return 64;
  }
  std::vector<mcd::cli::ReferenceFile> files = mcd::cli::man_pages(mcd::cli::all_commands());
  for (mcd::cli::ReferenceFile& file : mcd::cli::completion_files(mcd::cli::all_commands())) {
    files.push_back(std::move(file));
  }
  files.push_back(mcd::cli::sample_settings());
  files.push_back(mcd::cli::module_documentation());
  for (const mcd::cli::ReferenceFile& file : files) {
    const std::string path = std::string(argv[1]) + "/" + file.path;
    if (write_file(path, file.text)) continue;
    std::perror(path.c_str());
    return 1;
  }
  return 0;
}
