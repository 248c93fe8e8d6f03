#include "cli/reference/module_reference.h"

#include <array>
#include <string>

namespace mcd::cli {
namespace {

constexpr std::string_view key_line = "key\tthe key, up to 64 bytes, without blanks\n";
constexpr std::string_view key_and_value =
    "key\tthe key, up to 64 bytes, without blanks\n"
    "value\tthe rest of the line, commas and quotes included\n";

constexpr std::string_view ttl_text =
    "The time to live is that of the variable MCDTTL: seconds, or a duration such as 15m or 7d. "
    "Without it, that of the settings is used. Of anything else, the leading number counts as seconds, "
    "with a warning (1H is 1); without one, it is ignored, with a warning. One that ends after "
    "2038-01-19 is refused with 38.";

constexpr std::string_view success = "0 on success";
constexpr std::string_view success_or_miss = "0 on success, 16 if there is no such key";
constexpr std::string_view success_or_not_stored = "0 on success, 14 if the key exists";
constexpr std::string_view success_or_no_key = "0 on success, 14 if there is no such key";
constexpr std::string_view success_miss_or_no_number =
    "0 on success, 16 if there is no such key, 9 if the item is not a number";
constexpr std::string_view limit_outcomes =
    "0 within the limit, 14 beyond it, 9 if the item is not a number";

constexpr std::array entries = {
    ModuleEntry{"MCD", true, "Reads and writes an item of the memcached cluster", "MCD(key)",
                key_line,
                "${MCD(key)} is the item's value, or empty. Set(MCD(key)=value) stores a value, "
                "whatever was there; its time to live is that of the variable MCDTTL, or else of "
                "the settings.\n\n"
                "Asterisk expands at most 4095 bytes of a value in a line of the dialplan, and a "
                "NUL byte ends it. Do not put MCD() into channelvars of manager.conf: each event "
                "would ask memcached.",
                success_or_miss},
    ModuleEntry{"MCDCOUNTER", true, "Reads, changes and sets a counter in the memcached cluster",
                "MCDCOUNTER(key[,increment])",
                "key\tthe key, up to 64 bytes, without blanks\n"
                "increment\ta number to add, such as 1 or -1\n",
                "${MCDCOUNTER(key)} is the counter's value. ${MCDCOUNTER(key,increment)} adds to "
                "it, atomically, and is the new value; below zero it stays at zero. A missing "
                "counter is not created: MCDRESULT is 16.\n\n"
                "Set(MCDCOUNTER(key)=number) creates or sets it. It does not expire, unless "
                "MCDTTL is set.",
                success_miss_or_no_number},
    ModuleEntry{"MCDTTL", true, "Reads the time that an item of the memcached cluster has left",
                "MCDTTL(key)", key_line,
                "The value is the number of seconds, or -1 if the item never expires. MCDRESULT is "
                "28 if the server can't tell (before memcached 1.6.6). The variable ${MCDTTL} "
                "is something else: the time to live of what is stored next.",
                success_or_miss},
    ModuleEntry{"mcdset", false, "Stores a value in the memcached cluster", "mcdset(key,value)",
                key_and_value, ttl_text, success},
    ModuleEntry{
        "mcdadd", false, "Stores a value under a key that does not exist yet", "mcdadd(key,value)",
        key_and_value,
        "MCDRESULT is 14 if the key exists, and its item stays unchanged; if several try at "
        "once, exactly one succeeds. The time to live is as with mcdset.",
        success_or_not_stored},
    ModuleEntry{"mcdreplace", false, "Stores a value under a key that exists",
                "mcdreplace(key,value)", key_and_value,
                "MCDRESULT is 14 if there is no such key. The time to live is as with mcdset.",
                success_or_no_key},
    ModuleEntry{"mcdappend", false, "Appends to a value in the memcached cluster",
                "mcdappend(key,value)", key_and_value,
                "MCDRESULT is 14 if there is no such key. The item keeps its time to live.",
                success_or_no_key},
    ModuleEntry{"mcdprepend", false, "Puts something before a value in the memcached cluster",
                "mcdprepend(key,value)", key_and_value,
                "MCDRESULT is 14 if there is no such key. The item keeps its time to live.",
                success_or_no_key},
    ModuleEntry{"mcddelete", false, "Deletes an item of the memcached cluster", "mcddelete(key)",
                key_line, "MCDRESULT is 16 if there is no such key.", success_or_miss},
    ModuleEntry{"mcdtouch", false, "Gives an item of the memcached cluster a new time to live",
                "mcdtouch(key)", key_line,
                "It is that of the variable MCDTTL, or else of the settings, counted from now. "
                "MCDRESULT is 16 if there is no such key.",
                success_or_miss},
    ModuleEntry{"mcdget", false, "Reads an item of the memcached cluster into a variable",
                "mcdget(variable,key)",
                "variable\tthe name of the variable; it becomes empty if there is no value\n"
                "key\tthe key, up to 64 bytes, without blanks\n",
                "Unlike ${MCD(key)} it returns values of up to 4096 bytes in full.",
                success_or_miss},
    ModuleEntry{"mcdlimit", false, "Counts a use of something, up to a limit",
                "mcdlimit(variable,key,max,seconds)",
                "variable\tthe name of the variable; it becomes the number of uses that remain\n"
                "key\tthe key, up to 64 bytes, without blanks\n"
                "max\tthe number of uses allowed\n"
                "seconds\tin how much time: seconds, or a duration such as 15m or 1h\n",
                "The first use starts the period, whatever MCDTTL is. MCDRESULT is 14 beyond the "
                "limit, and the variable 0; on failure the variable is empty. The count is exact, "
                "however many channels and Asterisks share it.",
                limit_outcomes},
};

constexpr std::string_view failure_text =
    "and another number on failure: 3 if memcached can't be reached, 31 if it does not answer in "
    "time, 33 if the key is invalid, 124 to 127 if an argument is. The call goes on in any case.";

// As a literal of C, a line of it for each line of `text`.
std::string literal_of(std::string_view text) {
  std::string literal = "\"";
  for (const char letter : text) {
    if (letter == '\n') {
      literal += "\\n\" \\\n\t\"";
      continue;
    }
    if (letter == '"' || letter == '\\') literal += '\\';
    literal += letter;
  }
  return literal + '"';
}

// As Asterisk's own pages show arguments.
std::string arguments_of(const ModuleEntry& entry) {
  std::string text;
  std::string_view rest = entry.arguments;
  while (!rest.empty()) {
    const std::size_t tab = rest.find('\t');
    const std::size_t end = rest.find('\n');
    text += std::string(rest.substr(0, tab)) + "\n    " +
            std::string(rest.substr(tab + 1, end - tab - 1)) + "\n";
    rest.remove_prefix(end + 1);
  }
  if (!text.empty()) text.pop_back();
  return text;
}

// Asterisk has no place for the syntax of an application that is documented in this way.
std::string description_of(const ModuleEntry& entry) {
  std::string text;
  if (!entry.is_function) {
    text = std::string(entry.syntax) + "\n\n" + arguments_of(entry) + "\n\n";
  }
  return text + std::string(entry.description) + "\n\nMCDRESULT is " + std::string(entry.outcomes) +
         ", " + std::string(failure_text);
}

std::string macro(const ModuleEntry& entry, std::string_view part, std::string_view text) {
  return "#define " + std::string(entry.name) + "_" + std::string(part) + " \\\n\t" +
         literal_of(text) + "\n";
}

}  // namespace

std::span<const ModuleEntry> module_entries() {
  return entries;
}

ReferenceFile module_documentation() {
  std::string text =
      "/* What Asterisk's console shows of the functions and applications. Rendered from\n"
      " * cli/reference/module_reference.cpp by scripts/render; do not edit. */\n"
      "#ifndef MCD_MODULE_DOCUMENTATION_H\n#define MCD_MODULE_DOCUMENTATION_H\n";
  for (const ModuleEntry& entry : entries) {
    text += "\n" + macro(entry, "SYNOPSIS", entry.synopsis);
    if (entry.is_function) {
      text += macro(entry, "SYNTAX", entry.syntax) + macro(entry, "ARGUMENTS", arguments_of(entry));
    }
    text += macro(entry, "DESCRIPTION", description_of(entry));
  }
  text += "\n#endif\n";
  return {.path = "module/documentation.h", .text = text};
}

}  // namespace mcd::cli
