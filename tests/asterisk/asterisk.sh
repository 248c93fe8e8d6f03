#!/usr/bin/env bash
# A private Asterisk in a chroot (see make_chroot.sh), whose dialplan is run one context after the
# other, and mcdctl and memcached servers for it. To be sourced by bash; whoever does makes sure that
# stop_all is called in the end.
#
#   make_asterisk_home CHROOT   sets asterisk_home, a directory for all that is needed, as seen from here,
#                               and asterisk_inside, the same as seen from the chroot
#   start_asterisk EXTENSIONS-FILE NAME=VALUE...   with these globals
#   run_context CONTEXT WAY     runs CONTEXT,run,1 to its end on a channel, with WAY in the globals WAY and MCD;
#                               what it said is in $asterisk_home/said
#   stop_all
#
# The dialplan says a line with Set(${SAY}=the line).

asterisk_home=
asterisk_inside=
asterisk_root=
asterisk_pid=
asterisk_environment=() # further variables
asterisk_module= # a file to load as res_memcached.so, if set

asterisk_modules=(
  pbx_config res_clioriginate res_speech res_agi app_originate app_system app_exec app_verbose
  app_while app_stack func_shell func_env func_logic func_strings func_math func_channel func_cut
  func_uri func_base64 func_timeout func_rand func_evalexten func_global func_callerid func_groupcount func_config
)

# Programs for System() go into bin, for AGI() into agi.
make_asterisk_home() {
  asterisk_root=$1
  asterisk_home=$(mktemp --directory "$asterisk_root/tmp/mcdctl-test.XXXXXX")
  asterisk_inside=${asterisk_home#"$asterisk_root"}
  chmod 755 "$asterisk_home"
  mkdir "$asterisk_home"/{etc,run,log,db,spool,agi,bin}
}

# Prints the directory of modules: Asterisk's own, or one that has ours besides.
asterisk_module_directory() {
  local modules
  modules=/$(cd "$asterisk_root" && find usr/lib -type d -path '*/asterisk/modules' -print -quit)
  if [[ -n $asterisk_module ]]; then
    mkdir --parents "$asterisk_home/modules"
    (cd "$asterisk_root$modules" && find . -name '*.so' -printf "$modules/%P\\0") |
      xargs --null ln --symbolic --force --target-directory "$asterisk_home/modules"
    cp "$asterisk_module" "$asterisk_home/modules/res_memcached.so"
    modules=$asterisk_inside/modules
  fi
  printf '%s\n' "$modules"
}

write_asterisk_settings() {
  local etc=$asterisk_home/etc name modules
  modules=$(asterisk_module_directory)
  cat >"$etc/asterisk.conf" <<END
[directories]
astetcdir => $asterisk_inside/etc
astmoddir => $modules
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
      [[ ! -e $asterisk_root$modules/$name.so && ! -L $asterisk_root$modules/$name.so ]] ||
        printf 'load = %s.so\n' "$name"
    done
    # Last: it has to be loaded before the dialplan all the same.
    [[ -z $asterisk_module ]] || printf 'load = res_memcached.so\n'
  } >"$etc/modules.conf"
  cat >"$etc/logger.conf" <<END
[general]
dateformat = %T.%3q
appendhostname = no
[logfiles]
dialplan => notice,warning,error,verbose
END
  for name in stasis cel ccss udptl features acl indications http manager cli codecs dnsmgr; do
    [[ -e $etc/$name.conf ]] || : >"$etc/$name.conf"
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
  timeout 120 chroot "$asterisk_root" asterisk -C "$asterisk_inside/etc/asterisk.conf" -rx "$1" 2>&1
}

# Its processes are in a namespace of their own: when the first one is killed, all are.
start_asterisk() {
  write_asterisk_settings
  write_asterisk_extensions "$@"
  # Names that nobody knows are unknown at once, whatever name service this machine has.
  echo 'nameserver 127.0.0.1' >"$asterisk_root/etc/resolv.conf"
  env --ignore-environment PATH="$asterisk_inside/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root \
    "${asterisk_environment[@]}" LANG=C.UTF-8 TERM=dumb XDG_CONFIG_HOME="$asterisk_inside/settings" \
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

pids=() # of the servers and services
mcdctl=
end_process() {
  kill -CONT "$1" 2>/dev/null || true
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}
stop_all() {
  local pid
  for pid in "${pids[@]}"; do end_process "$pid"; done
  stop_asterisk
}

# A server on $asterisk_home/NAME.sock; sets memcached_pid.
start_memcached() {
  local name=$1
  shift
  memcached -u root -s "$asterisk_home/$name.sock" "$@" </dev/null >"$asterisk_home/$name.log" 2>&1 &
  memcached_pid=$!
  pids+=("$memcached_pid")
  for _ in {1..1000}; do
    [[ ! -S $asterisk_home/$name.sock ]] || return 0
    sleep 0.02
  done
  echo "memcached does not start: $(<"$asterisk_home/$name.log")" >&2
  return 1
}

# A server on $asterisk_home/liar-NAME.sock that gives the same answer to everything.
start_liar() { # NAME ANSWER
  "$(dirname "${BASH_SOURCE[0]}")/liar.pl" "$asterisk_home/liar-$1.sock" "$2" </dev/null >"$asterisk_home/liar.log" 2>&1 &
  pids+=("$!")
  for _ in {1..1000}; do
    [[ ! -S $asterisk_home/liar-$1.sock ]] || return 0
    sleep 0.02
  done
}

# The binary for System() and AGI(). Where the chroot's C library is too old, the one from here goes along,
# and libmemcached, which mcdctl loads itself.
install_mcdctl() {
  local library loader libmemcached
  mcdctl=$1
  if cp "$mcdctl" "$asterisk_home/agi/mcdctl" &&
    chroot "$asterisk_root" "$asterisk_inside/agi/mcdctl" --version >/dev/null 2>&1; then
    ln "$asterisk_home/agi/mcdctl" "$asterisk_home/bin/mcdctl"
    return
  fi
  mkdir "$asterisk_home/lib"
  mv "$asterisk_home/agi/mcdctl" "$asterisk_home/lib/mcdctl"
  libmemcached=$(ldconfig --print-cache | awk '$1 == "libmemcached.so.11" { print $NF; exit }')
  while read -r library; do
    cp --dereference "$library" "$asterisk_home/lib/"
  done < <(echo "$libmemcached"; ldd "$mcdctl" "$libmemcached" | grep --only-matching '/[^ :]*\.so[^ :]*')
  loader=$(cd "$asterisk_home/lib" && echo ld-linux*)
  printf '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' "$asterisk_inside/lib/$loader" \
    "$asterisk_inside/lib" "$asterisk_inside/lib/mcdctl" >"$asterisk_home/agi/mcdctl"
  chmod 755 "$asterisk_home/agi/mcdctl"
  ln "$asterisk_home/agi/mcdctl" "$asterisk_home/bin/mcdctl"
}

# mcdctl, outside of the chroot. It takes the place of the shell that calls this.
outside() {
  exec env --ignore-environment PATH="$PATH" XDG_CONFIG_HOME="$asterisk_home/outside" "$mcdctl" "$@"
}
flush() { (outside --quiet flush --yes) >/dev/null; }

# Starts a service on a free port, with the options given; sets fastagi_pid and fastagi_way.
start_fastagi() {
  local name=$1 log=$asterisk_home/fastagi-$1.log port
  shift
  : >"$log"
  outside fastagi "$@" --listen 127.0.0.1:0 </dev/null >"$log" 2>&1 &
  fastagi_pid=$!
  pids+=("$fastagi_pid")
  for _ in {1..1000}; do
    port=$(sed --quiet 's/^.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$log")
    if [[ -n $port ]]; then
      # shellcheck disable=SC2034
      fastagi_way="agi://127.0.0.1:$port/"
      return 0
    fi
    sleep 0.02
  done
  echo "mcdctl fastagi does not start: $(<"$log")" >&2
  return 1
}

# The settings of mcdctl, inside the chroot and outside: FILE, where @ stands for $asterisk_home, which has
# two names.
write_settings() {
  local place
  mkdir --parents "$asterisk_home"/{settings,outside}/mcdctl
  for place in settings outside; do
    sed "s|@|$([[ $place == settings ]] && echo "$asterisk_inside" || echo "$asterisk_home")|" \
      "$1" >"$asterisk_home/$place/mcdctl/mcdctl.toml"
  done
}
