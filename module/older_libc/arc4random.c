/* libstdc++ takes its random numbers from it; before glibc 2.36 there was none. */
#include <stdint.h>
#include <sys/random.h>

uint32_t arc4random(void);
uint32_t arc4random(void) {
  uint32_t number = 0;
  while (getrandom(&number, sizeof number, 0) != sizeof number) {
  }
  return number;
}
