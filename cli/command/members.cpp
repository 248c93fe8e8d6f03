#include "cli/command/members.h"

namespace mcd::cli {
namespace {

constexpr Member members[] = {
    {"result", "the MCDRESULT, a number; 127 for wrong usage, where the exit status is 64"},
    {"name", "its name, such as MEMCACHED_SUCCESS"},
    {"error",
     "only if it failed: the message that also goes to standard error. The closing summary of "
     "purge, import, restore, dump and stats has none, because each failure has an object of its "
     "own before it"},
    {"encoding",
     "the word base64, if the value is not UTF-8; remove it when you replace the value with text"},
    {"line", "in a batch: the number of the line in the input, from 1"},
    {"output", "what a command without JSON of its own printed: help, version or completion"},
};

}  // namespace

std::span<const Member> common_members() {
  return members;
}

void append_item(JsonObject& object, const Item& item) {
  object.bytes("value", item.value).number("flags", item.flags).number("cas", item.cas);
}

}  // namespace mcd::cli
