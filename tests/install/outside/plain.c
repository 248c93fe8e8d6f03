/* A program in C that uses the library as its header says. */
#include <mcd.h>
#include <stdio.h>

int main(int argc, char** argv) {
  const mcd_setting settings[] = {{"servers", argc > 1 ? argv[1] : "", "the command line"}};
  mcd_message message;
  mcd_cluster* cluster = mcd_open(settings, 1, NULL, &message, NULL);
  mcd_call call = {.message = &message};
  mcd_value value = {0};
  uint64_t remaining = 0;
  int result;

  if (cluster == NULL) {
    fprintf(stderr, "%s: %s\n", message.where, message.reason);
    return 1;
  }
  result = mcd_store(cluster, &call, MCD_SET, "greeting", "from C", 6);
  if (result == 0) result = mcd_get(cluster, &call, "greeting", &value);
  if (result == 0) result = mcd_limit(cluster, &call, "greetings", "1", "60", &remaining);
  if (result == 0) {
    puts(value.bytes);
  } else {
    fprintf(stderr, "%s: %s\n", message.attempt, message.reason);
  }
  mcd_free_value(&value);
  mcd_close(cluster);
  return result;
}
