// Quantities as people read them. Rounded down, so that "100%" and "1.0 MiB" mean all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mcd::cli {

std::string human_count(std::uint64_t count);       // "1,234,567"; from 10^12 on "1.2T"
std::string short_count(std::uint64_t count);       // at most 7 characters: "99,999", "123.4k"
std::string human_bytes(std::uint64_t bytes);       // "512 B", "1.5 MiB"
std::string human_duration(std::uint64_t seconds);  // its two largest units: "1d 3h", "42s"
std::string human_share(std::uint64_t part, std::uint64_t whole);  // "93.4%"; "-" of nothing

// "2026-11-28 10:11:12", by the local clock.
std::string local_time(std::int64_t seconds_since_1970);

// How many of `width` characters `part` of `whole` fills, to the nearest; none only if it is
// nothing.
std::size_t filled_width(std::uint64_t part, std::uint64_t whole, std::size_t width);
// "[####......]", full only if part is all of the whole; `width`, at least 4, is with the brackets.
std::string human_bar(std::uint64_t part, std::uint64_t whole, std::size_t width);

}  // namespace mcd::cli
