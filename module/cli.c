/* The commands of Asterisk's console: memcached show status, memcached show settings. */
#include "asterisk.h"

#include "asterisk/cli.h"
#include "asterisk/module.h"
#include "asterisk/utils.h"

#include "module/module.h"

static void show_server(void* data, const mcd_server_status* status) {
  const struct ast_cli_args* args = data;

  ast_cli(args->fd, "%-30s %-5s %11u %12llu %10llu  %s\n", status->address,
          status->is_up ? "up" : "down", status->connections,
          (unsigned long long)status->operations, (unsigned long long)status->failures,
          status->last_failure);
}

static void show_setting(void* data, const char* key, const char* value, const char* origin) {
  const struct ast_cli_args* args = data;

  ast_cli(args->fd, "%-16s %-40s %s\n", key, value, origin);
}

/* Shows something of the cluster in force. */
static char* show(struct ast_cli_args* args, void (*print)(mcd_cluster* cluster, void* data)) {
  struct operation operation;

  if (args->argc != 3) {
    return CLI_SHOWUSAGE;
  }
  if (operation_begin(&operation, NULL)) {
    return CLI_FAILURE;
  }
  print(operation.cluster, args);
  operation_end(&operation, "memcached show", 0);
  return CLI_SUCCESS;
}

static void print_status(mcd_cluster* cluster, void* data) {
  const struct ast_cli_args* args = data;

  ast_cli(args->fd, "%-30s %-5s %11s %12s %10s  %s\n", "Server", "State", "Connections",
          "Operations", "Failures", "Last failure");
  mcd_status(cluster, show_server, data);
}

static void print_settings(mcd_cluster* cluster, void* data) {
  const struct ast_cli_args* args = data;

  ast_cli(args->fd, "%-16s %-40s %s\n", "Setting", "Value", "Where it was set");
  mcd_settings(cluster, show_setting, data);
}

static char* show_status(struct ast_cli_entry* entry, int command, struct ast_cli_args* args) {
  switch (command) {
    case CLI_INIT:
      entry->command = "memcached show status";
      entry->usage =
          "Usage: memcached show status\n"
          "       Shows each memcached server: whether it answered last, the connections that are\n"
          "       open, and how many operations it got and did not answer since the last reload.\n";
      return NULL;
    case CLI_GENERATE: return NULL;
    default: return show(args, print_status);
  }
}

static char* show_settings(struct ast_cli_entry* entry, int command, struct ast_cli_args* args) {
  switch (command) {
    case CLI_INIT:
      entry->command = "memcached show settings";
      entry->usage =
          "Usage: memcached show settings\n"
          "       Shows the settings in force, and where in memcached.conf each was set.\n";
      return NULL;
    case CLI_GENERATE: return NULL;
    default: return show(args, print_settings);
  }
}

static struct ast_cli_entry commands[] = {
    AST_CLI_DEFINE(show_status, "Show the memcached servers"),
    AST_CLI_DEFINE(show_settings, "Show the settings of memcached"),
};

int cli_register(void) {
  return ast_cli_register_multiple(commands, ARRAY_LEN(commands));
}

void cli_unregister(void) {
  ast_cli_unregister_multiple(commands, ARRAY_LEN(commands));
}
