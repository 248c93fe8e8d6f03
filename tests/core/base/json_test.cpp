#include "core/base/json.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/base/base64.h"
#include "core/base/text.h"
#include "tests/support/random_bytes.h"

namespace mcd {
namespace {

TEST(Json, WritesFieldsInTheOrderGiven) {
  JsonObject object;
  object.bytes("key", "k").number("flags", 7).boolean("hit", true).boolean("old", false);
  object.decimal("ms", 1.5);
  EXPECT_EQ(object.line(), R"({"key":"k","flags":7,"hit":true,"old":false,"ms":1.500})");
}

TEST(Json, AnEmptyObjectIsOneToo) {
  EXPECT_EQ(JsonObject().line(), "{}");
}

TEST(Json, HoldsObjectsInside) {
  const JsonObject inner = JsonObject().bytes("a", "\"").number("b", 1);
  EXPECT_EQ(JsonObject().object("in", inner).object("none", {}).number("c", 2).line(),
            R"({"in":{"a":"\"","b":1},"none":{},"c":2})");
}

TEST(Json, HoldsAll64BitsOfANumber) {
  EXPECT_EQ(JsonObject().number("n", UINT64_MAX).line(), R"({"n":18446744073709551615})");
}

TEST(Json, EscapesWhatJsonWantsEscaped) {
  EXPECT_EQ(JsonObject().bytes("v", std::string_view("\"\\\n\r\t\0\x1f\x7f/", 9)).line(),
            R"({"v":"\"\\\n\r\t\u0000\u001f\u007f/"})");
}

TEST(Json, KeepsUtf8AsItIs) {
  EXPECT_EQ(JsonObject().bytes("v", "\xe2\x82\xac").line(), "{\"v\":\"\xe2\x82\xac\"}");
}

TEST(Json, WritesOtherBytesAsBase64AndSaysSoBefore) {
  EXPECT_EQ(JsonObject().bytes("value", "\xff").line(), R"({"encoding":"base64","value":"/w=="})");
  EXPECT_EQ(JsonObject().bytes("key", "\xff").line(), R"({"key_encoding":"base64","key":"/w=="})");
}

TEST(Json, EscapesNamesToo) {
  EXPECT_EQ(JsonObject().number("a\"b", 1).line(), R"({"a\"b":1})");
}

std::optional<std::string> from_base64(std::string text) {
  const auto size = decode_base64(text);
  if (!size) return std::nullopt;
  return text.substr(0, *size);
}

TEST(Json, WritesArraysOfNames) {
  const std::vector<std::string> names = {"a:1", "b\"", "\xff"};
  EXPECT_EQ(JsonObject().texts("servers", names).texts("none", {}).line(),
            R"({"servers":["a:1","b\"","\\xff"],"none":[]})");
}

// Eight bytes are looked at together.
TEST(Json, FindsWhatToEscapeAtAnyPlace) {
  for (const char letter : {'"', '\\', '\n', '\0', '\x1f', '\x7f'}) {
    for (std::size_t place = 0; place < 40; ++place) {
      std::string text(40, ' ');
      text[place] = letter;
      const std::string line = JsonObject().bytes("v", text).line();
      const std::size_t escape = std::string(R"({"v":")").size() + place;
      EXPECT_EQ(line[escape], '\\') << line;
      EXPECT_EQ(line.find('\\'), escape) << line;
    }
  }
}

std::string from_json_string(std::string_view text) {
  std::string bytes;
  for (std::size_t place = 0; place < text.size(); ++place) {
    if (text[place] != '\\') {
      bytes += text[place];
      continue;
    }
    const char letter = text[++place];
    if (letter == 'u') {
      bytes += static_cast<char>(std::stoi(std::string(text.substr(place + 1, 4)), nullptr, 16));
      place += 4;
    } else {
      bytes += letter == 'n' ? '\n' : letter == 'r' ? '\r' : letter == 't' ? '\t' : letter;
    }
  }
  return bytes;
}

TEST(Json, AnyBytesComeBackAndStandOnOneLineOfUtf8) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  for (int round = 0; round < 5000; ++round) {
    const std::string bytes =
        round % 2 == 0 ? test::random_bytes(generator, test::random_number(generator, 0, 50), true)
                       : test::random_argument(generator);
    const std::string line = JsonObject().bytes("value", bytes).line();
    ASSERT_TRUE(is_utf8(line));
    for (const char letter : line) {
      ASSERT_TRUE(static_cast<unsigned char>(letter) >= 0x20 && letter != 0x7f) << escape(line);
    }
    const std::string_view text_start = R"({"value":")";
    const std::string_view base64_start = R"({"encoding":"base64","value":")";
    const bool is_text = line.starts_with(text_start);
    ASSERT_TRUE(is_text || line.starts_with(base64_start)) << line;
    const std::size_t start = (is_text ? text_start : base64_start).size();
    ASSERT_TRUE(line.ends_with("\"}")) << line;
    const std::string inside = line.substr(start, line.size() - start - 2);
    ASSERT_EQ(is_text ? from_json_string(inside) : from_base64(inside), bytes) << line;
  }
}

}  // namespace
}  // namespace mcd
