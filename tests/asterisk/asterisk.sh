#!/usr/bin/env bash
# A private Asterisk in a chroot (see make_chroot.sh), whose dialplan is run one context after the
# other. To be sourced by bash; whoever does makes sure that stop_asterisk is called in the end.
#
#   make_asterisk_home CHROOT   sets asterisk_home, a directory for all that is needed, as seen from here,
#                               and asterisk_inside, the same as seen from the chroot
#   start_asterisk EXTENSIONS-FILE NAME=VALUE...   with these globals
#   run_context CONTEXT WAY     runs CONTEXT,run,1 to its end on a channel, with WAY in the globals WAY and MCD;
#                               what it said is in $asterisk_home/said
#   stop_asterisk
#
# The dialplan says a line with Set(${SAY}=the line).

asterisk_home=
asterisk_inside=
asterisk_root=
asterisk_pid=

asterisk_modules=(
  pbx_config res_clioriginate res_speech res_agi app_originate app_system app_exec app_verbose
  app_while app_stack func_shell func_env func_logic func_strings func_math func_channel func_cut
  func_uri func_base64 func_timeout func_rand func_evalexten func_global func_callerid func_groupcount
)

# Programs for System() go into bin, for AGI() into agi.
make_asterisk_home() {
  asterisk_root=$1
  asterisk_home=$(mktemp --directory "$asterisk_root/tmp/mcdctl-test.XXXXXX")
  asterisk_inside=${asterisk_home#"$asterisk_root"}
  chmod 755 "$asterisk_home"
  mkdir "$asterisk_home"/{etc,run,log,db,spool,agi,bin}
}

write_asterisk_settings() {
  local etc=$asterisk_home/etc name modules
  modules=$(cd "$asterisk_root" && find usr/lib -type d -path '*/asterisk/modules' -print -quit)
  cat >"$etc/asterisk.conf" <<END
[directories]
astetcdir => $asterisk_inside/etc
astmoddir => /$modules
astvarlibdir => /var/lib/asterisk
astdbdir => $asterisk_inside/db
astkeydir => $asterisk_inside
astdatadir => /usr/share/asterisk
astagidir => $asterisk_inside/agi
astspooldir => $asterisk_inside/spool
astrundir => $asterisk_inside/run
astlogdir => $asterisk_inside/log
[options]
verbose = ${asterisk_verbose:-3}
nocolor = yes
dontwarn = yes
hideconnect = yes
END
  {
    printf '[modules]\nautoload=no\n'
    for name in "${asterisk_modules[@]}"; do
      # Some are in newer versions only.
      [[ ! -e $asterisk_root/$modules/$name.so ]] || printf 'load = %s.so\n' "$name"
    done
  } >"$etc/modules.conf"
  cat >"$etc/logger.conf" <<END
[general]
dateformat = %T.%3q
appendhostname = no
[logfiles]
dialplan => notice,warning,error,verbose
END
  for name in stasis cel ccss udptl features acl indications http manager cli codecs dnsmgr; do
    : >"$etc/$name.conf"
  done
  printf '[general]\nenable=no\n' >"$etc/cdr.conf"
}

write_asterisk_extensions() { # FILE NAME=VALUE...
  cat - "$1" >"$asterisk_home/etc/extensions.conf" <<END
[general]
static=yes
writeprotect=yes
autofallthrough=yes
[globals]
SAY=FILE($asterisk_inside/said,,,al,u)
HOME=$asterisk_inside
STOP=
TEST=
WAY=
MCD=
$(printf '%s\n' "${@:2}")
[mcdctl-test]
exten => run,1,Answer(1)
 same => n,Set(CHANNEL(hangup_handler_push)=mcdctl-test,done,1)
 same => n,Goto(\${TEST},run,1)
exten => wait,1,Wait(86400)
exten => done,1,Set(FILE($asterisk_inside/done,,,al,u)=done)
 same => n,Return()
END
}

asterisk_command() {
  chroot "$asterisk_root" asterisk -C "$asterisk_inside/etc/asterisk.conf" -rx "$1" 2>&1
}

# Its processes are in a namespace of their own: when the first one is killed, all are.
start_asterisk() {
  write_asterisk_settings
  write_asterisk_extensions "$@"
  env --ignore-environment PATH="$asterisk_inside/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root \
    LANG=C.UTF-8 TERM=dumb XDG_CONFIG_HOME="$asterisk_inside/settings" \
    unshare --mount --pid --kill-child --mount-proc="$asterisk_root/proc" \
    chroot "$asterisk_root" asterisk -f -q -C "$asterisk_inside/etc/asterisk.conf" \
    </dev/null >"$asterisk_home/console" 2>&1 &
  asterisk_pid=$!
  for _ in {1..600}; do
    kill -0 "$asterisk_pid" 2>/dev/null || break
    if [[ -S $asterisk_home/run/asterisk.ctl ]] &&
      asterisk_command 'core waitfullybooted' | grep --quiet 'fully booted'; then
      return 0
    fi
    sleep 0.05
  done
  cat "$asterisk_home/console" "$asterisk_home/log/dialplan" >&2 || true
  echo "asterisk did not start in $asterisk_root" >&2
  return 1
}

# How long a context may take, in seconds; not what it should.
asterisk_patience=240

run_context() {
  local context=$1 way=$2 end=$((SECONDS + asterisk_patience))
  rm --force "$asterisk_home/said" "$asterisk_home/done"
  : >"$asterisk_home/said"
  asterisk_command "dialplan set global TEST $context" >/dev/null
  asterisk_command "dialplan set global WAY $way" >/dev/null
  asterisk_command "dialplan set global MCD $way" >/dev/null
  asterisk_command "channel originate Local/run@mcdctl-test/n extension wait@mcdctl-test" >/dev/null
  while [[ ! -s $asterisk_home/done ]]; do
    if ! kill -0 "$asterisk_pid" 2>/dev/null; then
      echo "asterisk has died" >>"$asterisk_home/said"
      return 1
    fi
    if [[ $SECONDS -gt $end ]]; then
      echo "did not end in $asterisk_patience s" >>"$asterisk_home/said"
      return 1
    fi
    sleep 0.02
  done
}

stop_asterisk() {
  if [[ -n $asterisk_pid ]]; then
    kill -KILL "$asterisk_pid" 2>/dev/null || true
    wait "$asterisk_pid" 2>/dev/null || true
    asterisk_pid=
  fi
  [[ -z $asterisk_home ]] || rm --recursive --force "$asterisk_home"
  asterisk_home=
}
