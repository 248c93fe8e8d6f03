// stats with a line for each server: once, or again and again.
#pragma once

#include "cli/command/command.h"
#include "cli/command/context.h"
#include "cli/command/invocation.h"

namespace mcd::cli {

inline constexpr Option summary_option = {.name = "summary",
                                          .sentence = "print a line for each server"};
inline constexpr Option stats_interval_option = {
    .name = "interval",
    .value = "TIME",
    .type = ValueType::duration,
    .sentence = "print such lines again and again, with rates: 1s, 1m"};
inline constexpr Option rounds_option = {
    .name = "count",
    .value = "N",
    .type = ValueType::number,
    .sentence = "with --interval: end after N lines for each server"};

// Whether one of these was typed.
bool wants_stats_lines(const Invocation& typed);
// Without --count and with --interval, it goes on until it is interrupted or nobody reads. A server
// that fails gets a line each time, and a message when it begins to.
Code print_stats_lines(const Invocation& typed, Context& context);

}  // namespace mcd::cli
