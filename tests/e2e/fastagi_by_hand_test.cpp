// The conversation of the manual page of fastagi, held by hand.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/fast_agi.h"

namespace mcd::test {
namespace {

// The lines of the help's example for bash, with another port.
std::string example_for(const std::string& address) {
  std::string script;
  bool is_inside = false;
  for (const std::string& line : lines_of(mcdctl({"help", "fastagi"}).out)) {
    is_inside = (is_inside || line.starts_with("  exec 3<>")) && line[2] != ' ';
    if (is_inside) script += line.substr(2) + "\n";
  }
  const std::string port = "/4573;";
  const std::size_t place = script.find(port);
  if (place == std::string::npos) return "";
  return script.replace(place, port.size(), "/" + address.substr(address.rfind(':') + 1) + ";");
}

TEST(FastAgiByHand, AnswersAsTheManualSays) {
  const Cluster cluster;
  ASSERT_TRUE(succeeds(cluster.run({"set", "greeting", "hello"})));
  const FastAgi service(cluster.command({"fastagi", "--listen", "127.0.0.1:0"}));
  const Arguments bash = {"bash", "-c", example_for(service.address())};
  const std::string answer = R"(SET VARIABLE ARRAY(MCDRESULT,V) "0,hello")";
  EXPECT_TRUE(prints(run(bash), answer + "\n"));
  ASSERT_TRUE(succeeds(cluster.run({"delete", "greeting"})));
  EXPECT_TRUE(prints(run(bash), "SET VARIABLE ARRAY(MCDRESULT,V) \"16,\"\n"));
}

}  // namespace
}  // namespace mcd::test
