#include "core/agi/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "tests/support/asterisk_channel.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd::agi {
namespace {

using test::AsteriskChannel;
using test::random_bytes;
using test::random_number;
using testing::ElementsAre;

Header header_of(const std::string& text) {
  const Parsed<Header> parsed = parse_header(text);
  EXPECT_TRUE(parsed && *parsed) << text;
  return parsed && *parsed ? **parsed : Header{};
}

TEST(AgiHeader, TellsOfTheRequestAndTheChannel) {
  const AsteriskChannel channel("agi://127.0.0.1/mcdset?encode=uri,key, a ,,\"x,y\"");
  const std::string text = channel.header();
  const Header header = header_of(text + "more");
  EXPECT_EQ(header.request, "agi://127.0.0.1/mcdset?encode=uri");
  EXPECT_EQ(header.script, "mcdset?encode=uri");
  EXPECT_EQ(header.channel, "Local/1@test-00000001;2");
  EXPECT_EQ(header.version, "22.10.1");
  EXPECT_THAT(header.arguments, ElementsAre("key", " a ", "", "x,y"));
  EXPECT_FALSE(header.is_forged);
  EXPECT_EQ(header.size, text.size());
}

TEST(AgiHeader, IsNotWholeBeforeItsLastByte) {
  const std::string text = AsteriskChannel("agi://127.0.0.1/mcdget,VAR,key").header();
  for (std::size_t length = 0; length < text.size(); ++length) {
    ASSERT_FALSE(parse_header(text.substr(0, length))) << length;
  }
  EXPECT_TRUE(parse_header(text));
}

TEST(AgiHeader, MayBeEmpty) {
  EXPECT_EQ(header_of("\n").size, 1U);
  EXPECT_EQ(header_of("\n").script, "");
}

TEST(AgiHeader, IsForgedWhereALineIsNoneOrComesTwice) {
  for (const std::string line :
       {"no header line", "agi_arg_1:x", "AGI_ARG_1: x", "arg: x",
        "agi_version: 22\nagi_version: 16", "agi_arg_1: a\nagi_arg_1: b",
        "agi_arg_2: without the first", "agi_arg_1: a\nagi_arg_3: c", "agi_arg_0: x",
        "agi_arg 1: x", "200 result=1 (x)", " agi_arg_1: x", "agi_arg_1: a\nagi_arg_01: b"}) {
    EXPECT_TRUE(header_of(line + "\n\n").is_forged) << line;
  }
  EXPECT_FALSE(header_of("agi_arg_1: a\nagi_arg_2: \nagi_arg_x: b\n\n").is_forged);
}

// What came first is Asterisk's, as long as it says it before it says anything of the dialplan's.
TEST(AgiHeader, KeepsWhatCameFirst) {
  const Header header = header_of("agi_version: 16.28\nagi_callerid: x\nagi_version: 22\n\n");
  EXPECT_EQ(header.version, "16.28");
  EXPECT_TRUE(header.is_forged);
}

TEST(AgiHeader, EndsSomewhere) {
  const std::string line = "agi_arg_1: " + std::string(longest_header, 'x');
  EXPECT_FALSE(parse_header(line.substr(0, longest_header - 1)));
  for (const std::string& endless : {line, std::string(longest_header, 'x') + "\n\n",
                                     std::string(longest_header / 2, '\0') + line}) {
    const Parsed<Header> parsed = parse_header(endless);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->code(), Code::protocol_error);
    EXPECT_EQ(parsed->error().advice, debugging);
  }
  std::string many;
  while (many.size() < longest_header) many += "x\n";
  EXPECT_EQ(parse_header(many)->code(), Code::protocol_error);
}

TEST(AgiHeader, HasRoomForAllThatAnApplicationTakes) {
  std::string data = "agi://127.0.0.1/mcdset,key,";
  while (data.size() < 8191) data += data.size() % 70 == 0 ? ',' : 'v';
  EXPECT_FALSE(header_of(AsteriskChannel(data).header()).is_forged);
}

TEST(AgiHeader, OfAnyBytesIsReadWithoutHarm) {
  std::mt19937_64 generator(5);
  for (int round = 0; round < 3000; ++round) {
    std::string text = AsteriskChannel("agi://127.0.0.1/mcdget,VAR,key").header();
    text.insert(random_number(generator, 0, text.size()),
                random_bytes(generator, random_number(generator, 0, 20), true));
    const Parsed<Header> parsed = parse_header(text);
    if (parsed && *parsed) {
      EXPECT_LE((*parsed)->size, text.size());
    }
  }
}

// All that comes, byte by byte.
TEST(AgiReceived, PartsTheHeaderFromTheLines) {
  for (const std::string header : {"\n", "agi_version: 22\n\n", "agi_version: 22\nno header\n\n"}) {
    Received received;
    for (const char letter : header) {
      EXPECT_FALSE(received.take_header());
      received.add({&letter, 1});
    }
    const Parsed<Header> taken = received.take_header();
    ASSERT_TRUE(taken && *taken) << header;
    EXPECT_EQ((*taken)->size, header.size());
    EXPECT_TRUE(received.is_empty());
    for (const std::string line : {"200 result=1", "", "HANGUP"}) {
      for (const char letter : line) {
        received.add({&letter, 1});
        EXPECT_FALSE(received.take_line());
      }
      received.add("\n");
      const Parsed<std::string> line_taken = received.take_line();
      ASSERT_TRUE(line_taken && *line_taken) << line;
      EXPECT_EQ(**line_taken, line);
      EXPECT_FALSE(received.take_line());
    }
  }
}

TEST(AgiReceived, MayComeAtOnce) {
  Received received;
  received.add(AsteriskChannel("agi://127.0.0.1/mcdget,VAR,key").header() + "one\ntwo\n");
  ASSERT_TRUE(received.take_header());
  EXPECT_EQ(**received.take_line(), "one");
  EXPECT_EQ(**received.take_line(), "two");
  EXPECT_FALSE(received.take_line());
}

TEST(AgiReceived, EndsSomewhere) {
  Received header;
  header.add(std::string(longest_header - 1, 'x'));
  EXPECT_FALSE(header.take_header());
  header.add("x");
  EXPECT_EQ(header.take_header()->code(), Code::protocol_error);
  Received line;
  line.add(std::string(16384, 'x'));
  EXPECT_FALSE(line.take_line());
  line.add("x");
  EXPECT_EQ(line.take_line()->code(), Code::protocol_error);
}

// It is not memcached that is to be looked at.
TEST(AgiReceived, SaysWhatCameWhereNothingElseDoes) {
  Received received;
  EXPECT_EQ(
      describe(received.silence()),
      "talk to Asterisk: no answer within 10 s; watch the conversation with 'agi set debug on' in "
      "Asterisk (31 MEMCACHED_TIMEOUT)");
  received.add("200 result=0\nand");
  ASSERT_TRUE(received.take_line());
  EXPECT_EQ(received.silence().reason, "no answer within 10 s; the last line was \"200 result=0\"");
  EXPECT_EQ(
      describe(received.nonsense()),
      "talk to Asterisk: Asterisk answered \"200 result=0\"; watch the conversation with 'agi set debug on' "
      "in Asterisk (8 MEMCACHED_PROTOCOL_ERROR)");
  received.expect_answer();
  EXPECT_EQ(received.silence().reason, "no answer within 10 s");
}

TEST(AgiCommand, MayBeLongerFromAsterisk22On) {
  for (const char* version :
       {"22.0.0", "22.10.1", "23.1", "22", "100.0.0", "22.1.0~rc1", "22-cert1",
        "certified/22.8-cert1", "GIT-22-1a2b3c4", "GIT-22.8-1a2b3c4M"}) {
    EXPECT_EQ(longest_command(version), 8191U) << version;
  }
  for (const char* version : {"16.28.0", "18.1", "20.11.1", "21.9", "", "GIT-master-1",
                              "GIT-master-22", "GIT-20-99abcd", "GIT-20260101-1", "GIT-4857abc",
                              "certified/20.7-cert22", "SVN-trunk-r22", "-22.0", "x22.1"}) {
    EXPECT_EQ(longest_command(version), 2047U) << version;
  }
}

TEST(AgiStatus, StandsInFrontOfAnAnswer) {
  EXPECT_EQ(status_of("200 result=1 (a (b) c)"), 200);
  EXPECT_EQ(status_of("200 result=0"), 200);
  EXPECT_EQ(status_of("520 End of proper usage."), 520);
  EXPECT_EQ(status_of("510 Invalid or unknown command"), 510);
}

TEST(AgiStatus, StandsInNothingElse) {
  for (const char* line :
       {"", "HANGUP", "520-Invalid command syntax.", "200", "20 x", "2000 x", "-20 x", "+20 x",
        " 200 x", "099 x", "Usage: SET VARIABLE", "agi_x: 1"}) {
    EXPECT_FALSE(status_of(line)) << line;
  }
}

TEST(AgiQuoted, IsReadBackByAsterisk) {
  EXPECT_EQ(quoted("a\"b\\c d"), "\"a\\\"b\\\\c d\"");
  EXPECT_EQ(quoted(""), "\"\"");
}

TEST(UriEncoding, IsThatOfTheDialplan) {
  EXPECT_EQ(uri_encode("aZ09-_.~"), "aZ09-_.~");
  EXPECT_EQ(uri_encode(std::string_view(" %,\n\0\xff/", 7)), "%20%25%2C%0A%00%FF%2F");
  EXPECT_EQ(uri_decode("%2c%2C+a%00"), std::string(",,+a\0", 5));
  for (const char* wrong : {"%", "%2", "a%", "%zz", "%2x", "%x2", "%%20", "% 20"}) {
    EXPECT_EQ(uri_decode(wrong), std::nullopt) << wrong;
  }
}

TEST(UriEncoding, IsDecodedToTheSameBytes) {
  std::mt19937_64 generator(11);
  for (int round = 0; round < 2000; ++round) {
    const std::string bytes = random_bytes(generator, random_number(generator, 0, 300), true);
    const std::string text = uri_encode(bytes);
    ASSERT_EQ(text.find_first_of(",\"\\() \n"), std::string::npos);
    ASSERT_EQ(uri_decode(text), bytes);
    (void)uri_decode(bytes);  // of whatever bytes, without harm
  }
}

// Any bytes but newline and NUL, which AGI can't carry.
std::string random_value(std::mt19937_64& generator) {
  std::string value = random_number(generator, 0, 1) == 0
                          ? random_bytes(generator, random_number(generator, 0, 60), false)
                          : test::random_argument(generator);
  std::erase(value, '\n');
  std::erase(value, '\0');
  for (int special = 0; special < 5; ++special) {
    constexpr std::string_view letters = ",\"\\()[]{} :$";
    value.insert(random_number(generator, 0, value.size()), 1,
                 letters[random_number(generator, 0, letters.size() - 1)]);
  }
  return value;
}

TEST(AgiSetCommand, BringsAnyValueToOneVariableOrTwo) {
  std::mt19937_64 generator(17);
  for (int round = 0; round < 3000; ++round) {
    const std::string first = random_value(generator);
    const std::string second = random_value(generator);
    AsteriskChannel channel("agi://127.0.0.1/x");
    const auto one = set_command("ONE", first, 8191);
    const auto two = set_command("TWO", first, "THREE", second, 16000);
    ASSERT_TRUE(one && two);
    ASSERT_EQ(one->find('\n'), one->size() - 1);
    ASSERT_EQ(two->find('\n'), two->size() - 1);
    channel.reply_to(one->substr(0, one->size() - 1));
    channel.reply_to(two->substr(0, two->size() - 1));
    if (channel.was_line_cut) continue;  // of two with 4097 quotes each
    ASSERT_EQ(channel["ONE"], first);
    ASSERT_EQ(channel["TWO"], first);
    ASSERT_EQ(channel["THREE"], second);
  }
}

TEST(AgiSetCommand, IsExactlyAsLongAsItMayBe) {
  for (const std::size_t longest : {2047U, 8191U}) {
    const std::size_t frame = std::string_view("SET VARIABLE VAR \"\"\n").size();
    const auto command = set_command("VAR", std::string(longest - frame, 'v'), longest);
    ASSERT_TRUE(command);
    EXPECT_EQ(command->size(), longest);
    EXPECT_FALSE(set_command("VAR", std::string(longest - frame + 1, 'v'), longest));
    // What is escaped takes up two bytes, and four where ARRAY() parts it.
    EXPECT_FALSE(set_command("VAR", std::string(longest / 2, '"'), longest));
    EXPECT_FALSE(set_command("R", "0", "VAR", std::string(longest / 4, '"'), longest));
    EXPECT_TRUE(set_command("VAR", std::string(longest / 4, '"'), longest));
  }
}

TEST(AgiVariableName, IsPlain) {
  for (const char* good : {"VAR", "v", "_VAR", "__VAR", "a_1", "MCDTTL"}) {
    EXPECT_TRUE(is_variable_name(good)) << good;
  }
  for (const char* bad : {"", "_", "__", "1a", "A B", "CHANNEL(x)", "a,b", "a\"", "${A}", "a-b",
                          "a\n", "\xc3\xa9", "VAR)", "GLOBAL(x)", "SHELL(x)", "~HASH~a"}) {
    EXPECT_FALSE(is_variable_name(bad)) << bad;
  }
}

// What comes of the question, put to that channel.
std::optional<Result<ChannelQuestion::Answer>> ask(AsteriskChannel& channel,
                                                   const std::string& nonce = "n0nce") {
  ChannelQuestion question(nonce);
  const std::string command = question.command();
  EXPECT_TRUE(command.ends_with('\n'));
  std::string lines = channel.reply_to(command.substr(0, command.size() - 1)) + "\n";
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (auto answer = question.take_line(lines.substr(0, end))) {
      EXPECT_EQ(end, lines.size() - 1) << "it ends before its end";
      return answer;
    }
    lines.erase(0, end + 1);
  }
  return std::nullopt;
}

// Whatever the bytes: brackets and colons too, at which the dialplan's functions stop.
TEST(AgiQuestion, BringsWhatTheDialplanGaveByteForByte) {
  std::mt19937_64 generator(23);
  for (int round = 0; round < 3000; ++round) {
    const std::string data = "agi://127.0.0.1/mcdset,key," + random_value(generator) +
                             (round % 2 == 0 ? "\n\n200 result=1 (a):b\n" : "") +
                             random_value(generator);
    AsteriskChannel channel(data);
    channel.variables["MCDTTL"] = random_value(generator);
    const auto answer = ask(channel);
    ASSERT_TRUE(answer && *answer);
    ASSERT_EQ((*answer)->data, data.substr(0, 4095));
    ASSERT_EQ((*answer)->ttl, channel["MCDTTL"].substr(0, 1000));
    ASSERT_EQ((*answer)->is_cut, data.size() >= 4095);
    ASSERT_TRUE((*answer)->has_array);
  }
}

TEST(AgiQuestion, TellsAVariableThatIsNotSet) {
  AsteriskChannel channel("agi://127.0.0.1/mcdget,VAR,key");
  const auto answer = ask(channel);
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->ttl, std::nullopt);
}

TEST(AgiQuestion, KnowsWhatTheAsteriskLacks) {
  AsteriskChannel without_array("agi://127.0.0.1/mcdget,VAR,key");
  without_array.missing_functions = {"LEN"};
  const auto answer = ask(without_array);
  ASSERT_TRUE(answer && *answer);
  EXPECT_FALSE((*answer)->has_array);
  AsteriskChannel without_channel("agi://127.0.0.1/mcdget,VAR,key");
  without_channel.missing_functions = {"CHANNEL"};
  EXPECT_EQ(ask(without_channel)->code(), Code::not_supported);
}

TEST(AgiQuestion, TakesNoAnswerWithoutItsNumber) {
  ChannelQuestion question("n0nce");
  for (const char* line :
       {"", "HANGUP", "200 result=1", "200 result=1 (n0nc:1::n0nc:data:n0nc)",
        "510 Invalid or unknown command", "200 result=1 (x n0nce:1::n0nce:data:n0nce)",
        " 200 result=1 (n0nce:1::n0nce:data:n0nce)", "201 result=1 (n0nce:1::n0nce:x:n0nce)"}) {
    EXPECT_FALSE(question.take_line(line)) << line;
    EXPECT_FALSE(question.has_begun()) << line;
  }
}

TEST(AgiQuestion, FailsWhereItsAnswerIsIncompleteOrEndless) {
  for (const char* line : {"200 result=1 (n0nce:n0nce)", "200 result=1 (n0nce::n0nce)",
                           "200 result=1 (n0nce:1:n0nce)", "200 result=1 (n0nce::n0nce:x:n0nce)"}) {
    ChannelQuestion question("n0nce");
    const auto answer = question.take_line(line);
    if (answer) {
      EXPECT_EQ(answer->code(), Code::protocol_error) << line;
      EXPECT_EQ(answer->error().advice, debugging) << line;
    }
  }
  ChannelQuestion question("n0nce");
  EXPECT_FALSE(question.take_line("200 result=1 (n0nce:1:"));
  EXPECT_TRUE(question.has_begun());
  std::optional<Result<ChannelQuestion::Answer>> answer;
  for (int line = 0; line < 20000 && !answer; ++line) answer = question.take_line("");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code(), Code::protocol_error);
  EXPECT_EQ(answer->error().advice, debugging);
}

}  // namespace
}  // namespace mcd::agi
