#include "tests/support/temp_dir.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "tests/support/posix.h"

namespace mcd::test {
namespace {

// Leaves room for "/mcd.XXXXXX/" and a file name within the 107 bytes of a unix socket path.
constexpr std::size_t kLongestParent = 60;

}  // namespace

TempDir::TempDir() {
  const char* parent = std::getenv("TMPDIR");
  path_ = parent == nullptr ? "" : parent;
  if (!path_.starts_with('/') || path_.size() > kLongestParent) {
    path_ = "/tmp";
  }
  path_ += "/mcd.XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) {
    throw_errno("create a temporary directory like " + path_);
  }
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::file(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

std::string TempDir::write(std::string_view name, std::string_view bytes) const {
  std::string path = file(name);
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) {
    throw_errno("write " + path);
  }
  return path;
}

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    throw_errno("open " + path);
  }
  std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) {
    throw_errno("read " + path);
  }
  return bytes;
}

}  // namespace mcd::test
