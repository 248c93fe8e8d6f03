// Stands in for libFuzzer where there is none: runs a fuzz target once on each file that is named,
// or that lies in a directory that is named. Arguments that begin with - are libFuzzer's.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::string> files_of(const std::string& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

bool run_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream),
                                std::istreambuf_iterator<char>()};
  if (!stream.is_open() || stream.bad()) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return false;
  }
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);  // So that it is known which input a crash is due to.
  // A copy of its exact size, so that a sanitizer sees every read after its end.
  const std::vector<std::uint8_t> data(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(data.data(), data.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  int count = 0;
  for (int place = 1; place < argc; ++place) {
    const std::string argument = argv[place];
    if (argument.starts_with('-')) continue;
    for (const std::string& file : files_of(argument)) {
      if (!run_file(file)) return 1;
      ++count;
    }
  }
  if (count == 0) {
    std::fprintf(stderr, "no input to run\n");
    return 1;
  }
  std::printf("%d inputs\n", count);
  return 0;
}
