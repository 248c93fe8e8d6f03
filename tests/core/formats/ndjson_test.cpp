#include "core/formats/ndjson.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/text.h"

namespace mcd {
namespace {

// "more", "blank 2", "malformed: why", or what the line says.
std::string begin_of(std::string_view input, bool is_whole = false) {
  ndjson::Parser parser;
  const Found found = parser.parse(input, is_whole);
  switch (found.kind) {
    case Found::Kind::more: return "more";
    case Found::Kind::blank: return "blank " + std::to_string(found.size);
    case Found::Kind::malformed:
      EXPECT_EQ(found.size, input.size());
      EXPECT_EQ(escape(found.reason + found.advice).find("\\x"), std::string::npos);
      return "malformed: " + found.reason + " at byte " + std::to_string(found.byte);
    case Found::Kind::record: break;
  }
  if (const auto* header = std::get_if<DumpHeader>(&parser.content())) {
    return "header " + std::to_string(header->version) + " " + std::to_string(header->time) + " " +
           quote(header->prefix) + " " + quote(header->pattern);
  }
  if (const auto* trailer = std::get_if<DumpTrailer>(&parser.content())) {
    return "trailer " + std::to_string(trailer->items) + " " + std::to_string(trailer->missed) +
           (trailer->complete ? " complete" : " incomplete");
  }
  const auto& record = std::get<Record>(parser.content());
  std::string text = "[" + escape(record.key) + "] [" + escape(record.value) + "]";
  if (record.ttl) text += " ttl " + std::to_string(record.ttl->seconds);
  if (record.flags) text += " flags " + std::to_string(*record.flags);
  if (record.expiry) text += " expiry " + std::to_string(*record.expiry);
  return text;
}
std::string line(std::string_view object) {
  return begin_of(std::string(object) + "\n");
}

TEST(Ndjson, ReadsALine) {
  EXPECT_EQ(begin_of("{\"key\":\"k\",\"value\":\"v\"}\nx"), "[k] [v]");
  EXPECT_EQ(begin_of("{\"key\":\"k\",\"value\":\"v\"}\r\n"), "[k] [v]");
  EXPECT_EQ(begin_of(" {\t\"value\" : \"v\" , \"key\" : \"k\" } \n"), "[k] [v]");
  EXPECT_EQ(begin_of("{\"key\":\"k\",\"value\":\"v\"}"), "more");
  EXPECT_EQ(begin_of("{\"key\":\"k\",\"value\":\"v\"}", true), "[k] [v]");
}

TEST(Ndjson, TellsBlankLines) {
  EXPECT_EQ(begin_of("\n{"), "blank 1");
  EXPECT_EQ(begin_of(" \t\r\n"), "blank 4");
}

TEST(Ndjson, ReadsEveryMember) {
  EXPECT_EQ(line(R"({"key":"k","value":"v","flags":4294967295,"ttl":60,"expiry":1800000000})"),
            "[k] [v] ttl 60 flags 4294967295 expiry 1800000000");
  EXPECT_EQ(line(R"({"ttl":"1h30m","key":"k","value":"v"})"), "[k] [v] ttl 5400");
  EXPECT_EQ(line(R"({"key":"k","value":"v","flags":0,"ttl":0,"expiry":0})"),
            "[k] [v] ttl 0 flags 0 expiry 0");
  EXPECT_EQ(line(R"({"key":"k","value":"v","flags":null,"ttl":null,"expiry":null})"), "[k] [v]");
  EXPECT_EQ(line(R"({"k\u0065y":"k","value":"v"})"), "[k] [v]");
}

TEST(Ndjson, TakesNumbersAsTheyAreWritten) {
  EXPECT_EQ(line(R"({"key":4930123456,"value":1.50})"), "[4930123456] [1.50]");
  EXPECT_EQ(line(R"({"value":123456789012345678901234567890,"key":-0})"),
            "[-0] [123456789012345678901234567890]");
  EXPECT_EQ(line(R"({"key":"k","value":1E+2 })"), "[k] [1E+2]");
}

TEST(Ndjson, UndoesEscapes) {
  EXPECT_EQ(line(R"({"key":"k","value":"\"\\\/\b\f\n\r\t\u0000\u20ac\ud83d\ude00\u007f"})"),
            "[k] [\"\\\\/\\x08\\x0c\\n\\r\\t\\x00\xe2\x82\xac\xf0\x9f\x98\x80\\x7f]");
  EXPECT_EQ(line("{\"key\":\"k\",\"value\":\"\xe2\x82\xac\x7f\"}"), "[k] [\xe2\x82\xac\\x7f]");
}

TEST(Ndjson, UndoesBase64) {
  EXPECT_EQ(line(R"({"key":"k","encoding":"base64","value":"/w=="})"), "[k] [\\xff]");
  EXPECT_EQ(line(R"({"key":"k","value":"/w\u003d=","encoding":"base64"})"), "[k] [\\xff]");
  EXPECT_EQ(line(R"({"key":"/w==","key_encoding":"base64","value":"/w=="})"), "[\\xff] [/w==]");
  EXPECT_EQ(line(R"({"key":"k","value":1234,"encoding":"base64"})"), "[k] [\\xd7m\\xf8]");
  EXPECT_EQ(line(R"({"key":"k","value":"w","encoding":"base64"})"),
            "malformed: the member \"value\" is not base64 at byte 20");
  EXPECT_EQ(line(R"({"key":"k","value":"w","encoding":"utf-8"})"),
            "malformed: the member \"encoding\" is not \"base64\", the only encoding at "
            "byte 35");
}

TEST(Ndjson, IgnoresOtherMembers) {
  EXPECT_EQ(line(R"({"key":"k","a":{"key":"x","value":[1,{"ttl":"y"}]},"value":"v","b":[],"c":1})"),
            "[k] [v]");
  EXPECT_EQ(line(R"({"dump":"other","key":"k","value":"v","version":"x","items":{}})"), "[k] [v]");
  EXPECT_EQ(line(R"({"key":"k","value":"v","dump":"mcdctl","a":1,"a":2})"), "[k] [v]");
}

TEST(Ndjson, SaysWhichMemberIsWrong) {
  EXPECT_EQ(line(R"({"key":"k"})"), "malformed: the member \"value\" is missing at byte 1");
  EXPECT_EQ(line(R"({"value":"k"})"), "malformed: the member \"key\" is missing at byte 1");
  EXPECT_EQ(line(R"({"key":"k","value":"v","key":"l"})"),
            "malformed: the member \"key\" appears twice at byte 30");
  EXPECT_EQ(line(R"({"key":true,"value":"v"})"),
            "malformed: the member \"key\" is neither a string nor a number at byte 8");
  EXPECT_EQ(line(R"({"key":"k","value":null})"),
            "malformed: the member \"value\" is neither a string nor a number at byte 20");
  EXPECT_EQ(line(R"({"key":"k","value":["v"]})"),
            "malformed: the member \"value\" is neither a string nor a number at byte 20");
  for (const char* flags : {"4294967296", "-1", "1.0", "1e2", "\"7\"", "{}", "false"}) {
    EXPECT_EQ(
        line(R"({"key":"k","value":"v","flags":)" + std::string(flags) + "}"),
        "malformed: the member \"flags\" is not a whole number from 0 to 4294967295 at byte 32");
  }
  EXPECT_EQ(line(R"({"key":"k","value":"v","ttl":-5})"),
            "malformed: time to live \"-5\": not a duration such as 90s or 1h30m at byte 30");
  EXPECT_EQ(line(R"({"key":"k","value":"v","ttl":[]})"),
            "malformed: the member \"ttl\" is neither a number nor a string at byte 30");
}

TEST(Ndjson, RefusesWhatIsNoObject) {
  EXPECT_EQ(line("[]"), "malformed: not a JSON object at byte 2");
  EXPECT_EQ(line("1 "), "malformed: not a JSON object at byte 1");
  EXPECT_EQ(line("null"), "malformed: not a JSON object at byte 5");
  EXPECT_TRUE(line("key\tvalue").starts_with("malformed: not JSON ("));
  EXPECT_TRUE(line("{").starts_with("malformed: an object that does not end on its line at byte "));
  EXPECT_TRUE(line("{\"").starts_with("malformed: not JSON ("));
  EXPECT_TRUE(line("{\"key\":\"k\",}").starts_with("malformed: not JSON ("));
  EXPECT_TRUE(line("{'key':1}").starts_with("malformed: not JSON ("));
  EXPECT_TRUE(line(R"({"key":"k","value":"v"} x)").ends_with(" at byte 25"));
  EXPECT_TRUE(line(R"({"key":"k","value":"v"}{})").starts_with("malformed: not JSON ("));
  EXPECT_TRUE(line(R"({"key":"k","value":"\x41"})").starts_with("malformed: not JSON ("));
  EXPECT_TRUE(line(R"({"key":"k","value":"\u12"})").starts_with("malformed: not JSON ("));
  EXPECT_TRUE(line(R"({"key":"k","value":01})").starts_with("malformed: not JSON ("));
  EXPECT_TRUE(line(R"({"key":"k","value":NaN})").starts_with("malformed: not JSON ("));
}

// RapidJSON's own check depends on where in memory the byte lies.
TEST(Ndjson, RefusesControlCharactersAnywhere) {
  for (const char control : {'\0', '\x01', '\x0b', '\x19', '\x1a', '\x1f'}) {
    for (std::size_t place = 0; place < 40; ++place) {
      std::string value(40, 'v');
      value[place] = control;
      const std::string outcome = line("{\"key\":\"k\",\"value\":\"" + value + "\"}");
      EXPECT_EQ(outcome,
                "malformed: an unescaped control character at byte " + std::to_string(21 + place));
    }
  }
  EXPECT_EQ(line(std::string_view("{\"key\":\"k\",\"value\":\"v\"}\0x", 25)),
            "malformed: an unescaped control character at byte 24");
  EXPECT_TRUE(line("{\"key\":\"k\",\"value\":\"a\tb\"}").starts_with("malformed: not JSON ("));
}

TEST(Ndjson, RefusesWhatIsNoUnicode) {
  for (const char* bytes : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xe2\x82"}) {
    EXPECT_EQ(line("{\"key\":\"k\",\"value\":\"" + std::string(bytes) + "\"}"),
              "malformed: not UTF-8 at byte 21");
  }
  for (const char* escapes : {R"(\ud800)", R"(\ud800x)", R"(\ud800\u0041)", R"(\udc00)",
                              R"(a\udfffb)", R"(\udc00\ud800)"}) {
    const std::string start = R"({"key":"k","value":")" + std::string(escapes);
    EXPECT_TRUE(line(start + "\"}").starts_with("malformed: ")) << escapes;
    EXPECT_TRUE(line(R"({"a":")" + std::string(escapes) + R"(","key":"k","value":"v"})")
                    .starts_with("malformed: "))
        << escapes;
  }
}

TEST(Ndjson, BoundsTheDepth) {
  const auto nested = [](std::size_t depth) {
    return R"({"key":"k","value":"v","a":)" + std::string(depth, '[') + std::string(depth, ']') +
           "}";
  };
  EXPECT_EQ(line(nested(63)), "[k] [v]");
  EXPECT_EQ(line(nested(64)), "malformed: its objects or arrays are nested too deeply at byte 92");
  EXPECT_TRUE(line(std::string(100'000, '[')).starts_with("malformed: not a JSON object"));
  std::string objects;
  for (int count = 0; count < 100'000; ++count) objects += "{\"a\":";
  EXPECT_TRUE(line(objects).starts_with("malformed: its objects or arrays are nested too deeply"));
}

TEST(Ndjson, KnowsHeaderAndTrailerByTheirFirstMember) {
  EXPECT_EQ(line(R"({"dump":"mcdctl","version":1,"time":7,"prefix":"p:","pattern":"*","x":1})"),
            "header 1 7 \"p:\" \"*\"");
  EXPECT_EQ(line(R"({"dump":"mcdctl","version":3,"era":[]})"), "header 3 0 \"\" \"\"");
  EXPECT_EQ(line(R"({"end":"mcdctl dump","items":3,"missed":1,"complete":false})"),
            "trailer 3 1 incomplete");
  EXPECT_EQ(line(R"({"end":"mcdctl dump","items":3,"missed":0,"complete":true})"),
            "trailer 3 0 complete");
  EXPECT_EQ(line(R"({"dump":"mcdctl"})"), "malformed: the member \"version\" is missing at byte 1");
  EXPECT_EQ(line(R"({"end":"mcdctl dump","items":3,"missed":0,"complete":1})"),
            "malformed: the member \"complete\" is neither true nor false at byte 54");
  EXPECT_EQ(line(R"({"end":"mcdctl dump","items":3,"items":4,"missed":0,"complete":true})"),
            "malformed: the member \"items\" appears twice at byte 40");
}

TEST(Ndjson, KeepsNothingFromLineToLine) {
  ndjson::Parser parser;
  ASSERT_EQ(parser.parse("{\"key\":\"k\",\"value\":\"v\",\"ttl\":5}\n", false).kind,
            Found::Kind::record);
  ASSERT_EQ(parser.parse("{\"key\":\"k\"}\n", false).kind, Found::Kind::malformed);
  ASSERT_EQ(parser.parse("{\"key\":\"k\",\"value\":\"v\"}\n", false).kind, Found::Kind::record);
  EXPECT_FALSE(std::get<Record>(parser.content()).ttl);
}

}  // namespace
}  // namespace mcd
