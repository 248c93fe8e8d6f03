#include "cli/terminal/interrupt.h"

namespace mcd::cli {

volatile int Interrupt::lines = -1;
volatile int Interrupt::done = 0;
volatile int Interrupt::total = 0;
volatile std::sig_atomic_t Interrupt::is_awaited = 0;
volatile std::sig_atomic_t Interrupt::was_received = 0;

}  // namespace mcd::cli
