#include "core/formats/table_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mcd {
namespace {

using testing::HasSubstr;

Fields fields_of(std::initializer_list<std::string_view> texts) {
  Fields fields;
  for (const std::string_view text : texts) fields.add(text);
  return fields;
}

TEST(TableHeader, ProposesColumnsForOtherNames) {
  EXPECT_EQ(proposed_columns(fields_of({"number", "name", "valid"})), "key,value,-");
  EXPECT_EQ(proposed_columns(fields_of({"name", "Key", "ttl", "x"})), "value,key,ttl,-");
  EXPECT_EQ(proposed_columns(fields_of({"expires", "phone", "name"})), "exptime,key,value");
  EXPECT_EQ(proposed_columns(fields_of({"number"})), "key,value");
  EXPECT_EQ(proposed_columns(fields_of({"key", "value", "value", "ttl"})), "key,value,-,ttl");
}

TEST(TableHeader, ProposalsCanBeUsed) {
  for (const Fields& header :
       {fields_of({"a"}), fields_of({"a", "b"}), fields_of({"value", "b", "c", "d", "e"}),
        fields_of({"ttl", "flags", "key", "x"})}) {
    EXPECT_TRUE(parse_columns(proposed_columns(header))) << proposed_columns(header);
  }
}

TEST(TableHeader, IsSureWhereItCanBeNoItem) {
  EXPECT_TRUE(is_header(fields_of({"key", "value", "ttl", "flags"})));
  EXPECT_TRUE(is_header(fields_of({" Value ", "KEY", "exptime", "", ""})));
  EXPECT_FALSE(is_header(fields_of({"key", "value"})));
  EXPECT_FALSE(is_header(fields_of({"key", "value", "", ""})));
  EXPECT_FALSE(is_header(fields_of({"key", "value", "", "ttl"})));
  EXPECT_FALSE(is_header(fields_of({"key", "key", "value"})));
  EXPECT_FALSE(is_header(fields_of({})));
}

TEST(TableHeader, IsSuspectedWithTheOptionsToReadIt) {
  EXPECT_THAT(describe(suspect_header(fields_of({"Key", "Value"})).value_or(Error{})),
              HasSubstr("its first line looks like a header; use --header, or --columns key,value "
                        "if it is an item"));
  EXPECT_TRUE(suspect_header(fields_of({"value", "key"})));
  EXPECT_THAT(
      describe(suspect_header(fields_of({"number", "name", "valid"})).value_or(Error{})),
      HasSubstr("use --header --columns key,value,-, or --columns key,value,- if it is an"));
  EXPECT_THAT(describe(suspect_header(fields_of({"a", "b", "c", "d", "e"})).value_or(Error{})),
              HasSubstr("or --columns key,value,-,-,- if it is an item"));
}

TEST(TableHeader, IsNotSuspectedInAnItem) {
  EXPECT_FALSE(suspect_header(fields_of({"4711", "Jane"})));
  EXPECT_FALSE(suspect_header(fields_of({"key", "Jane"})));
  EXPECT_FALSE(suspect_header(fields_of({"number", "name"}))) << "nothing tells";
  EXPECT_FALSE(suspect_header(fields_of({"4711", "Jane", ""})));
  EXPECT_FALSE(suspect_header(fields_of({"4711", "Jane", "5x"}))) << "a mistake in a number";
  EXPECT_FALSE(suspect_header(fields_of({"4711", "Jane", "1d", "none"})));
}

}  // namespace
}  // namespace mcd
