#include "cli/command/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Arguments = std::vector<std::string>;

constexpr Operand operands[] = {{"KEY", 1, any_number, ValueType::key}};
constexpr std::string_view modes[] = {"set", "add"};
constexpr Option options[] = {
    {.name = "ttl", .letter = 't', .value = "TTL", .type = ValueType::duration, .sentence = "x"},
    {.name = "cas", .value = "TOKEN", .type = ValueType::number, .sentence = "x"},
    {.name = "newline", .letter = 'N', .sentence = "x"},
    {.name = "mode", .value = "MODE", .type = ValueType::choice, .sentence = "x", .choices = modes},
};
// A command with options of every kind, beside the global ones (-s is one that repeats).
constexpr Command command = {.name = "try",
                             .group = "Tests",
                             .sentence = "x",
                             .description = "x",
                             .operands = operands,
                             .options = options};

Result<Invocation> parsed_of(const Arguments& arguments) {
  return parse(command, read_arguments(command, arguments));
}

Invocation typed(const Arguments& arguments) {
  Result<Invocation> parsed = parsed_of(arguments);
  EXPECT_TRUE(parsed) << describe(parsed.error());
  return parsed ? std::move(*parsed) : Invocation();
}

Error error_of(const Arguments& arguments) {
  const Result<Invocation> parsed = parsed_of(arguments);
  EXPECT_FALSE(parsed);
  return parsed ? Error{} : parsed.error();
}

TEST(Parse, TakesEverySpellingOfAnOptionWithAValue) {
  for (const Arguments& arguments : {Arguments{"--ttl=5", "k"},
                                     {"--ttl", "5", "k"},
                                     {"-t5", "k"},
                                     {"-t", "5", "k"},
                                     {"k", "--ttl=5"},
                                     {"k", "--ttl", "5"},
                                     {"k", "-t5"},
                                     {"k", "-t", "5"}}) {
    const Invocation invocation = typed(arguments);
    EXPECT_EQ(invocation.value("ttl"), "5") << testing::PrintToString(arguments);
    EXPECT_THAT(invocation.operands(), ElementsAre("k"));
  }
}

TEST(Parse, TakesSwitchesAloneAndInClusters) {
  for (const Arguments& arguments :
       {Arguments{"-q", "-N", "k"}, {"-qN", "k"}, {"-Nq", "k"}, {"--quiet", "k", "--newline"}}) {
    const Invocation invocation = typed(arguments);
    EXPECT_TRUE(invocation.has("quiet")) << testing::PrintToString(arguments);
    EXPECT_TRUE(invocation.has("newline"));
    EXPECT_FALSE(invocation.has("verbose"));
    EXPECT_THAT(invocation.operands(), ElementsAre("k"));
  }
}

TEST(Parse, AClusterMayEndInAnOptionWithItsValue) {
  EXPECT_EQ(typed({"-qNt5", "k"}).value("ttl"), "5");
  EXPECT_EQ(typed({"-qNt", "5", "k"}).value("ttl"), "5");
  EXPECT_EQ(typed({"-tq", "k"}).value("ttl"), "q");  // q is the value here, and no switch.
  EXPECT_FALSE(typed({"-tq", "k"}).has("quiet"));
  EXPECT_EQ(typed({"-t=5", "k"}).value("ttl"), "=5");  // As getopt has it.
}

TEST(Parse, KeepsAllValuesOfAnOptionThatRepeatsAndTheLastOfOthers) {
  const Invocation invocation = typed({"-s", "a", "--server=b", "k", "-sc", "--ttl=1", "-t2"});
  EXPECT_THAT(invocation.values("server"), ElementsAre("a", "b", "c"));
  EXPECT_EQ(invocation.value("ttl"), "2");
  EXPECT_TRUE(typed({"-q", "-q", "k", "--quiet"}).has("quiet"));
}

TEST(Parse, ValuesComeOutByteForByte) {
  for (const std::string value :
       {"",  " ",  "[a,b]", "[",  "++",  "--",  "-5",    "-q",  "--ttl", "-",
        "=", "==", "=x",    "%s", "a,b", "'a'", "\"a\"", "\\n", "\n",    "$(x)"}) {
    EXPECT_EQ(typed({"--ttl", value, "k"}).value("ttl"), value) << value;
    EXPECT_EQ(typed({"--ttl=" + value, "k"}).value("ttl"), value) << value;
    EXPECT_EQ(typed({"-t", value, "k"}).value("ttl"), value) << value;
    EXPECT_EQ(typed({"k", "-s", value}).values("server"), Arguments{value}) << value;
    if (!value.empty()) {
      EXPECT_EQ(typed({"-t" + value, "k"}).value("ttl"), value) << value;
    }
  }
}

TEST(Parse, OperandsComeOutByteForByte) {
  for (const std::string operand :
       {"",  " ",  "[a,b]", "[a",  "++",  "+",  "-",   "-5",    "-5x", "-0",
        "=", "=x", "%s",    "a=b", "a,b", "{}", "'a'", "\"a\"", "\\n", "\n"}) {
    EXPECT_THAT(typed({operand}).operands(), ElementsAre(operand)) << operand;
    EXPECT_THAT(typed({"k", operand, "l"}).operands(), ElementsAre("k", operand, "l")) << operand;
    EXPECT_THAT(typed({"-t", "5", operand, "-q"}).operands(), ElementsAre(operand)) << operand;
  }
}

TEST(Parse, EverythingAfterTwoDashesIsAnOperand) {
  for (const std::string operand : {"--", "-q", "--quiet", "--nonsense", "--ttl", "-t5", "[a,b]",
                                    "++", "-", "", "---", "--="}) {
    const Invocation invocation = typed({"k", "--", operand, "-x"});
    EXPECT_THAT(invocation.operands(), ElementsAre("k", operand, "-x")) << operand;
    EXPECT_FALSE(invocation.has("quiet"));
  }
  EXPECT_THAT(typed({"--"}).operands(), IsEmpty());
  EXPECT_THAT(typed({"-t", "--", "k"}).operands(), ElementsAre("k"));  // There it is a value.
}

// Arguments, and what they come to.
struct RandomArguments {
  Arguments typed{};
  Arguments operands{};
  Arguments servers{};
  std::optional<std::string> ttl{};

  void add_option_or_operand(std::mt19937_64& generator) {
    const std::string text = test::random_argument(generator);
    switch (test::random_number(generator, 0, 6)) {
      case 0: return add_server({"-s", text}, text);
      case 1: return add_server({"--server", text}, text);
      case 2: return add_server({"--server=" + text}, text);
      case 3:
        if (text.empty()) return;
        typed.push_back("-qt" + text);
        ttl = text;
        return;
      default:
        const bool is_option =
            text.size() > 1 && text[0] == '-' && (text[1] < '0' || text[1] > '9');
        if (!is_option) add_operand(text);
    }
  }

  void add_server(const Arguments& arguments, const std::string& server) {
    typed.insert(typed.end(), arguments.begin(), arguments.end());
    servers.push_back(server);
  }

  void add_operand(const std::string& text) {
    typed.push_back(text);
    operands.push_back(text);
  }
};

RandomArguments random_arguments(std::mt19937_64& generator) {
  RandomArguments arguments;
  for (std::size_t left = test::random_number(generator, 0, 6); left > 0; --left) {
    arguments.add_option_or_operand(generator);
  }
  if (test::random_number(generator, 0, 1) == 0) return arguments;
  arguments.typed.emplace_back("--");
  for (std::size_t left = test::random_number(generator, 0, 3); left > 0; --left) {
    arguments.add_operand(test::random_argument(generator));
  }
  return arguments;
}

TEST(Parse, AnyArgumentsComeOutByteForByteOnBothSidesOfTwoDashes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  for (int round = 0; round < 3000; ++round) {
    const RandomArguments arguments = random_arguments(generator);
    SCOPED_TRACE(testing::PrintToString(arguments.typed));
    const Result<Invocation> parsed = parsed_of(arguments.typed);
    ASSERT_TRUE(parsed) << describe(parsed.error());
    ASSERT_EQ(parsed->operands(), arguments.operands);
    ASSERT_EQ(parsed->values("server"), arguments.servers);
    ASSERT_EQ(parsed->value("ttl"), arguments.ttl);
  }
}

TEST(Parse, AnyArgumentsAreTakenOrRefusedWithAPrintableLine) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 generator(seed);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    Arguments arguments;
    for (std::size_t left = test::random_number(generator, 0, 4); left > 0; --left) {
      const std::string dashes(test::random_number(generator, 0, 2), '-');
      arguments.push_back(dashes + test::random_argument(generator));
    }
    SCOPED_TRACE(testing::PrintToString(arguments));
    const Result<Invocation> parsed = parsed_of(arguments);
    if (parsed) continue;
    ++refused;
    ASSERT_EQ(parsed.code(), Code::argument_needed);
    ASSERT_TRUE(test::is_printable_line(describe(parsed.error()))) << describe(parsed.error());
  }
  EXPECT_GT(refused, 0);
}

TEST(Parse, AnUnknownOptionIsRefusedAndTheNearestSuggested) {
  const Error error = error_of({"k", "--ttk=5"});
  EXPECT_EQ(error.code, Code::argument_needed);
  EXPECT_EQ(error.attempt, "try");
  EXPECT_THAT(error.reason, AllOf(HasSubstr("no option \"--ttk\""), HasSubstr("\"--ttl\"?")));
  EXPECT_THAT(error.advice, HasSubstr("mcdctl try --help"));
  EXPECT_THAT(error_of({"--quite"}).reason, HasSubstr("\"--quiet\"?"));
}

TEST(Parse, WhatIsNoOptionAtAllIsToldWhereOperandsGo) {
  for (const Arguments& arguments :
       {Arguments{"-x"}, {"--nonsense"}, {"-qx"}, {"-\xff"}, {"---"}, {"--="}, {"-qNx5"}}) {
    EXPECT_THAT(error_of(arguments).reason, HasSubstr("put -- before arguments that start with -"))
        << arguments[0];
  }
}

TEST(Parse, AnUnknownOptionIsNamedAsItWasTyped) {
  EXPECT_THAT(error_of({"-xyz"}).reason, HasSubstr("no option \"-xyz\""));
  EXPECT_THAT(error_of({"-qx"}).reason, HasSubstr("no option \"-x\""));
  Command without = command;
  without.operands = {};
  const Arguments wrong = {"-x"};
  EXPECT_EQ(parse(without, read_arguments(without, wrong)).error().reason, "no option \"-x\"");
}

TEST(Parse, AnOptionNameIsNeverGuessedFromItsBeginning) {
  EXPECT_EQ(error_of({"--tt", "5"}).code, Code::argument_needed);
  EXPECT_EQ(error_of({"--new"}).code, Code::argument_needed);
  EXPECT_EQ(error_of({"--TTL", "5"}).code, Code::argument_needed);
}

TEST(Parse, AMissingValueIsRefused) {
  for (const Arguments& arguments : {Arguments{"k", "--ttl"}, {"k", "-t"}, {"k", "-qt"}}) {
    EXPECT_THAT(error_of(arguments).reason, HasSubstr("--ttl requires a value"));
  }
}

TEST(Parse, AValueForASwitchIsRefused) {
  EXPECT_THAT(error_of({"--quiet=yes"}).reason, HasSubstr("--quiet takes no value"));
  EXPECT_THAT(error_of({"--quiet="}).reason, HasSubstr("--quiet takes no value"));
}

TEST(Parse, ANulByteBelongsToNoOption) {
  EXPECT_EQ(error_of({std::string("-\0", 2)}).code, Code::argument_needed);
  EXPECT_EQ(error_of({std::string("-q\0", 3)}).code, Code::argument_needed);
  EXPECT_EQ(error_of({std::string("--ttl\0=5", 8)}).code, Code::argument_needed);
  EXPECT_THAT(typed({std::string("a\0b", 3)}).operands(), ElementsAre(std::string("a\0b", 3)));
}

TEST(Parser, KeepsNothingFromOneParseToTheNext) {
  Parser parser(command);
  const auto parse = [&parser](const Arguments& arguments) {
    return parser.parse(read_arguments(command, arguments));
  };
  const Result<Invocation> first = parse({"-q", "-s", "a", "--ttl=5", "k"});
  ASSERT_TRUE(first);
  EXPECT_FALSE(parse({"-N", "l", "--nonsense"}));
  EXPECT_FALSE(parse({"-N", "l", "--ttl"}));
  const Result<Invocation> next = parse({"m", "-sb"});
  ASSERT_TRUE(next);
  EXPECT_THAT(next->operands(), ElementsAre("m"));
  EXPECT_THAT(next->values("server"), ElementsAre("b"));
  for (const char* name : {"quiet", "newline", "ttl"}) EXPECT_FALSE(next->has(name)) << name;
  const Result<Invocation> empty = parse({});
  ASSERT_TRUE(empty);
  EXPECT_THAT(empty->operands(), IsEmpty());
  EXPECT_FALSE(empty->has("server"));
}

Status checked(const Operand& first, const Operand& second, const Arguments& given) {
  const Operand both[] = {first, second};
  Command two = command;
  two.operands = both;
  Invocation invocation;
  for (const std::string& operand : given) invocation.add_operand(operand);
  return check_operands(two, invocation);
}

TEST(Parse, TakesNothingButItsChoicesForAnOption) {
  EXPECT_EQ(typed({"--mode", "add"}).value("mode"), "add");
  for (const std::string wrong : {"ad", "", "set,add", "Set"}) {
    const Error error = error_of({"--mode", wrong});
    EXPECT_EQ(error.code, Code::argument_needed);
    EXPECT_THAT(error.reason, HasSubstr("--mode must be one of set, add, not " + quote(wrong)));
  }
  EXPECT_THAT(error_of({"--mode=ad"}).reason, HasSubstr("did you mean \"add\"?"));
}

TEST(Operands, ThatAnOptionTookAreMissed) {
  Command one = command;
  constexpr Operand key[] = {{"KEY", 1, 1, ValueType::key}};
  one.operands = key;
  const auto reason = [&one](const std::string& ttl) {
    Invocation invocation;
    invocation.add_option("ttl", ttl);
    return check_operands(one, invocation).error().reason;
  };
  EXPECT_THAT(reason("key"), testing::EndsWith("; --ttl took \"key\" as its TTL"));
  EXPECT_THAT(reason("5m"), testing::Not(HasSubstr("took")));
}

TEST(Operands, AreCounted) {
  constexpr Operand key = {"KEY", 1, 1, ValueType::key};
  constexpr Operand value = {"VALUE", 0, 1, ValueType::text};
  constexpr Operand keys = {"KEY", 1, any_number, ValueType::key};
  EXPECT_FALSE(checked(key, value, {}));
  EXPECT_TRUE(checked(key, value, {"a"}));
  EXPECT_TRUE(checked(key, value, {"a", "b"}));
  EXPECT_FALSE(checked(key, value, {"a", "b", "c"}));
  EXPECT_FALSE(checked(key, keys, {"a"}));
  EXPECT_TRUE(checked(key, keys, {"a", "b", "c", "d"}));
  const Status missing = checked(key, value, {});
  EXPECT_EQ(missing.code(), Code::argument_needed);
  EXPECT_THAT(missing.error().reason,
              AllOf(HasSubstr("missing"), HasSubstr("mcdctl try KEY [VALUE]")));
  EXPECT_THAT(checked(key, value, {"a", "b", "c"}).error().reason, HasSubstr("too many"));
}

}  // namespace
}  // namespace mcd::cli
