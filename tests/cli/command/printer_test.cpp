#include "cli/command/printer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "tests/support/core_values.h"
#include "tests/support/posix.h"

namespace mcd::cli {
namespace {

using testing::HasSubstr;

// What datum() writes.
std::string datum(std::string_view bytes, bool is_terminal, bool newline) {
  StringOutput out(is_terminal);
  Printer printer(out, {.newline = newline});
  EXPECT_TRUE(printer.datum(bytes));
  return out.text();
}

TEST(Printer, WritesExactlyTheBytesWhereNobodyLooksOn) {
  for (const std::string& bytes : {std::string(), std::string("value"), std::string("value\n"),
                                   std::string("\0\xff\n\n", 4)}) {
    EXPECT_EQ(datum(bytes, false, false), bytes);
  }
}

TEST(Printer, AddsANewlineOnATerminalWhereOneIsMissing) {
  EXPECT_EQ(datum("value", true, false), "value\n");
  EXPECT_EQ(datum("value\n", true, false), "value\n");
  EXPECT_EQ(datum("", true, false), "\n");
}

TEST(Printer, AddsANewlineAlwaysWhereItIsAskedFor) {
  for (const bool is_terminal : {false, true}) {
    EXPECT_EQ(datum("value", is_terminal, true), "value\n");
    EXPECT_EQ(datum("value\n", is_terminal, true), "value\n\n");
  }
}

TEST(Printer, WritesALineWithItsEnd) {
  StringOutput out;
  Printer printer(out, {});
  EXPECT_TRUE(printer.line("a\tb"));
  EXPECT_EQ(out.text(), "a\tb\n");
}

TEST(Printer, WritesObjectsWithTheirResultInJsonOnly) {
  StringOutput out;
  Printer text(out, {});
  EXPECT_TRUE(text.object(JsonObject().bytes("key", "k"), Code::success));
  EXPECT_TRUE(text.failure(JsonObject(), {.code = Code::timeout}));
  EXPECT_EQ(out.text(), "");
  Printer json(out, {.json = true});
  EXPECT_TRUE(json.object(JsonObject().bytes("key", "k"), Code::success));
  EXPECT_EQ(out.text(), R"({"key":"k","result":0,"name":"MEMCACHED_SUCCESS"})"
                        "\n");
}

TEST(Printer, WritesFailuresWithTheirMessage) {
  StringOutput out;
  Printer json(out, {.json = true});
  const Error error{.code = Code::argument_needed, .attempt = "try", .reason = "because"};
  EXPECT_TRUE(json.failure(JsonObject().bytes("key", "\xff"), error));
  EXPECT_THAT(out.text(),
              HasSubstr(R"("key_encoding":"base64","key":"/w==","error":"try: because)"));
  EXPECT_TRUE(out.text().ends_with("\"result\":127,\"name\":\"MEMCACHED_ARGUMENT_NEEDED\"}\n"))
      << out.text();
}

TEST(Output, ToAFullDiskIsAWriteFailureThatNamesIt) {
  const test::FileDescriptor full(::open("/dev/full", O_WRONLY));
  ASSERT_TRUE(full.is_open());
  DescriptorOutput out(full.get(), "standard output");
  Printer printer(out, {.json = true});
  for (const Status& status : {printer.datum("x"), printer.line("x"), printer.raw("x"),
                               printer.object({}, Code::success)}) {
    ASSERT_EQ(status.code(), Code::write_failure);
    EXPECT_THAT(status.error().attempt, HasSubstr("standard output"));
    EXPECT_THAT(status.error().reason, HasSubstr("No space left"));
  }
  EXPECT_TRUE(out.write(""));  // Nothing to write, nothing to fail.
}

TEST(Output, ToAPipeArrivesWhole) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const test::FileDescriptor reader(ends[0]);
  test::FileDescriptor writer(ends[1]);
  DescriptorOutput out(writer.get(), "standard output");
  EXPECT_FALSE(out.is_terminal());
  EXPECT_TRUE(out.write("ab"));
  EXPECT_TRUE(out.write("c"));
  writer.reset();
  char buffer[10];
  EXPECT_EQ(::read(reader.get(), buffer, sizeof buffer), 3);
  EXPECT_EQ(std::string(buffer, 3), "abc");
}

}  // namespace
}  // namespace mcd::cli
