/* memcached.conf, read by Asterisk's own reader, and the cluster that it describes. */
#include "asterisk.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "asterisk/astobj2.h"
#include "asterisk/config.h"
#include "asterisk/logger.h"
#include "asterisk/strings.h"
#include "asterisk/utils.h"

#include "module/module.h"

static const char file_name[] = "memcached.conf";

struct settings {
  mcd_cluster* cluster;
};

static AO2_GLOBAL_OBJ_STATIC(in_force);

/* The names that the module had from the first, for those of mcdctl.toml, which can be used too,
 * and have only small letters. mcdctl reads this file in the same way (core/settings/asterisk.cpp).
 */
static char* key_of(const char* name) {
  char* key;

  if (!strcasecmp(name, "server")) {
    return ast_strdup("servers");
  }
  if (!strcasecmp(name, "keyprefix")) {
    return ast_strdup("prefix");
  }
  key = ast_strdup(name);
  return key ? ast_str_to_lower(key) : NULL;
}

/* The module never obeyed them, and must stay with the servers and keys that it has. An empty
 * prefixkey is in the sample file of the first version. */
static int is_without_effect(const struct ast_variable* variable) {
  if (strcasecmp(variable->name, "hash") && strcasecmp(variable->name, "binary_proto") &&
      (strcasecmp(variable->name, "prefixkey") || variable->value[0])) {
    return 0;
  }
  ast_debug(1, "%s:%d: %s has no effect, as before; see protocol and distribution\n",
            variable->file, variable->lineno, variable->name);
  return 1;
}

struct assignments {
  mcd_setting* settings;
  size_t count;
};

static void free_assignments(struct assignments* assignments) {
  size_t i;

  for (i = 0; i < assignments->count; ++i) {
    ast_free((char*)assignments->settings[i].key);
    ast_free((char*)assignments->settings[i].value);
    ast_free((char*)assignments->settings[i].origin);
  }
  ast_free(assignments->settings);
}

/* A prefix may stand in quotes, which Asterisk's reader leaves there. */
static char* value_of(const char* key, const char* text) {
  const size_t length = strlen(text);

  if (strcmp(key, "prefix") || length < 2 || text[0] != '"' || text[length - 1] != '"') {
    return ast_strdup(text);
  }
  return ast_strndup(text + 1, length - 2);
}

static int add_assignment(struct assignments* assignments, const struct ast_variable* variable) {
  mcd_setting* settings =
      ast_realloc(assignments->settings, (assignments->count + 1) * sizeof(*settings));
  /* Only known where the file is one that is included. */
  const char* file = ast_strlen_zero(variable->file) ? file_name : variable->file;
  char* origin = NULL;
  char* key;

  if (!settings) {
    return -1;
  }
  assignments->settings = settings;
  if (ast_asprintf(&origin, "%s:%d", file, variable->lineno) < 0) {
    origin = NULL;
  }
  key = key_of(variable->name);
  settings[assignments->count++] = (mcd_setting){
      .key = key,
      .value = key ? value_of(key, variable->value) : NULL,
      .origin = origin,
  };
  settings += assignments->count - 1;
  return settings->key && settings->value && settings->origin ? 0 : -1;
}

static int read_file(struct assignments* assignments) {
  struct ast_flags flags = {0};
  struct ast_config* config = ast_config_load(file_name, flags);
  const struct ast_variable* variable;
  int result = 0;

  if (!config || config == CONFIG_STATUS_FILEINVALID) {
    ast_log(LOG_ERROR, "%s is %s\n", file_name, config ? "invalid" : "missing or can't be read");
    return -1;
  }
  for (variable = ast_variable_browse(config, "general"); variable && !result;
       variable = variable->next) {
    if (!is_without_effect(variable)) {
      result = add_assignment(assignments, variable);
    }
  }
  ast_config_destroy(config);
  return result;
}

static void destroy(void* object) {
  mcd_close(((struct settings*)object)->cluster);
}

static mcd_cluster* open_cluster(const struct assignments* assignments) {
  static const mcd_observer observer = {.changed = log_server_change};
  mcd_message message;
  mcd_cluster* cluster =
      mcd_open(assignments->settings, assignments->count, &observer, &message, NULL);

  if (!cluster) {
    ast_log(LOG_ERROR, "%s: %s\n", message.where[0] ? message.where : file_name, message.reason);
  }
  return cluster;
}

int settings_load(void) {
  struct assignments assignments = {0};
  struct settings* settings = ao2_alloc(sizeof(*settings), destroy);

  if (!settings) {
    return -1;
  }
  settings->cluster = read_file(&assignments) ? NULL : open_cluster(&assignments);
  free_assignments(&assignments);
  if (settings->cluster) {
    ao2_global_obj_replace_unref(in_force, settings);
  }
  const int result = settings->cluster ? 0 : -1;
  ao2_ref(settings, -1);
  return result;
}

void settings_unload(void) {
  ao2_global_obj_release(in_force);
}

struct settings* settings_borrow(void) {
  return ao2_global_obj_ref(in_force);
}

mcd_cluster* settings_cluster(struct settings* settings) {
  return settings->cluster;
}

void settings_give_back(struct settings* settings) {
  ao2_ref(settings, -1);
}
