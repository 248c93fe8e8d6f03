#include "cli/command/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/random_bytes.h"

namespace mcd::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Arguments = std::vector<std::string>;

constexpr Option set_options[] = {
    {.name = "ttl", .letter = 't', .value = "TTL", .type = ValueType::duration, .sentence = "x"},
    {.name = "newline", .letter = 'N', .sentence = "x"},
};
constexpr Option list_options[] = {
    {.name = "null", .letter = '0', .sentence = "x"},
    {.name = "file", .value = "PATH", .type = ValueType::file, .sentence = "x"},
    {.name = "result", .letter = 'r', .sentence = "x"},
};
constexpr Command set = {.name = "set", .options = set_options};
constexpr Command list = {.name = "list", .options = list_options};
constexpr Command relay = {.name = "relay", .operands_that_end_options = 1};
constexpr const Command* table[] = {&set, &list, &relay};

// "option:ttl", "value:ttl=5", "operand=k": a token in short.
std::string short_form(const Token& token) {
  constexpr std::string_view kinds[] = {"option",  "value",   "operand",
                                        "unknown", "missing", "unwanted"};
  std::string text(kinds[static_cast<std::size_t>(token.kind)]);
  if (token.option != nullptr) text += ":" + std::string(token.option->name);
  const bool shows_text = token.kind == Token::Kind::value || token.kind == Token::Kind::operand ||
                          token.kind == Token::Kind::unknown_option;
  return shows_text ? text + "=" + std::string(token.text) : text;
}

Arguments short_forms(std::span<const Token> tokens) {
  Arguments forms;
  for (const Token& token : tokens) forms.push_back(short_form(token));
  return forms;
}

// Of arguments of `set`.
Arguments forms(const Arguments& arguments) {
  return short_forms(read_arguments(set, arguments));
}

// Of a whole command line.
Arguments line_forms(const Arguments& arguments) {
  return short_forms(read_command_line(table, arguments).tokens);
}

bool asks(const Arguments& arguments, std::string_view name) {
  return asks_for(read_command_line(table, arguments).tokens, name);
}

TEST(Tokens, EverySpellingOfAnOptionWithAValueIsTheSame) {
  for (const Arguments& arguments : {Arguments{"--ttl=5"}, {"--ttl", "5"}, {"-t5"}, {"-t", "5"}}) {
    EXPECT_THAT(forms(arguments), ElementsAre("option:ttl", "value:ttl=5"));
  }
  EXPECT_THAT(forms({"-t=5"}), ElementsAre("option:ttl", "value:ttl==5"));
  EXPECT_THAT(forms({"--ttl="}), ElementsAre("option:ttl", "value:ttl="));
  EXPECT_THAT(forms({"--ttl=a=b"}), ElementsAre("option:ttl", "value:ttl=a=b"));
  EXPECT_THAT(forms({"--ttl", "--quiet"}), ElementsAre("option:ttl", "value:ttl=--quiet"));
}

TEST(Tokens, SwitchesShareADash) {
  EXPECT_THAT(forms({"-qNt5"}),
              ElementsAre("option:quiet", "option:newline", "option:ttl", "value:ttl=5"));
  EXPECT_THAT(forms({"-qNt", "5"}),
              ElementsAre("option:quiet", "option:newline", "option:ttl", "value:ttl=5"));
  EXPECT_THAT(forms({"-tq"}), ElementsAre("option:ttl", "value:ttl=q"));
}

TEST(Tokens, OperandsAreWhatIsNoOption) {
  EXPECT_THAT(forms({"k", "-", "", "-5", "--", "--quiet", "--", "-t"}),
              ElementsAre("operand=k", "operand=-", "operand=", "operand=-5", "operand=--quiet",
                          "operand=--", "operand=-t"));
}

TEST(Tokens, ADigitIsAnOptionOfTheCommandThatHasIt) {
  EXPECT_THAT(line_forms({"list", "-0q", "-5"}),
              ElementsAre("option:null", "option:quiet", "operand=-5"));
  EXPECT_THAT(line_forms({"-0", "list"}), ElementsAre("option:null"));
  EXPECT_THAT(line_forms({"set", "-0"}), ElementsAre("operand=-0"));
}

TEST(Tokens, TheFirstOperandEndsTheOptionsOfACommandThatPassesThemOn) {
  EXPECT_THAT(line_forms({"relay", "-q", "x", "-v", "--json"}),
              ElementsAre("option:quiet", "operand=x", "operand=-v", "operand=--json"));
}

TEST(Tokens, WhatIsWrongIsATokenAndEndsNothing) {
  EXPECT_THAT(forms({"--nonsense=5", "-q"}), ElementsAre("unknown=--nonsense", "option:quiet"));
  EXPECT_THAT(forms({"-xq", "k"}), ElementsAre("unknown=x", "option:quiet", "operand=k"));
  EXPECT_THAT(forms({"--quiet=yes", "-v"}), ElementsAre("unwanted:quiet", "option:verbose"));
  EXPECT_THAT(forms({"k", "--ttl"}), ElementsAre("operand=k", "option:ttl", "missing:ttl"));
  EXPECT_THAT(forms({"-qt"}), ElementsAre("option:quiet", "option:ttl", "missing:ttl"));
  EXPECT_THAT(forms({"---", "--="}), ElementsAre("unknown=---", "unknown=--"));
  EXPECT_THAT(forms({std::string("-\0", 2)}), ElementsAre(std::string("unknown=\0", 9)));
}

TEST(Tokens, AnOptionOfAnotherCommandIsUnknownWithItsValue) {
  EXPECT_THAT(line_forms({"set", "--file", "-q"}),
              ElementsAre("unknown:file=--file", "value:file=-q"));
  EXPECT_THAT(line_forms({"set", "--result"}), ElementsAre("unknown:result=--result"));
  EXPECT_THAT(line_forms({"set", "--file=-q"}), ElementsAre("unknown=--file"));
  EXPECT_THAT(line_forms({"list", "-t"}), ElementsAre("unknown:ttl=t", "missing:ttl"));
  EXPECT_THAT(line_forms({"list", "-Nt5q"}),
              ElementsAre("unknown:newline=N", "unknown:ttl=t", "value:ttl=5q"));
}

TEST(Tokens, KnowTheArgumentThatTheyArePartOf) {
  const Arguments arguments = {"-qt5", "--ttl", "7", "k"};
  std::vector<std::string_view> all;
  for (const Token& token : read_arguments(set, arguments)) all.push_back(token.argument);
  EXPECT_THAT(all, ElementsAre("-qt5", "-qt5", "-qt5", "--ttl", "7", "k"));
}

TEST(CommandWord, IsFoundAfterGlobalOptions) {
  const auto place = [](const Arguments& arguments) {
    return read_command_line(table, arguments).place;
  };
  EXPECT_EQ(place({"get", "k"}), 0U);
  EXPECT_EQ(place({"-q", "get", "k"}), 1U);
  EXPECT_EQ(place({"-s", "a", "get", "k"}), 2U);
  EXPECT_EQ(place({"-sa", "get", "k"}), 1U);
  EXPECT_EQ(place({"-qs", "a", "get"}), 2U);
  EXPECT_EQ(place({"--server", "a", "get"}), 2U);
  EXPECT_EQ(place({"--server=a", "get"}), 1U);
  EXPECT_EQ(place({"--server", "get", "get"}), 2U);
  EXPECT_EQ(place({"--json", "get"}), 1U);
  EXPECT_EQ(place({"--json", "--quiet"}), 2U);
  EXPECT_EQ(place({"--server"}), 1U);
  EXPECT_EQ(place({}), 0U);
}

TEST(CommandWord, IsNoToken) {
  const Arguments arguments = {"-q", "-sa", "set", "k", "set"};
  const CommandLine line = read_command_line(table, arguments);
  EXPECT_EQ(line.command, &set);
  EXPECT_EQ(line.before, 3U);
  EXPECT_THAT(short_forms(line.tokens), ElementsAre("option:quiet", "option:server",
                                                    "value:server=a", "operand=k", "operand=set"));
}

TEST(CommandWord, MayBeUnknownOrMissing) {
  const Arguments unknown = {"-q", "--ttl", "ste", "-N", "--file", "-v"};
  const CommandLine line = read_command_line(table, unknown);
  EXPECT_EQ(line.command, nullptr);
  EXPECT_EQ(line.place, 2U);
  EXPECT_EQ(line.before, 2U);
  EXPECT_THAT(short_forms(line.tokens),
              ElementsAre("option:quiet", "unknown:ttl=--ttl", "value:ttl=ste", "unknown:newline=N",
                          "unknown:file=--file", "value:file=-v"));
  EXPECT_EQ(read_command_line(table, Arguments{""}).place, 0U);
  EXPECT_EQ(read_command_line(table, Arguments{"--nonsense", "-q"}).place, 2U);
  EXPECT_THAT(line_forms({"--nonsense", "--server"}),
              ElementsAre("unknown=--nonsense", "option:server", "missing:server"));
  EXPECT_THAT(line_forms({}), IsEmpty());
}

TEST(CommandWord, MayFollowOptionsOfTheCommand) {
  EXPECT_THAT(line_forms({"-N", "--ttl=5", "-qt7", "set", "k"}),
              ElementsAre("option:newline", "option:ttl", "value:ttl=5", "option:quiet",
                          "option:ttl", "value:ttl=7", "operand=k"));
  EXPECT_THAT(line_forms({"-5", "set", "k"}), ElementsAre("operand=-5", "operand=k"));
  EXPECT_THAT(line_forms({"--", "--json", "set", "-q"}),
              ElementsAre("operand=--json", "operand=-q"));
  // Whether a value follows is known of global options alone.
  EXPECT_EQ(read_command_line(table, Arguments{"--ttl", "1h", "set"}).place, 1U);
  EXPECT_EQ(read_command_line(table, Arguments{"-Ns", "set", "a"}).place, 1U);
  EXPECT_THAT(line_forms({"-Ns", "set", "a"}),
              ElementsAre("option:newline", "option:server", "value:server=a"));
}

TEST(AsksFor, FindsASwitchWhateverElseIsWrong) {
  EXPECT_TRUE(asks({"-vq", "ste"}, "quiet"));
  EXPECT_TRUE(asks({"ste", "-k", "--quiet"}, "quiet"));
  EXPECT_TRUE(asks({"set", "-qN", "--nonsense"}, "quiet"));
  EXPECT_TRUE(asks({"--json", "set", "k", "--server"}, "json"));
  EXPECT_TRUE(asks({"ste", "--result"}, "result")) << "which is an option of some commands";
  EXPECT_TRUE(asks({"set", "-r"}, "result"));
}

TEST(AsksFor, FindsNoValuesAndNoOperands) {
  EXPECT_FALSE(asks({"set", "--nonsense", "--", "-q"}, "quiet"));
  EXPECT_FALSE(asks({"set", "-sq", "--nonsense"}, "quiet"));
  EXPECT_FALSE(asks({"set", "--server", "-q", "--nonsense"}, "quiet"));
  EXPECT_FALSE(asks({"ste", "-tq"}, "quiet")) << "-t takes a value where there is one";
  EXPECT_FALSE(asks({"--ttl", "-q"}, "quiet"));
  EXPECT_TRUE(asks({"--ttl", "5", "-q", "set"}, "quiet"));
  EXPECT_TRUE(asks({"--ttl", "list", "-q"}, "quiet"));
  EXPECT_FALSE(asks({"set", "--json=yes"}, "json"));
  EXPECT_FALSE(asks({"set", "--server"}, "server-nonsense"));
}

// Every token is part of an argument, in their order; an option that takes a value has one or lacks
// it at the end.
void expect_sound(const Arguments& arguments, std::span<const Token> tokens) {
  std::size_t place = 0;
  for (std::size_t index = 0; index < tokens.size(); ++index) {
    const Token& token = tokens[index];
    while (place < arguments.size() && arguments[place].data() != token.argument.data()) ++place;
    ASSERT_LT(place, arguments.size());
    EXPECT_EQ(token.argument, arguments[place]);
    if (token.kind == Token::Kind::operand) {
      EXPECT_EQ(token.text, token.argument);
    }
    if (token.kind != Token::Kind::option) continue;
    ASSERT_NE(token.option, nullptr);
    if (token.option->value.empty()) continue;
    ASSERT_LT(index + 1, tokens.size());
    const Token& next = tokens[index + 1];
    EXPECT_EQ(next.option, token.option);
    if (next.kind == Token::Kind::missing_value) {
      EXPECT_EQ(index + 2, tokens.size());
    } else {
      EXPECT_EQ(next.kind, Token::Kind::value);
    }
  }
}

TEST(Tokens, AnyArgumentsAreAccountedFor) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  const Arguments known = {"set", "list", "-N", "-q", "--ttl", "--server", "--json", "-t", "-0"};
  for (int round = 0; round < 3000; ++round) {
    Arguments arguments;
    for (std::size_t left = test::random_number(generator, 0, 6); left > 0; --left) {
      const std::size_t choice = test::random_number(generator, 0, 2 * known.size() - 1);
      const std::string dashes(test::random_number(generator, 0, 2), '-');
      arguments.push_back(choice < known.size() ? known[choice]
                                                : dashes + test::random_argument(generator));
    }
    SCOPED_TRACE(testing::PrintToString(arguments));
    const CommandLine line = read_command_line(table, arguments);
    ASSERT_LE(line.place, arguments.size());
    ASSERT_LE(line.before, line.tokens.size());
    expect_sound(arguments, line.tokens);
    expect_sound(arguments, read_arguments(set, arguments));
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace mcd::cli
