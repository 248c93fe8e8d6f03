// Whole runs of mcdctl in the process of the test.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <deque>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/command/command.h"
#include "cli/commands.h"
#include "core/base/result.h"
#include "tests/support/core_values.h"
#include "tests/support/fake_server.h"
#include "tests/support/memcached_server.h"
#include "tests/support/posix.h"
#include "tests/support/temp_dir.h"

namespace mcd::cli {

using test::MemcachedServer;
using Arguments = std::vector<std::string>;

struct Ran {
  int status;
  std::string out;
  std::string err;
};

// Runs mcdctl with its server, if it has one, and no settings of the machine.
class App : public testing::Test {
 protected:
  App() {
    ::mkdir(directory_.file("mcdctl").c_str(), 0700);
    directory_.write("mcdctl/mcdctl.toml", "timeout = \"20s\"\n");
  }

  Ran run_app(const Arguments& arguments) {
    std::vector<std::string> variables = variables_;
    variables.push_back("XDG_CONFIG_HOME=" + directory_.path());
    const test::Variables environment(std::move(variables));
    const std::string input_path = directory_.write("input", input_);
    const test::FileDescriptor input(::open(input_path.c_str(), O_RDONLY | O_CLOEXEC));
    StringOutput out;
    StringOutput err(err_is_terminal_);
    const int status = run(all_commands(), arguments, {.in = input.get(), .out = out, .err = err},
                           environment.environment());
    return {status, out.text(), err.text()};
  }

  // Starts a server that every run finds.
  MemcachedServer& server() {
    if (servers_.empty()) use(servers_.emplace_back().address());
    return servers_.front();
  }

  void use(const std::string& address) { variables_ = {"MCDCTL_SERVERS=" + address}; }

  const test::TempDir directory_;
  std::deque<MemcachedServer> servers_;
  std::vector<std::string> variables_;
  std::string input_;
  bool err_is_terminal_ = false;
};

inline void expect_quiet(const Ran& ran, int status) {
  EXPECT_EQ(ran.status, status) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "");
}

inline void expect_printed(const Ran& ran, const std::string& out) {
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out, out);
  EXPECT_EQ(ran.err, "");
}

}  // namespace mcd::cli
