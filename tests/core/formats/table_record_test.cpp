#include "core/formats/table_record.h"

#include <gtest/gtest.h>

namespace mcd {
namespace {

TEST(TableRecord, KnowsWhereItsFieldsBegin) {
  EXPECT_EQ(byte_of_field("a,b,c\r\n", 0, ',', true), 1U);
  EXPECT_EQ(byte_of_field("a,b,c\r\n", 2, ',', true), 5U);
  EXPECT_EQ(byte_of_field("a,b,c\r\n", 3, ',', true), 6U);  // none: where the line ends
  EXPECT_EQ(byte_of_field("a,\"b,\"\"\n,\",\"c\"", 2, ',', true), 13U);
  EXPECT_EQ(byte_of_field("a\t\"b\tc", 2, '\t', false), 6U);
  EXPECT_EQ(byte_of_field("", 1, ',', true), 1U);
}

TEST(TableRecord, NamesTheFieldThatIsWrong) {
  Fields fields;
  for (const char* const field : {"k", "v", "5x"}) fields.add(field);
  const std::vector<Column> columns = {Column::key, Column::value, Column::ttl, Column::flags};
  Record record;
  const auto ttl = fill_record(fields, columns, 2, record);
  ASSERT_TRUE(ttl);
  EXPECT_EQ(ttl->index, 2U);
  EXPECT_EQ(ttl->code, Code::invalid_arguments);
  const auto few = fill_record(fields, columns, 4, record);
  ASSERT_TRUE(few);
  EXPECT_EQ(few->index, 3U);
  EXPECT_EQ(few->reason, "it has 3 fields instead of 4");
  fields.kept[2] = "60";
  EXPECT_FALSE(fill_record(fields, columns, 2, record));
  EXPECT_EQ(record.key, "k");
  EXPECT_EQ(record.value, "v");
  EXPECT_EQ(record.ttl->seconds, 60U);
}

}  // namespace
}  // namespace mcd
