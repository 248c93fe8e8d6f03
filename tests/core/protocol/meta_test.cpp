#include "core/protocol/meta.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/support/core_values.h"
#include "tests/support/memcached_server.h"

namespace mcd {
namespace {

using testing::HasSubstr;

template <typename Append, typename... Operands>
std::string request(Append append, Operands... operands) {
  std::string out = "before";
  append(out, operands...);
  EXPECT_TRUE(out.starts_with("before"));
  return out.substr(6);
}

std::string set_request(std::string_view key, std::string_view value, std::uint32_t flags,
                        std::uint32_t expiry, StoreMode mode,
                        meta::Dialect dialect = meta::Dialect::current) {
  const meta::ItemToSet item{
      .wire_key = key, .value = value, .flags = flags, .expiry = expiry, .mode = mode};
  return request(meta::append_set, item, dialect, 0U);
}

// The reply to which `text` must parse as a whole.
meta::Reply reply_of(std::string_view text) {
  const Parsed<meta::Reply> parsed = meta::parse_reply(text);
  EXPECT_TRUE(parsed && *parsed) << escape(text);
  if (!parsed || !*parsed) return {};
  EXPECT_EQ((*parsed)->size, text.size());
  return **parsed;
}

Code code_of(std::string_view text) {
  return reply_of(text).code;
}

Error refusal_of(std::string_view text) {
  const Parsed<meta::Reply> parsed = meta::parse_reply(text);
  EXPECT_TRUE(parsed && !*parsed) << escape(text);
  if (!parsed || *parsed) return {};
  EXPECT_TRUE(test::is_printable_line(describe(parsed->error())));
  return parsed->error();
}

TEST(Meta, RequestsAreOneLineAndOneValue) {
  EXPECT_EQ(request(meta::append_get, "key", 0U), "mg key u v f t\r\n");
  EXPECT_EQ(request(meta::append_get_ttl, "key", 0U), "mg key u t\r\n");
  EXPECT_EQ(request(meta::append_delete, "key", 0U), "md key\r\n");
  EXPECT_EQ(set_request("key", "a\r\nb", 0, 0, StoreMode::set), "ms key 4\r\na\r\nb\r\n");
  EXPECT_EQ(set_request("key", "", 7, 60, StoreMode::add), "ms key 0 T60 F7 ME\r\n\r\n");
  EXPECT_EQ(set_request("key", "x", 0, 0, StoreMode::replace), "ms key 1 MR\r\nx\r\n");
}

TEST(Meta, KeysThatNoLineCanHoldTravelAsBase64) {
  const std::string odd("a b\n", 4);
  EXPECT_EQ(request(meta::append_get, odd, 0U), "mg YSBiCg== u v f t b\r\n");
  EXPECT_EQ(request(meta::append_delete, odd, 0U), "md YSBiCg== b\r\n");
  EXPECT_EQ(set_request(odd, "x", 0, 0, StoreMode::set), "ms YSBiCg== 1 b\r\nx\r\n");
  EXPECT_TRUE(meta::can_name(odd));
  EXPECT_TRUE(meta::can_name(std::string(250, 'k')));
  EXPECT_FALSE(meta::can_name(std::string(250, ' '))) << "base64 makes it longer than keys can be";
}

TEST(Meta, VersionsTellTheirDialect) {
  EXPECT_EQ(meta::dialect_of("1.6.6"), meta::Dialect::before_1_6_10);
  EXPECT_EQ(meta::dialect_of("1.6.9"), meta::Dialect::before_1_6_10);
  EXPECT_EQ(meta::dialect_of("1.6.9-rc1"), meta::Dialect::before_1_6_10);
  for (const char* version : {"1.6.10", "1.6.18", "1.6.45", "1.7.2", "2.0", "mcrouter 40", "",
                              "1.6.", "1.6.x", "1.6.99999999999999999999"}) {
    EXPECT_EQ(meta::dialect_of(version), meta::Dialect::current) << version;
  }
}

TEST(Meta, OlderServersWantTheSizeInAnotherPlaceAndNoBase64) {
  using enum meta::Dialect;
  EXPECT_EQ(set_request("key", "ab", 7, 60, StoreMode::add, before_1_6_10),
            "ms key S2 T60 F7 ME\r\nab\r\n");
  EXPECT_EQ(set_request("key", "ab", 7, 60, StoreMode::set, plain), "set key 7 60 2\r\nab\r\n");
  EXPECT_EQ(set_request("key", "", 0, 0, StoreMode::add, plain), "add key 0 0 0\r\n\r\n");
  EXPECT_EQ(set_request("key", "", 0, 0, StoreMode::replace, plain), "replace key 0 0 0\r\n\r\n");
  EXPECT_FALSE(meta::can_name("a b", before_1_6_10));
  EXPECT_FALSE(meta::can_name("a b", plain));
  EXPECT_TRUE(meta::can_name("key", before_1_6_10));
}

TEST(Meta, RepliesHaveTheirResults) {
  EXPECT_EQ(code_of("OK \r\n"), Code::success);
  EXPECT_EQ(code_of("OK t60\r\n"), Code::success);
  EXPECT_EQ(code_of("STORED\r\n"), Code::success);
  EXPECT_EQ(code_of("NOT_STORED\r\n"), Code::not_stored);

  EXPECT_EQ(code_of("HD\r\n"), Code::success);
  EXPECT_EQ(code_of("HD t60\r\n"), Code::success);
  EXPECT_EQ(code_of("NS\r\n"), Code::not_stored);
  EXPECT_EQ(code_of("EN\r\n"), Code::not_found);
  EXPECT_EQ(code_of("NF\r\n"), Code::not_found);
  EXPECT_EQ(code_of("EX\r\n"), Code::data_exists);
}

TEST(Meta, WhatTheServerSaysOfOneItemLeavesTheOthersAlone) {
  // These carry no key and no opaque; it is by their order that they are told apart.
  EXPECT_EQ(code_of("SERVER_ERROR object too large for cache\r\n"), Code::too_big);
  EXPECT_EQ(code_of("SERVER_ERROR out of memory storing object\r\n"), Code::server_out_of_memory);
  EXPECT_EQ(code_of("SERVER_ERROR anything\r\n"), Code::server_error);
  EXPECT_EQ(meta::error_of(reply_of("SERVER_ERROR anything\r\n")).code, Code::server_error);
  EXPECT_EQ(meta::error_of(reply_of("EN\r\n")).code, Code::not_found);
}

TEST(Meta, AfterAnyOtherAnswerNothingCanBeTrusted) {
  EXPECT_EQ(refusal_of("ERROR\r\n").code, Code::error);
  EXPECT_EQ(refusal_of("CLIENT_ERROR bad data chunk\r\n").code, Code::client_error);
  EXPECT_EQ(refusal_of("HTTP/1.1 400 Bad Request\r\n").code, Code::protocol_error);
  EXPECT_EQ(refusal_of("\r\n").code, Code::protocol_error);
  EXPECT_EQ(refusal_of("HDx\r\n").code, Code::protocol_error);
  EXPECT_EQ(refusal_of("VA x f0\r\n").code, Code::protocol_error);
  EXPECT_EQ(refusal_of("VA -1 f0\r\n").code, Code::protocol_error);
  EXPECT_EQ(refusal_of("VA 99999999999 f0\r\n").code, Code::protocol_error)
      << "no item is so large";
  EXPECT_EQ(refusal_of("VA 1 f0\r\nxyz\r\n").code, Code::protocol_error) << "no end of the value";
}

TEST(Meta, ValuesAreTakenByTheirLength) {
  const meta::Reply reply = reply_of("VA 6 f7 t60\r\nHD\r\nEN\r\n");
  EXPECT_EQ(reply.code, Code::success);
  EXPECT_EQ(reply.value, "HD\r\nEN");
  EXPECT_EQ(meta::flags_of(reply), 7U);
  EXPECT_EQ(meta::ttl_of(reply), 60);
  const meta::Reply empty = reply_of("VA 0 f4294967295 t-1\r\n\r\n");
  EXPECT_EQ(empty.value, "");
  EXPECT_EQ(meta::flags_of(empty), 4294967295U);
  EXPECT_EQ(meta::ttl_of(empty), -1);
  EXPECT_EQ(meta::flags_of(reply_of("HD f18446744073709551615\r\n")), UINT64_MAX);
  EXPECT_EQ(meta::flags_of(reply_of("HD f18446744073709551616\r\n")), std::nullopt);
  EXPECT_EQ(meta::ttl_of(reply_of("HD f1\r\n")), std::nullopt);
  EXPECT_EQ(meta::ttl_of(reply_of("HD tx\r\n")), std::nullopt);
}

Code fit(const meta::Request& request, std::string_view reply) {
  const Status fits = meta::check_fits(request, reply_of(reply));
  if (!fits) {
    EXPECT_THAT(fits.error().reason, HasSubstr("which does not answer the request"));
  }
  return fits.code();
}

Code fit(meta::Request::Kind kind, std::string_view reply) {
  return fit(meta::Request{.kind = kind}, reply);
}

TEST(Meta, EachRequestHasItsOwnReplies) {
  using Kind = meta::Request::Kind;
  struct Row {
    Kind kind;
    std::vector<std::string_view> fitting;
  };
  const std::vector<std::string_view> all = {
      "HD\r\n", "HD f0 t-1\r\n", "NS\r\n", "EN\r\n", "NF\r\n", "EX\r\n", "VA 1 f0 t-1\r\nx\r\n"};
  for (const Row& row : {Row{Kind::get, {"EN\r\n", "VA 1 f0 t-1\r\nx\r\n"}},
                         Row{Kind::get_ttl, {"HD f0 t-1\r\n", "EN\r\n"}},
                         Row{Kind::set, {"HD\r\n", "HD f0 t-1\r\n", "NS\r\n"}},
                         Row{Kind::remove, {"HD\r\n", "HD f0 t-1\r\n", "NF\r\n"}}}) {
    for (const std::string_view reply : all) {
      const bool fits = std::ranges::count(row.fitting, reply) > 0;
      EXPECT_EQ(fit(row.kind, reply), fits ? Code::success : Code::protocol_error)
          << static_cast<int>(row.kind) << " and " << escape(reply);
    }
    EXPECT_EQ(fit(row.kind, "SERVER_ERROR out of memory\r\n"), Code::success);
  }
}

TEST(Meta, AReplyCarriesTheNumberOfItsRequest) {
  using Kind = meta::Request::Kind;
  EXPECT_EQ(request(meta::append_get, "key", 7U), "mg key u v f t O007\r\n");
  EXPECT_EQ(request(meta::append_delete, std::string_view("a b"), 8U), "md YSBi b O008\r\n");
  const meta::ItemToSet item{.wire_key = "key", .value = "x", .mode = StoreMode::add};
  EXPECT_EQ(request(meta::append_set, item, meta::Dialect::before_1_6_10, 9U),
            "ms key S1 ME O009\r\nx\r\n");
  EXPECT_EQ(request(meta::append_delete, std::string_view("key"), meta::Request::most_opaque),
            "md key O___\r\n");
  const meta::Request get{.kind = Kind::get, .opaque = 7};
  EXPECT_EQ(fit(get, "VA 1 f0 t-1 O007\r\nx\r\n"), Code::success);
  EXPECT_EQ(fit(get, "EN O007\r\n"), Code::success);
  EXPECT_EQ(fit(get, "EN\r\n"), Code::success) << "as servers before 1.6.19 say it";
  for (const std::string_view other : {"VA 1 f0 t-1 O008\r\nx\r\n", "VA 1 f0 t-1 O\r\nx\r\n",
                                       "VA 1 f0 t-1\r\nx\r\n", "EN O008\r\n", "EN O0007\r\n"}) {
    EXPECT_EQ(fit(get, other), Code::protocol_error) << other;
  }
  const meta::Request set{.kind = Kind::set, .opaque = 7};
  EXPECT_EQ(fit(set, "OK  O007\r\n"), Code::success) << "as servers before 1.6.10 say it";
  EXPECT_EQ(fit(set, "NS O007\r\n"), Code::success);
  for (const std::string_view other : {"HD\r\n", "HD O008\r\n", "NS O0070\r\n", "STORED\r\n"}) {
    EXPECT_EQ(fit(set, other), Code::protocol_error) << other;
  }
}

TEST(Meta, AValueHasTheFlagsAndTheTimeThatWereAskedFor) {
  for (const std::string flags :
       {"", " f0", " t-1", " f0 tx", " fx t1", " f99999999999999999999 t1", " f0 t-2", " f t",
        " f0 t99999999999"}) {
    EXPECT_EQ(fit(meta::Request::Kind::get, "VA 1" + flags + "\r\nx\r\n"), Code::protocol_error)
        << flags;
  }
}

TEST(Meta, RequestsTellWhatTheyAskFor) {
  using meta::Request;
  std::string out;
  EXPECT_EQ(meta::append_get(out, "key"), Request{.kind = Request::Kind::get});
  EXPECT_EQ(meta::append_get_ttl(out, "key", 5),
            (Request{.kind = Request::Kind::get_ttl, .opaque = 5}));
  EXPECT_EQ(meta::append_delete(out, "key"), Request{.kind = Request::Kind::remove});
  for (const meta::Dialect dialect : {meta::Dialect::current, meta::Dialect::before_1_6_10}) {
    EXPECT_EQ(meta::append_set(out, {.wire_key = "key", .value = "x"}, dialect, 6),
              (Request{.kind = Request::Kind::set, .opaque = 6}));
  }
  EXPECT_EQ(meta::append_set(out, {.wire_key = "key", .value = "x"}, meta::Dialect::plain, 6),
            Request{.kind = Request::Kind::set})
      << "a plain set has no room for a number";
}

TEST(Meta, ATimeAloneIsNoValueNorAnythingElse) {
  for (const std::string_view answer : {"VA 1 t60\r\nx\r\n", "HD\r\n", "NS\r\n", "HD tx\r\n"}) {
    EXPECT_EQ(meta::parse_ttl(answer)->code(), Code::protocol_error) << escape(answer);
  }
  EXPECT_EQ(meta::parse_ttl("EN\r\n")->code(), Code::not_found);
  EXPECT_EQ(**meta::parse_ttl("HD t60\r\n"), 60);
}

TEST(Meta, TheBeginningOfAReplyIsNone) {
  for (const std::string whole : {"VA 6 f7 t60\r\nHD\r\nEN\r\n", "HD t60\r\n",
                                  "SERVER_ERROR object too large for cache\r\n"}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      EXPECT_FALSE(meta::parse_reply(std::string_view(whole).substr(0, length))) << length;
    }
    const Parsed<meta::Reply> first = meta::parse_reply(whole + "HD\r\n");
    ASSERT_TRUE(first && *first);
    EXPECT_EQ((*first)->size, whole.size()) << "what is after it is left";
  }
}

TEST(Meta, TellsServersThatDoNotKnowIt) {
  EXPECT_TRUE(meta::parse_noop("MN\r\n")->code() == Code::success);
  for (const std::string_view answer : {"ERROR\r\n", "EN\r\n"}) {
    const Parsed<Ok> known = meta::parse_noop(answer);
    ASSERT_TRUE(known && !*known);
    EXPECT_EQ(known->code(), Code::not_supported);
    EXPECT_THAT(known->error().advice, HasSubstr("1.6"));
  }
  const Parsed<std::int64_t> ttl = meta::parse_ttl("ERROR\r\n");
  ASSERT_TRUE(ttl && !*ttl);
  EXPECT_EQ(ttl->code(), Code::not_supported);
}

TEST(Meta, ARealServerUnderstandsEveryRequest) {
  const test::MemcachedServer server;
  const std::string odd("a b\0\xff", 5);
  EXPECT_EQ(code_of(server.command(set_request(odd, "one", 7, 1000, StoreMode::add))),
            Code::success);
  EXPECT_EQ(code_of(server.command(set_request(odd, "two", 0, 0, StoreMode::add))),
            Code::not_stored);
  EXPECT_EQ(code_of(server.command(set_request("none", "x", 0, 0, StoreMode::replace))),
            Code::not_stored);
  const std::string answer = server.command(request(meta::append_get, odd, 0U));
  const meta::Reply reply = reply_of(answer);
  EXPECT_EQ(reply.value, "one");
  EXPECT_EQ(meta::flags_of(reply), 7U);
  EXPECT_GT(meta::ttl_of(reply).value_or(0), 900);
  EXPECT_EQ(code_of(server.command(request(meta::append_delete, odd, 0U))), Code::success);
  EXPECT_EQ(code_of(server.command(request(meta::append_delete, odd, 0U))), Code::not_found);
  EXPECT_EQ(code_of(server.command(request(meta::append_get, odd, 0U))), Code::not_found);
  EXPECT_EQ(server.command(meta::noop_request()), "MN\r\n");
}

}  // namespace
}  // namespace mcd
