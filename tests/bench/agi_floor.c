// The least that an AGI program can do: reads the header, sets a variable, and reads the answer.
#include <string.h>
#include <unistd.h>

int main(void) {
  static char received[65536];
  size_t count = 0;
  while (count < 2 || memcmp(received + count - 2, "\n\n", 2) != 0) {
    const ssize_t more = read(STDIN_FILENO, received + count, sizeof received - count);
    if (more <= 0) return 1;
    count += (size_t)more;
  }
  static const char command[] = "SET VARIABLE V \"the value\"\n";
  if (write(STDOUT_FILENO, command, sizeof command - 1) < 0) return 1;
  return read(STDIN_FILENO, received, sizeof received) > 0 ? 0 : 1;
}
