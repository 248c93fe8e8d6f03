#include "core/items/key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "core/base/text.h"
#include "core/protocol/meta.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

using testing::HasSubstr;

constexpr std::size_t modules_limit = 64;

Code code_of(std::string_view text, std::string_view prefix = "",
             std::size_t limit = modules_limit) {
  return Key::make(text, prefix, limit).code();
}

std::string k(std::size_t length) {
  return std::string(length, 'k');
}

TEST(Key, RefusesSpacesAndControlBytesWhereverTheyStandAndTakesAllOthers) {
  for (int value = 0; value <= 0xff; ++value) {
    const bool is_bad = value <= 0x20 || value == 0x7f;
    for (std::size_t place = 0; place < 5; ++place) {
      std::string text = "abcde";
      text[place] = static_cast<char>(value);
      const Result<Key> key = Key::make(text, "", modules_limit);
      ASSERT_EQ(key.code(), is_bad ? Code::bad_key : Code::success) << value << " at " << place;
      if (is_bad) {
        EXPECT_THAT(key.error().reason, HasSubstr("byte " + std::to_string(place + 1) + " "));
        EXPECT_EQ(find_bad_key_byte(text), place);
      } else {
        EXPECT_EQ(key->text(), text);
        EXPECT_EQ(find_bad_key_byte(text), std::string_view::npos);
      }
    }
  }
}

TEST(Key, RefusesThePrefixByTheSameRule) {
  for (int value = 0; value <= 0xff; ++value) {
    const bool is_bad = value <= 0x20 || value == 0x7f;
    const std::string prefix = std::string("p") + static_cast<char>(value);
    EXPECT_EQ(code_of("k", prefix), is_bad ? Code::bad_key : Code::success) << value;
  }
}

TEST(Key, HasOneByteAtLeast) {
  EXPECT_EQ(code_of(""), Code::argument_needed);
  EXPECT_EQ(code_of("", "prefix/"), Code::argument_needed);
  EXPECT_EQ(code_of("k"), Code::success);
}

TEST(Key, ObeysTheConfiguredLimitWhichLeavesThePrefixOut) {
  EXPECT_EQ(code_of(k(64)), Code::success);
  EXPECT_EQ(code_of(k(65)), Code::key_too_long);
  EXPECT_EQ(code_of(k(64), "prefix/"), Code::success);
  EXPECT_EQ(code_of(k(65), "prefix/"), Code::key_too_long);
}

TEST(Key, ObeysMemcachedsLimitOnPrefixAndKeyTogether) {
  EXPECT_EQ(code_of(k(250), "", wire_key_limit), Code::success);
  EXPECT_EQ(code_of(k(251), "", 1000), Code::key_too_long);
  EXPECT_EQ(code_of(k(243), "prefix/", wire_key_limit), Code::success);
  EXPECT_EQ(code_of(k(244), "prefix/", wire_key_limit), Code::key_too_long);
  EXPECT_EQ(code_of("k", k(249)), Code::success);
  EXPECT_EQ(code_of("k", k(250)), Code::key_too_long);
}

TEST(Key, SaysWhichLimitItExceeds) {
  EXPECT_THAT(Key::make(k(65), "", modules_limit).error().reason,
              testing::AllOf(HasSubstr("65 bytes"), HasSubstr("64")));
  EXPECT_THAT(Key::make(k(64), k(200), modules_limit).error().reason,
              testing::AllOf(HasSubstr("64 bytes"), HasSubstr("200 bytes"), HasSubstr("250")));
  const Error beyond_settings = Key::make(k(251), "", wire_key_limit).error();
  EXPECT_EQ(beyond_settings.reason, "the key has 251 bytes, memcached accepts 250");
  EXPECT_EQ(beyond_settings.advice, "use a shorter key");
}

TEST(Key, CountsBytesAndNotCharacters) {
  const std::string euros = "\xe2\x82\xac\xe2\x82\xac";
  EXPECT_EQ(code_of(euros, "", 6), Code::success);
  EXPECT_EQ(code_of(euros, "", 5), Code::key_too_long);
}

TEST(Key, TakesUtf8AndBytesThatAreNone) {
  for (const std::string text : {"Gr\xc3\xbc\xc3\x9f"
                                 "e",
                                 "\xf0\x9f\x98\x80", "\xff\xfe", "\xc2\x85"}) {
    const Result<Key> key = Key::make(text, "", modules_limit);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->wire(), text);
  }
}

TEST(Key, FindsTheFirstBadByteWhereverItStandsAndWhateverStandsAroundIt) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool is_bad = byte <= 0x20 || byte == 0x7f;
    for (const char filler : {'!', '~', '\x80', '\xff'}) {
      for (std::size_t place = 0; place < 20; ++place) {
        std::string text(20, filler);
        text[place] = static_cast<char>(byte);
        EXPECT_EQ(find_bad_key_byte(text), is_bad ? place : std::string::npos) << byte;
        text.back() = ' ';
        EXPECT_EQ(find_bad_key_byte(text), is_bad ? place : 19) << byte;
      }
    }
  }
}

TEST(Key, PutsThePrefixOnTheWireAndKeepsItOutOfTheText) {
  const Result<Key> key = Key::make("k", "ast.", modules_limit);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->wire(), "ast.k");
  EXPECT_EQ(key->text(), "k");
  const Key copy = *key;  // Its views are of itself, not of the original.
  EXPECT_EQ(copy.text(), "k");
  EXPECT_NE(copy.wire().data(), key->wire().data());
}

TEST(Key, OfAnyBytesIsWhatRequestsCanName) {
  for (const std::size_t prefix : {0U, 1U, 100U}) {
    for (const std::size_t size : {1U, 86U, 87U, 150U, 151U, 185U, 186U, 187U, 249U, 250U, 251U}) {
      for (const char byte : {'k', ' ', '\n', '\0', '\x7f', '\xff'}) {
        const Result<Key> key = Key::make_of_any_bytes(std::string(size, byte), k(prefix));
        const std::string wire = k(prefix) + std::string(size, byte);
        ASSERT_EQ(key.code(), meta::can_name(wire) ? Code::success : Code::key_too_long) << wire;
        if (key) {
          EXPECT_EQ(key->wire(), wire);
          EXPECT_EQ(key->text(), std::string(size, byte));
        }
      }
    }
  }
  const Error error = Key::make_of_any_bytes(std::string(187, ' '), "").error();
  EXPECT_EQ(error.reason,
            "the key has 187 bytes, memcached accepts 186 where there are spaces or control "
            "characters");
}

TEST(Key, OfAnyBytesIsNotEmptyAndHasAPrefixLikeOthers) {
  EXPECT_EQ(Key::make_of_any_bytes("", "p").code(), Code::argument_needed);
  EXPECT_EQ(Key::make_of_any_bytes("k", "p ").code(), Code::bad_key);
  EXPECT_EQ(Key::make_of_any_bytes("a b", "p ").code(), Code::bad_key);
}

TEST(Key, NothingThatPassesCanBeMoreThanOneWordOfARequest) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = test::random_argument(generator);
    const std::string prefix = round % 2 == 0 ? "" : test::random_argument(generator);
    const Result<Key> key = Key::make(text, prefix, wire_key_limit);
    if (!key) {
      EXPECT_TRUE(test::is_printable_line(describe(key.error()))) << escape(text);
      continue;
    }
    ++taken;
    EXPECT_EQ(key->wire(), prefix + text);
    EXPECT_LE(key->wire().size(), 250U);
    EXPECT_EQ(key->wire().find_first_of(std::string_view(" \t\r\n\0", 5)), std::string::npos);
  }
  EXPECT_GT(taken, 0);
}

}  // namespace
}  // namespace mcd
