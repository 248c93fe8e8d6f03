// What a parser makes of the bytes received so far.
#pragma once

#include <optional>

#include "core/base/result.h"

namespace mcd {

// Nothing yet (more bytes are needed), or an outcome.
template <typename T>
using Parsed = std::optional<Result<T>>;

}  // namespace mcd
