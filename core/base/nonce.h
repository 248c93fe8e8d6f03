// Numbers that nobody can guess.
#pragma once

#include <string>

namespace mcd {

// 32 hexadecimal digits, from the kernel. Thread-safe.
std::string make_nonce();

}  // namespace mcd
