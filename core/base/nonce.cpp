#include "core/base/nonce.h"

#include <sys/random.h>

#include <array>
#include <stdexcept>

#include "core/base/hex.h"

namespace mcd {

std::string make_nonce() {
  std::array<unsigned char, 16> bytes{};
  // So few come all at once; a kernel that has none to give is nothing to go on with.
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the kernel provides no random numbers");
  }
  std::string nonce;
  for (const unsigned char byte : bytes) append_hex(nonce, byte);
  return nonce;
}

}  // namespace mcd
