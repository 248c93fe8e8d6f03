// Foreign bytes made printable, and words compared: what messages and listings share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcd {

// The length in bytes of the well-formed UTF-8 sequence (no surrogates, nothing over U+10FFFF,
// nothing overlong) that `bytes` starts with; 0 if it starts with none.
std::size_t utf8_sequence_length(std::string_view bytes);
// How many bytes at the beginning of `bytes` are such sequences.
std::size_t utf8_prefix_length(std::string_view bytes);
bool is_utf8(std::string_view bytes);
// How many bytes of `bytes`, `most` at the most, can stand alone: fewer than `most` where the cut
// would be within a sequence.
std::size_t utf8_cut(std::string_view bytes, std::size_t most);

// One line, whatever the bytes: \t \n \r \\ for those four, \xHH for other control bytes, for C1
// control characters (which drive terminals) and for what is not UTF-8. Reversible.
std::string escape(std::string_view bytes);
// The same after what `out` has, for many of them.
void append_escaped(std::string& out, std::string_view bytes);

// `bytes` escaped, in double quotes, and shortened to about 80 characters with "...": for messages.
std::string quote(std::string_view bytes);

// `bytes` escaped, whole, in double quotes, with \" for a quote inside: for logs, and a TOML basic
// string, which has no \xHH and so refuses what is not UTF-8.
std::string in_quotes(std::string_view bytes);

// The candidate nearest to `word` by edit distance (a swap of neighbours counts one, the case of
// letters nothing), if it is near enough to be a typing error.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

// "; did you mean \"x\"?" or nothing, ready to stand after a reason. What all of them begin with,
// as `common`, is not compared: short words would be alike by that alone.
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates,
                       std::string_view common = {});

// `number` in decimal, after what `out` has.
void append_decimal(std::string& out, std::uint64_t number);

// A decimal number without sign, spaces or anything else, that fits; otherwise nothing.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

// Some editors put it in front of a file, in UTF-8.
inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
std::string_view without_byte_order_mark(std::string_view text);  // without one in front

// `text` with `to` in place of each `from`, which must not be empty.
std::string replace_all(std::string text, std::string_view from, std::string_view to);

std::string_view trim(std::string_view text);  // without spaces and tabs at both ends
bool equal_ignoring_case(std::string_view left, std::string_view right);  // ASCII letters only

// The parts before, between and after each `separator`: one of them where it has none. They are
// views of `text`.
std::vector<std::string_view> split_at(std::string_view text, char separator);

// "localhost:11211, /run/m.sock" -> its parts, trimmed, empty ones left out; commas and blanks
// separate them. Used for lists in environment variables.
std::vector<std::string> split_list(std::string_view text);

// "item" of 1, and "items" of any other count; `many` where an s does not make the plural:
// "misses".
std::string noun_for(std::uint64_t count, std::string_view one, std::string_view many = {});
// The same after the count: "1 item", "2 items".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many = {});

inline constexpr std::string_view standard_input = "standard input";  // its name in messages

// "users.csv:7", or "users.csv:7:12" with a column, which is a byte of the line, from 1; 0 is no
// line, or no column. How every message names a place in a file, escaped; standard input is
// `standard_input`.
std::string place_in(std::string_view file, std::size_t line, std::size_t column = 0);

// "host:port", and "[host]:port" where the host has colons, as IPv6 addresses have.
std::string host_and_port(std::string_view host, unsigned port);

// "ascii, binary": names for people to read.
std::string join_list(std::span<const std::string_view> names, std::string_view separator = ", ");
std::string join_list(std::span<const std::string> names, std::string_view separator = ", ");

}  // namespace mcd
