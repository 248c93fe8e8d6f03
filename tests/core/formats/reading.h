// All that a RecordReader makes of a text, as lines to compare.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/base/text.h"
#include "core/formats/record_reader.h"
#include "tests/support/chunks.h"
#include "tests/support/core_values.h"
#include "tests/support/random_bytes.h"

namespace mcd {

using Lines = std::vector<std::string>;

struct TextOf {
  std::string operator()(const Record& record) const {
    std::string text = "[" + escape(record.key) + "] [" + escape(record.value) + "]";
    if (record.ttl) text += " ttl " + std::to_string(record.ttl->seconds);
    if (record.flags) text += " flags " + std::to_string(*record.flags);
    if (record.expiry) text += " expiry " + std::to_string(*record.expiry);
    return text;
  }
  std::string operator()(const Error& error) const {
    EXPECT_TRUE(test::is_printable_line(describe(error))) << describe(error);
    EXPECT_EQ(error.where, "");
    EXPECT_NE(error.advice, "");
    return std::to_string(number_of(error.code)) + ": " + error.reason;
  }
  std::string operator()(const DumpHeader&) const { return "header"; }
  std::string operator()(const DumpTrailer&) const { return "trailer"; }
};

struct Reading {
  Lines lines{};  // each begins with its number
  Lines raw{};
  std::string header{};
  bool operator==(const Reading&) const = default;
};

inline Reading read(RecordReader& reader) {
  Reading reading;
  while (true) {
    const Result<const RecordLine*> line = reader.next();
    const std::size_t column = reader.place().column;
    const std::string byte = column > 0 ? " at byte " + std::to_string(column) : "";
    if (!line) {
      reading.lines.push_back("failed: " + TextOf()(line.error()) + byte);
    } else if (*line != nullptr) {
      reading.lines.push_back(std::to_string((*line)->number) + " " +
                              std::visit(TextOf(), (*line)->content) + byte);
      reading.raw.emplace_back((*line)->raw);
      continue;
    }
    reading.header = reader.header();
    return reading;
  }
}

// The same whatever the pieces are in which `text` arrives.
inline Reading reading_of(std::string_view text, const RecordOptions& options) {
  RecordReader at_once(test::chunks_of(std::string(text), text.size() + 1), options);
  Reading reading = read(at_once);
  for (const std::size_t size : {1, 2, 7}) {
    RecordReader reader(test::chunks_of(std::string(text), size), options);
    EXPECT_EQ(read(reader).lines, reading.lines) << size;
    RecordReader again(test::chunks_of(std::string(text), size), options);
    EXPECT_TRUE(read(again) == reading) << size;
  }
  return reading;
}
inline Lines lines_of(std::string_view text, const RecordOptions& options) {
  return reading_of(text, options).lines;
}

}  // namespace mcd
