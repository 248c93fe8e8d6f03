// How long to wait before asking again.
#pragma once

#include <chrono>
#include <random>

namespace mcd::cli {

// Growing pauses, so that many who wait ask seldom, and of different length, so that they do not
// ask all at once.
class Pauses {
 public:
  std::chrono::milliseconds next();

 private:
  std::minstd_rand random_{std::random_device()()};
  std::chrono::milliseconds length_{20};
};

}  // namespace mcd::cli
