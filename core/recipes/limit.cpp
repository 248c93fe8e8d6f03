#include "core/recipes/limit.h"

#include "core/base/text.h"
#include "core/items/counter.h"

namespace mcd {

Result<LimitTerms> parse_limit_terms(std::string_view most, std::string_view per) {
  const auto wrong = [](std::string reason) {
    return Error{.code = Code::argument_needed, .reason = std::move(reason)};
  };
  const auto uses = parse_unsigned(most);
  if (!uses) return wrong(quote(most) + " is not a number of uses");
  const Result<Ttl> time = parse_ttl(per);
  if (!time || time->seconds == 0) {
    return wrong(quote(per) + " is not a time of a second or more");
  }
  return LimitTerms{.most = *uses, .per = *time};
}

Error over_limit(std::string_view most, std::string_view per) {
  return {.code = Code::not_stored,
          .reason = std::string("over the limit of ").append(most).append(" in ").append(per)};
}

Result<LimitUse> Limit::use(std::int64_t now) {
  constexpr Increment one{.negative = false, .magnitude = 1};
  // An item may expire a second early.
  const Ttl ttl{per_.seconds + 1};
  // The end of the window is kept in the flags, which counting does not change.
  const auto end = static_cast<std::uint32_t>(static_cast<std::uint64_t>(now) + ttl.seconds);
  Result<std::uint64_t> count = store_.add_to_counter(key_, one);
  // Others may begin a window, and windows may end, between two requests: not endlessly often.
  constexpr int most_tries = 100;
  for (int tries = 0; count.code() == Code::not_found && tries < most_tries; ++tries) {
    const Status begun = store_.store(
        key_, {.mode = StoreMode::add, .value = "1", .flags = end, .ttl = ttl, .cas = {}});
    if (begun) {
      count = std::uint64_t{1};
    } else if (begun.code() == Code::not_stored) {
      count = store_.add_to_counter(key_, one);
    } else {
      return begun.error();
    }
  }
  if (!count) return count.error();
  return LimitUse{.is_allowed = *count <= most_, .remaining = remaining_after(*count)};
}

Result<std::uint64_t> Limit::remaining() {
  const Result<std::uint64_t> count = read_counter(store_, key_);
  if (count.code() == Code::not_found) return most_;
  if (!count) return count.error();
  return remaining_after(*count);
}

Status Limit::give_back() {
  const Result<std::uint64_t> count =
      store_.add_to_counter(key_, Increment{.negative = true, .magnitude = 1});
  return count || count.code() == Code::not_found ? Status(Ok{}) : count.error();
}

Result<std::optional<std::int64_t>> Limit::window_end() {
  using End = std::optional<std::int64_t>;
  const Result<Item> item = store_.get(key_);
  if (item.code() == Code::not_found) return End();
  if (!item) return item.error();
  return item->flags == 0 ? End() : End(item->flags);
}

}  // namespace mcd
