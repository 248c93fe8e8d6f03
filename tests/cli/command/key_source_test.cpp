#include "cli/command/key_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/support/core_values.h"
#include "tests/support/posix.h"

namespace mcd::cli {
namespace {

using namespace std::string_literals;

class Keys : public testing::Test {
 protected:
  Keys() {
    int ends[2];
    test::check(::pipe2(ends, O_CLOEXEC), "make a pipe");
    reader_ = test::FileDescriptor(ends[0]);
    writer_ = test::FileDescriptor(ends[1]);
  }

  void write(std::string_view text) {
    ASSERT_EQ(::write(writer_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  // The keys of a source, with the number of an error in place of a key.
  std::vector<std::string> all(const Invocation& typed, int in) {
    StringOutput out;
    StringOutput err;
    const test::Variables variables({});
    const Context context(typed, {.in = in, .out = out, .err = err}, variables.environment(), {});
    KeySource source(typed, context);
    count_ = source.count();
    std::vector<std::string> keys;
    while (keys.size() < 100) {
      const Result<std::optional<std::string>> key = source.next();
      if (key && !*key) break;
      keys.push_back(key ? **key : std::to_string(number_of(key.code())));
    }
    return keys;
  }

  std::vector<std::string> from_input(std::string_view text, bool ends_with_null = false,
                                      const std::string& key_prefix = "") {
    write(text);
    writer_.reset();
    Invocation typed;
    typed.add_operand("-");
    if (ends_with_null) typed.add_option("null", "");
    if (!key_prefix.empty()) typed.add_option("key-prefix", key_prefix);
    EXPECT_TRUE(is_keyed(typed));
    return all(typed, reader_.get());
  }

  test::FileDescriptor reader_{};
  test::FileDescriptor writer_{};
  std::size_t count_ = 0;
};

using Texts = std::vector<std::string>;

TEST_F(Keys, AreThoseThatWereTyped) {
  Invocation typed;
  typed.add_operand("a");
  EXPECT_FALSE(is_keyed(typed));
  EXPECT_EQ(all(typed, -1), Texts{"a"});
  typed.add_operand("-");
  EXPECT_TRUE(is_keyed(typed));
  EXPECT_EQ(all(typed, -1), (Texts{"a", "-"}));
  EXPECT_EQ(count_, 2U);

  Invocation alone;
  alone.add_operand("a");
  alone.add_option("keyed", "");
  EXPECT_TRUE(is_keyed(alone));
}

TEST_F(Keys, StandForThemselvesAfterDashes) {
  Invocation typed;
  typed.add_operand("-");
  typed.end_with_literal();
  EXPECT_FALSE(is_keyed(typed));
  EXPECT_EQ(all(typed, -1), Texts{"-"});
}

TEST_F(Keys, AreLinesOfStandardInput) {
  EXPECT_EQ(from_input("a\n\n-\r\nb c\n\\x41\\\\\nlast"), (Texts{"a", "-", "b c", "A\\", "last"}));
  EXPECT_EQ(count_, 0U);
}

TEST_F(Keys, OfStandardInputThatAreNoneAreRefusedOneByOne) {
  EXPECT_EQ(from_input("a\tb\n\\q\n" + std::string(5000, 'k') + "\ngood\n"),
            (Texts{"44", "44", "126", "good"}));
}

TEST_F(Keys, MayEndWithNull) {
  EXPECT_EQ(from_input("a\n\0\\x41\0\0b\r\0c"s, true), (Texts{"a\n", "\\x41", "", "b\r", "c"}));
}

TEST_F(Keys, ComeAfterAKeyPrefix) {
  EXPECT_EQ(from_input("a\0\0b"s, true, "cid/"), (Texts{"cid/a", "", "cid/b"}));
  Invocation typed;
  typed.add_operand("a");
  typed.add_operand("");
  typed.add_option("key-prefix", "cid/");
  EXPECT_EQ(all(typed, -1), (Texts{"cid/a", ""}));
}

TEST_F(Keys, MayComeAfterAByteOrderMark) {
  EXPECT_EQ(from_input("\xef\xbb\xbf"
                       "a\nb\n"),
            (Texts{"a", "b"}));
}

TEST_F(Keys, InUtf16AreRefusedOnce) {
  EXPECT_EQ(from_input("\xff\xfe"
                       "a\0\n\0b\0\n\0"s),
            Texts{"44"});
}

TEST_F(Keys, InUtf16WithoutAMarkAreRefusedOnce) {
  EXPECT_EQ(from_input("4\0"
                       "7\0"
                       "1\0"
                       "1\0\n\0"
                       "4\0"
                       "7\0\n\0"s),
            Texts{"44"});
}

TEST_F(Keys, WithNullsAreWhateverTheyAre) {
  EXPECT_EQ(from_input("\xff\xfe"
                       "a\0b\0c\0d\0"s,
                       true),
            (Texts{"\xff\xfe"
                   "a",
                   "b", "c", "d"}));
}

TEST_F(Keys, AreNotReadWhereThatCannotBe) {
  Invocation typed;
  typed.add_operand("-");
  EXPECT_EQ(all(typed, -1), Texts{"127"});
  Invocation wrong;
  wrong.add_operand("a");
  wrong.add_option("null", "");
  EXPECT_EQ(all(wrong, -1), Texts{"127"});
}

TEST_F(Keys, AreReadyWhenALineIsThere) {
  Invocation typed;
  typed.add_operand("-");
  StringOutput out;
  StringOutput err;
  const test::Variables variables({});
  const Context context(typed, {.in = reader_.get(), .out = out, .err = err},
                        variables.environment(), {});
  KeySource source(typed, context);
  EXPECT_FALSE(source.is_ready());
  write("a\nb");
  EXPECT_TRUE(source.is_ready());
  EXPECT_EQ(**source.next(), "a");
  EXPECT_FALSE(source.is_ready());
  writer_.reset();
  EXPECT_TRUE(source.is_ready());
  EXPECT_EQ(**source.next(), "b");
  EXPECT_TRUE(source.is_ready());
  EXPECT_FALSE(*source.next());
}

}  // namespace
}  // namespace mcd::cli
