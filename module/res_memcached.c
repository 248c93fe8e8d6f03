/* res_memcached: memcached in the dialplan of Asterisk, loaded into its process. This file loads,
 * reloads and unloads it. */
#include "asterisk.h"

#include <stdlib.h>
#include <unistd.h>

#include "asterisk/ast_version.h"
#include "asterisk/logger.h"
#include "asterisk/module.h"

#include "module/module.h"

/* Asterisk compares names of build options, which are the same in all versions, and loads a module
 * for another version without a word; but the structures differ, so that values would be lost in
 * silence. The version reads "221001" or "162800". */
static int is_built_for_this_version(void) {
  const int major = atoi(ast_get_version_num()) / 10000;

  if (major == MCDCTL_ASTERISK_MAJOR) {
    return 1;
  }
  ast_log(LOG_ERROR,
          "res_memcached was built for Asterisk %d, and this is Asterisk %d (%s): "
          "install the one for this version\n",
          MCDCTL_ASTERISK_MAJOR, major, ast_get_version());
  return 0;
}

static void unregister_all(void) {
  cli_unregister();
  applications_unregister();
  functions_unregister();
}

/* Declining, not failing: failing would end Asterisk's start. With settings that are wrong it is
 * there all the same: a call ends at an application that does not exist. */
static int load_module(void) {
  if (!is_built_for_this_version()) {
    return AST_MODULE_LOAD_DECLINE;
  }
  if (settings_load()) {
    ast_log(LOG_ERROR,
            "until memcached.conf is corrected and 'module reload res_memcached.so' reads it, "
            "MCDRESULT is %d everywhere\n",
            MCD_NO_SERVERS);
  }
  if (functions_register() || applications_register() || cli_register()) {
    unregister_all();
    settings_unload();
    return AST_MODULE_LOAD_DECLINE;
  }
  return AST_MODULE_LOAD_SUCCESS;
}

static int reload_module(void) {
  return settings_load() ? AST_MODULE_LOAD_DECLINE : AST_MODULE_LOAD_SUCCESS;
}

/* Asterisk asks nobody before a forced unload: calls that are inside would return into nothing. */
static int unload_module(void) {
  const int inside = operations_inside();

  if (inside > 0) {
    ast_log(LOG_WARNING, "res_memcached stays loaded: %d operations are going on\n", inside);
    return -1;
  }
  unregister_all();
  /* Those that came in meanwhile. */
  while (operations_inside() > 0) {
    usleep(1000);
  }
  settings_unload();
  return 0;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "memcached in the dialplan",
                .support_level = AST_MODULE_SUPPORT_EXTENDED, .load = load_module,
                .unload = unload_module, .reload = reload_module,
                /* Before the dialplan is read, whose [globals] may use it. */
                .load_pri = AST_MODPRI_APP_DEPEND, );
