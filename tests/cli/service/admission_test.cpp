#include "cli/service/admission.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/core_values.h"

namespace mcd::cli {
namespace {

bool allows(const std::vector<std::string>& networks, const char* address) {
  const Result<Admission> admission = Admission::make(networks);
  EXPECT_TRUE(admission);
  return admission->allows(*parse_address(address));
}

TEST(Admission, IsForThisMachineWhereNothingIsSaid) {
  EXPECT_FALSE(Admission::make({})->is_open());
  for (const char* here : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(allows({}, here)) << here;
  }
  for (const char* there : {"10.0.0.1", "0.0.0.0", "::", "fe80::1", "::ffff:10.0.0.1"}) {
    EXPECT_FALSE(allows({}, there)) << there;
  }
}

TEST(Admission, IsForTheNetworksThatAreNamedAndNoOthers) {
  EXPECT_TRUE(Admission::make({"10.1.2.3"})->is_open());
  EXPECT_TRUE(allows({"10.1.2.0/24"}, "10.1.2.255"));
  EXPECT_TRUE(allows({"10.1.2.77/24"}, "10.1.2.1"));
  EXPECT_TRUE(allows({"10.1.2.0/24"}, "::ffff:10.1.2.9"));
  EXPECT_FALSE(allows({"10.1.2.0/24"}, "10.1.3.0"));
  EXPECT_FALSE(allows({"10.1.2.0/24"}, "127.0.0.1"));
  EXPECT_FALSE(allows({"10.1.2.0/24"}, "::1"));
  EXPECT_TRUE(allows({"10.1.2.3"}, "10.1.2.3"));
  EXPECT_FALSE(allows({"10.1.2.3"}, "10.1.2.2"));
  EXPECT_TRUE(allows({"0.0.0.0/0"}, "200.1.2.3"));
  EXPECT_TRUE(allows({"10.0.0.0/8", "fd00::/8"}, "fdab::1"));
  EXPECT_FALSE(allows({"fd00::/8"}, "fe00::1"));
  EXPECT_FALSE(allows({"fd00::/8"}, "10.0.0.1"));
  EXPECT_TRUE(allows({"::/0"}, "2001:db8::1"));
  EXPECT_TRUE(allows({"2001:db8::1"}, "2001:db8::1"));
  EXPECT_FALSE(allows({"2001:db8::1"}, "2001:db8::2"));
}

// The address of a peer on the same link comes with the number of the interface.
TEST(Admission, IsForALinkWhateverTheInterface) {
  EXPECT_TRUE(allows({"fe80::/10"}, "fe80::1%1"));
  EXPECT_TRUE(allows({"fe80::1"}, "fe80::1%7"));
  EXPECT_FALSE(allows({"fe80::/10"}, "fec0::1%1"));
}

TEST(Admission, IsForIpv4NetworksWrittenAsIpv6) {
  for (const char* network : {"::ffff:10.1.2.0/120", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(allows({network}, "10.1.2.3")) << network;
    EXPECT_TRUE(allows({network}, "::ffff:10.1.2.3")) << network;
    EXPECT_FALSE(allows({network}, "10.1.3.3")) << network;
  }
  EXPECT_TRUE(allows({"::ffff:0.0.0.0/96"}, "10.1.2.3"));
  EXPECT_FALSE(allows({"::ffff:0.0.0.0/96"}, "2001:db8::1"));
}

TEST(Admission, TakesNothingThatIsNoNetwork) {
  for (const char* text : {"", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "/8",
                           "::/129", "localhost", "10.0.0.0/8 ", "10.0.0.0/8/8"}) {
    EXPECT_EQ(Admission::make({text}).code(), Code::argument_needed) << text;
  }
}

}  // namespace
}  // namespace mcd::cli
