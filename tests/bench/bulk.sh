#!/usr/bin/env bash
# The bulk commands against the least that can be done with the same items, and against other tools.
# A part of scripts/bench, which sources it: measure_bulk() is what it calls.
#
# shellcheck disable=SC2034,SC2154 # root, tmp, mcdctl and the like are set there, and transport is used

# The goals, of which each is printed with what was reached, and none is enforced.
readonly goal_import=1.25 goal_loop=10 goal_restore=1.10 goal_keys=1.30 goal_dump=20 goal_four=1.00
readonly goal_peak_kib=65536 goal_growth=1.10

readonly more=5 # times as many items, to see whether memory grows
# One by one, that many take as long as a million at once.
readonly loop_items=20000 tool_items=100000
readonly memcached_tool=/usr/share/memcached/scripts/memcached-tool

# Starts a memcached for bulk work and adds its address to `addresses`.
start_bulk_server() {
    addresses+=("$tmp/bulk/$1.sock")
    start_server "$1" -s "${addresses[-1]}" -t 2 -m 4096
    wait_for_server "$1" "${addresses[-1]}"
}

# Sets `across` to what puts a client on another CPU than the last server, which is where most are: on
# the same one, a loop of single calls is several times faster.
part_cpus() {
    across=()
    (($(nproc) > 1)) || return 0
    taskset --all-tasks --cpu-list --pid 1 "${servers[-1]}" > /dev/null || die 'taskset failed'
    across=("$(type -P taskset)" --cpu-list 0)
}

# Settings named NAME for servers; `mcdctl --config` takes them from $tmp/bulk/NAME.toml. No ttl, so
# that the commands are those that `bulk write ms` makes; and with a timeout that a machine with
# other work on it keeps, too.
write_bulk_settings() {
    local name=$1 list
    shift
    printf -v list '"%s", ' "$@"
    printf 'servers = [%s]\nprefix = "%s"\ntimeout = "60s"\n' "${list%, }" "$prefix" \
        > "$tmp/bulk/$name.toml"
}

bulk_write() {
    await "$tmp/bulk-items" write "$@"
}

# Starts redis-server, if there is one, and sets `redis` to what is to be timed.
start_redis() {
    local i
    redis=()
    if [[ -z $(type -P redis-server) || -z $(type -P redis-cli) ]]; then
        printf 'redis-cli --pipe skipped: redis is not installed (apt-get install redis)\n\n'
        return 0
    fi
    redis-server --port 0 --unixsocket "$tmp/bulk/redis.sock" --save '' --appendonly no \
        --dir "$tmp/bulk" < /dev/null > "$tmp/redis.log" 2>&1 &
    servers+=("$!")
    for ((i = 0; i < 100; ++i)); do
        [[ ! -S $tmp/bulk/redis.sock ]] || break
        sleep 0.05
    done
    [[ -S $tmp/bulk/redis.sock ]] || die "redis-server does not start: $(tail -n 1 "$tmp/redis.log")"
    bulk_write resp "$prefix" "$items" > "$tmp/bulk/items.resp"
    # shellcheck disable=SC2016 # sh expands them, not we
    redis=(--vs 'redis-cli --pipe' "$(type -P sh)" -c 'exec redis-cli -s "$1" --pipe < "$2"' sh
        "$tmp/bulk/redis.sock" "$tmp/bulk/items.resp")
}

# Times commands in turn, and adds a line for each to $tmp/bulk/FILE: its group, and what
# tests/bench/alternate.c says. time_bulk FILE RUNS GROUP AGAINST LABEL PROGRAM... [--vs ...]
time_bulk() {
    local file=$1 count=$2 group=$3 against=$4
    shift 4
    client "$tmp/alternate" --runs "$count" --warmup 1 --limit 3600 --against "$against" -- "$@" \
        > "$tmp/bulk/lines" || die "not measured: $group"
    sed "s/^/$group\t/" "$tmp/bulk/lines" >> "$tmp/bulk/$file"
}

# Sets `mc` to mcdctl with the settings NAME.
bulk_mcdctl() {
    mc=("$mcdctl" --config "$tmp/bulk/$1.toml")
}

# Waits until as many keys are listed as were stored: those that the server is at work on, as it is
# for a while on the last ones, are not.
check_count() {
    local count i
    for ((i = 0; i < 50; ++i)); do
        client "${mc[@]}" keys --count > "$tmp/got" || die "mcdctl keys --count: exit status $?"
        count=$(< "$tmp/got")
        [[ $count != "$1" ]] || return 0
        sleep 0.2
    done
    die "$count keys on the server, and not $1"
}

time_stores() {
    local redis=()
    bulk_mcdctl one
    client "${mc[@]}" import "$tmp/bulk/items.tsv" > /dev/null || die "import: exit status $?"
    check_count "$items"
    client "${mc[@]}" dump -o "$tmp/bulk/items.dump" > /dev/null || die "dump: exit status $?"
    time_bulk times "$rounds" store import \
        floor "$tmp/bulk-items" send "$address" "$tmp/bulk/items.ms" \
        --vs import "${mc[@]}" import "$tmp/bulk/items.tsv" \
        --vs restore "${mc[@]}" restore "$tmp/bulk/items.dump"
    start_redis
    time_bulk times "$rounds" others 'import again' \
        'import again' "${mc[@]}" import "$tmp/bulk/items.tsv" --vs 'libmemcached loop' \
        "${across[@]}" "$tmp/loop" "$apart" "$tmp/bulk/loop.tsv" "${redis[@]}"
}

time_lists() {
    local floor=(--vs 'list, get' "$tmp/bulk-items" dump "$address" "$tmp/bulk/items.mg")
    bulk_mcdctl one
    time_bulk times "$rounds" list list \
        list "$tmp/bulk-items" list "$address" --vs keys "${mc[@]}" keys
    if [[ ! -x $memcached_tool ]]; then
        printf 'memcached-tool skipped: not in %s\n\n' "${memcached_tool%/*}"
        time_bulk times "$rounds" dump dump dump "${mc[@]}" dump
        return
    fi
    bulk_mcdctl apart
    client "${mc[@]}" import "$tmp/bulk/tool.tsv" > /dev/null || die "import: exit status $?"
    bulk_mcdctl one
    # It says on stderr what it does.
    # shellcheck disable=SC2016 # sh expands them, not we
    time_bulk times "$rounds" dump dump dump "${mc[@]}" dump "${floor[@]}" \
        --vs 'memcached-tool' "$(type -P sh)" -c 'exec "$@" 2> /dev/null' sh \
        "${across[@]}" "$memcached_tool" "$apart" dump
}

time_four() {
    local four
    bulk_mcdctl four
    four=("${mc[@]}" import "$tmp/bulk/items.tsv")
    bulk_mcdctl one
    time_bulk times "$rounds" servers 'import to one' \
        'import to one' "${mc[@]}" import "$tmp/bulk/items.tsv" --vs 'import to four' "${four[@]}"
}

measure_peaks() {
    bulk_mcdctl one
    bulk_write tsv '' $((more * items)) > "$tmp/bulk/more.tsv"
    client "${mc[@]}" import "$tmp/bulk/more.tsv" > /dev/null || die "import: exit status $?"
    check_count $((more * items))
    client "${mc[@]}" dump -o "$tmp/bulk/more.dump" > /dev/null || die "dump: exit status $?"
    time_bulk peaks 1 more import import "${mc[@]}" import "$tmp/bulk/more.tsv" \
        --vs restore "${mc[@]}" restore "$tmp/bulk/more.dump" \
        --vs keys "${mc[@]}" keys --vs dump "${mc[@]}" dump
}

print_bulk() {
    awk -F '\t' -v items="$items" -v rounds="$rounds" -v more="$more" \
        -v loop_items="$loop_items" -v tool_items="$tool_items" -v goal_import="$goal_import" \
        -v goal_loop="$goal_loop" -v goal_restore="$goal_restore" -v goal_keys="$goal_keys" \
        -v goal_dump="$goal_dump" -v goal_four="$goal_four" -v goal_peak="$goal_peak_kib" \
        -v goal_growth="$goal_growth" '
        function items_of(label) {
            if (label == "libmemcached loop") return loop_items
            if (label == "memcached-tool") return tool_items
            return items
        }
        function goal(what, limit, is_most, value) {
            verdict = (is_most ? value <= limit : value >= limit) ? "met" : "missed"
            printf "%-46s %s %-8s %10s %s\n", what, is_most ? "<=" : ">=", limit,
                   value < 1000 ? sprintf("%.2f", value) : int(value), verdict
        }
        BEGIN {
            printf "bulk (unix socket), %d items of 100 bytes, %d runs of each\n\n", items, rounds
            printf "%-18s %9s %9s %9s %9s %10s %8s\n", "", "wall ms", "", "", "us an", "user+sys",
                   "peak"
            printf "%-18s %9s %9s %9s %9s %10s %8s\n", "", "min", "median", "max", "item", "ms",
                   "KiB"
        }
        FILENAME ~ /peaks$/ { peak_more[$2] = $8; next }
        {
            if (NR > 1 && group != $1) print ""
            group = $1
            ratio[$2] = $6
            peak[$2] = $8
            printf "%-18s %9.0f %9.0f %9.0f %9.2f %10.0f %8d\n", $2, $3, $4, $5,
                   $4 * 1000 / items_of($2), $7, $8
        }
        END {
            printf "\n%-46s %-11s %10s\n", "of two runs in each round, the median", "goal", "reached"
            goal("import / floor", goal_import, 1, 1 / ratio["floor"])
            goal("libmemcached loop / import, an item", goal_loop, 0,
                 ratio["libmemcached loop"] * items / loop_items)
            goal("restore / import", goal_restore, 1, ratio["restore"])
            goal("keys / list", goal_keys, 1, ratio["keys"])
            if ("memcached-tool" in ratio) {
                goal("memcached-tool dump / dump, an item", goal_dump, 0,
                     ratio["memcached-tool"] * items / tool_items)
            }
            printf "%-46s %-11s %10.2f\n", "dump / list, get", "-", 1 / ratio["list, get"]
            goal("import to four servers / to one", goal_four, 1, ratio["import to four"])
            if ("redis-cli --pipe" in ratio) {
                printf "%-46s %-11s %10.2f\n", "redis-cli --pipe / import", "-",
                       ratio["redis-cli --pipe"]
            }
            printf "\npeak KiB\n"
            split("import restore keys dump", commands, " ")
            for (i = 1; i <= 4; ++i) {
                name = commands[i]
                goal(name ", " items * more " items", goal_peak, 1, peak_more[name])
                goal(name ", " items * more " items / " items, goal_growth, 1,
                     peak_more[name] / peak[name])
            }
            print ""
        }' "$tmp/bulk/times" "$tmp/bulk/peaks"
}

measure_bulk() {
    local transport=bulk address addresses=() apart across mc
    mkdir -- "$tmp/bulk"
    TMPDIR=$tmp cc -std=c11 -O2 -Wall -Wextra -static -o "$tmp/bulk-items" \
        "$root/tests/bench/bulk.c" || die 'tests/bench/bulk.c does not compile'
    TMPDIR=$tmp cc -std=c11 -O2 -Wall -Wextra -o "$tmp/loop" "$root/tests/bench/loop.c" \
        -lmemcached || die 'tests/bench/loop.c does not compile (apt-get install libmemcached-dev)'
    bulk_write tsv '' "$items" > "$tmp/bulk/items.tsv"
    bulk_write ms "$prefix" "$items" > "$tmp/bulk/items.ms"
    bulk_write mg "$prefix" "$items" > "$tmp/bulk/items.mg"
    bulk_write tsv "$prefix" "$loop_items" > "$tmp/bulk/loop.tsv"
    bulk_write tsv '' "$tool_items" > "$tmp/bulk/tool.tsv"

    start_bulk_server one
    address=${addresses[0]}
    write_bulk_settings one "$address"
    start_bulk_server two
    start_bulk_server three
    start_bulk_server four
    write_bulk_settings four "${addresses[@]}"
    start_bulk_server apart
    apart=${addresses[-1]}
    write_bulk_settings apart "$apart"
    part_cpus

    : > "$tmp/bulk/times"
    time_stores
    time_lists
    time_four
    compare_bulk
    measure_peaks
    print_bulk
}
