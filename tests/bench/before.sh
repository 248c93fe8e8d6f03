#!/usr/bin/env bash
# An older mcdctl beside this one, with the same arguments, in turn against the same servers: whether a
# change made anything slower. A part of scripts/bench, which sources it; nothing is measured without --before.
#
# shellcheck disable=SC2154 # tmp, mcdctl, before and the like are set there

print_before_head() {
    [[ -z $before ]] || printf '%s, before and now\n\n%-16s %11s %11s %7s %10s %10s\n' "$1" '' \
        'before, ms' 'now, ms' 'ratio' 'instruct.' 'now'
}

# Times both with the same arguments, and prints a line: medians, and the median of now / before of the runs in
# one round. compare_before RUNS LABEL ARGUMENT..., with {} for "before" or "now".
compare_before() {
    local count=$1 label=$2 instructions=(- -) old now
    shift 2
    [[ -n $before ]] || return 0
    old=("$before" "${@//\{\}/before}")
    now=("$mcdctl" "${@//\{\}/now}")
    client "$tmp/alternate" --runs "$count" --warmup 2 --limit 3600 --against before -- \
        now "${now[@]}" --vs before "${old[@]}" > "$tmp/compared" || die "not measured: $label, before and now"
    if [[ -n $callgrind && $count -gt 99 ]]; then # a single process; a bulk command would take minutes
        instructions[0]=$(instructions_of "${old[@]}") || exit
        instructions[1]=$(instructions_of "${now[@]}") || exit
    fi
    awk -F '\t' -v label="$label" -v before="${instructions[0]}" -v now="${instructions[1]}" '
        { median[$1] = $3; ratio[$1] = $5 }
        END { printf "%-16s %11.3f %11.3f %7.3f %10s %10s\n", label, median["before"], median["now"],
            ratio["now"], before, now }' "$tmp/compared"
}

compare_processes() {
    print_before_head "$transport, a process each"
    compare_before "$runs" get get "$get_key"
    compare_before "$runs" set set "$set_key" "$value"
    [[ -z $before ]] || printf '\n'
}

# Each restores the dump that it has written: their formats may differ.
compare_bulk() {
    local settings=(--config "$tmp/bulk/one.toml")
    [[ -n $before ]] || return 0
    client "$before" "${settings[@]}" dump -o "$tmp/bulk/before.dump" > /dev/null || die "dump before: exit status $?"
    client "$mcdctl" "${settings[@]}" dump -o "$tmp/bulk/now.dump" > /dev/null || die "dump: exit status $?"
    print_before_head "bulk, $items items"
    compare_before "$rounds" import "${settings[@]}" import "$tmp/bulk/items.tsv"
    compare_before "$rounds" restore "${settings[@]}" restore "$tmp/bulk/{}.dump"
    compare_before "$rounds" keys "${settings[@]}" keys
    compare_before "$rounds" dump "${settings[@]}" dump
    printf '\n'
}
