# bash completion for mcdctl                                -*- shell-script -*-
# shellcheck shell=bash
# Rendered by mcdctl from its own table of commands: changes belong there.

_mcdctl_commands()
{
    candidates=(get set add replace append prepend delete touch ttl exists counter lock once cache limit wait watch locate ping stats keys import dump restore purge flush agi fastagi batch config completion help)
}

# The long options of COMMAND.
_mcdctl_options()
{
    candidates=(--config --profile --server --prefix --no-prefix --protocol --timeout --no-limits --json --quiet --verbose --help --version)
    case $1 in
        get) candidates+=(--cas --newline --result --keyed --null --key-prefix) ;;
        set) candidates+=(--ttl --flags --cas --file --result) ;;
        add) candidates+=(--ttl --flags --file --result) ;;
        replace) candidates+=(--ttl --flags --file --result) ;;
        append) candidates+=(--file --result) ;;
        prepend) candidates+=(--file --result) ;;
        delete) candidates+=(--cas --result --null --key-prefix) ;;
        touch) candidates+=(--ttl --result --null --key-prefix) ;;
        ttl) candidates+=(--newline --result --keyed --null --key-prefix) ;;
        exists) candidates+=(--result --keyed --null --key-prefix --missing) ;;
        counter) candidates+=(--set --initial --ttl --newline --result) ;;
        lock) candidates+=(--ttl --wait --hold --conflict-exit-code --kill-after --on-lost) ;;
        once) candidates+=(--every --retry-on-failure --conflict-exit-code --on-error) ;;
        cache) candidates+=(--ttl --stale --refresh --keep-status --on-error --key-from-command --env --cwd) ;;
        limit) candidates+=(--max --per --left --conflict-exit-code --on-error --newline) ;;
        wait) candidates+=(--exists --absent --equals --changed --timeout --timeout-exit-code --newline) ;;
        watch) candidates+=(--interval) ;;
        locate) candidates+=(--newline --keyed --null --key-prefix) ;;
        ping) candidates+=(--wait --summary) ;;
        stats) candidates+=(--raw --summary --interval --count) ;;
        keys) candidates+=(--long --null --all-prefixes --misplaced --exclude --count) ;;
        import) candidates+=(--format --delimiter --columns --header --key-prefix --mode --ttl --flags --rejects --dry-run) ;;
        dump) candidates+=(--format --exclude --misplaced --delimiter --bom --output) ;;
        restore) candidates+=(--ttl-mode --partial --mode --rejects --dry-run) ;;
        purge) candidates+=(--yes --misplaced --exclude --even-if-most --dry-run --long) ;;
        flush) candidates+=(--yes --dry-run) ;;
        fastagi) candidates+=(--listen --allow --workers --max-connections --max-per-peer --header-timeout --log-format) ;;
        batch) candidates+=(--keep-going) ;;
        config) candidates+=(--ping) ;;
    esac
}

# Sets kind to what follows OPTION of COMMAND; to nothing where there is no such option.
_mcdctl_option()
{
    kind=""
    case $2 in
        -c | --config) kind=file ;;
        --profile) kind=profiles ;;
        -s | --server) kind=servers ;;
        --prefix) kind=other ;;
        --no-prefix) kind=switch ;;
        --protocol) kind=choice choices=(ascii binary) ;;
        --timeout) kind=other ;;
        --no-limits) kind=switch ;;
        --json) kind=switch ;;
        -q | --quiet) kind=switch ;;
        -v | --verbose) kind=switch ;;
        -h | --help) kind=switch ;;
        -V | --version) kind=switch ;;
    esac
    case $1/$2 in
        get/--cas) kind=switch ;;
        get/-N | get/--newline) kind=switch ;;
        get/--result) kind=switch ;;
        get/--keyed) kind=switch ;;
        get/-0 | get/--null) kind=switch ;;
        get/--key-prefix) kind=other ;;
        set/-t | set/--ttl) kind=other ;;
        set/-f | set/--flags) kind=other ;;
        set/--cas) kind=other ;;
        set/--file) kind=file ;;
        set/--result) kind=switch ;;
        add/-t | add/--ttl) kind=other ;;
        add/-f | add/--flags) kind=other ;;
        add/--file) kind=file ;;
        add/--result) kind=switch ;;
        replace/-t | replace/--ttl) kind=other ;;
        replace/-f | replace/--flags) kind=other ;;
        replace/--file) kind=file ;;
        replace/--result) kind=switch ;;
        append/--file) kind=file ;;
        append/--result) kind=switch ;;
        prepend/--file) kind=file ;;
        prepend/--result) kind=switch ;;
        delete/--cas) kind=other ;;
        delete/--result) kind=switch ;;
        delete/-0 | delete/--null) kind=switch ;;
        delete/--key-prefix) kind=other ;;
        touch/-t | touch/--ttl) kind=other ;;
        touch/--result) kind=switch ;;
        touch/-0 | touch/--null) kind=switch ;;
        touch/--key-prefix) kind=other ;;
        ttl/-N | ttl/--newline) kind=switch ;;
        ttl/--result) kind=switch ;;
        ttl/--keyed) kind=switch ;;
        ttl/-0 | ttl/--null) kind=switch ;;
        ttl/--key-prefix) kind=other ;;
        exists/--result) kind=switch ;;
        exists/--keyed) kind=switch ;;
        exists/-0 | exists/--null) kind=switch ;;
        exists/--key-prefix) kind=other ;;
        exists/--missing) kind=switch ;;
        counter/--set) kind=other ;;
        counter/--initial) kind=other ;;
        counter/-t | counter/--ttl) kind=other ;;
        counter/-N | counter/--newline) kind=switch ;;
        counter/--result) kind=switch ;;
        lock/-t | lock/--ttl) kind=other ;;
        lock/-w | lock/--wait) kind=other ;;
        lock/--hold) kind=other ;;
        lock/-E | lock/--conflict-exit-code) kind=other ;;
        lock/--kill-after) kind=other ;;
        lock/--on-lost) kind=choice choices=(stop continue) ;;
        once/--every) kind=other ;;
        once/--retry-on-failure) kind=switch ;;
        once/-E | once/--conflict-exit-code) kind=other ;;
        once/--on-error) kind=choice choices=(run fail) ;;
        cache/-t | cache/--ttl) kind=other ;;
        cache/--stale) kind=other ;;
        cache/--refresh) kind=switch ;;
        cache/--keep-status) kind=other ;;
        cache/--on-error) kind=choice choices=(run stale fail) ;;
        cache/--key-from-command) kind=switch ;;
        cache/--env) kind=other ;;
        cache/--cwd) kind=switch ;;
        limit/-n | limit/--max) kind=other ;;
        limit/-p | limit/--per) kind=other ;;
        limit/--left) kind=switch ;;
        limit/-E | limit/--conflict-exit-code) kind=other ;;
        limit/--on-error) kind=choice choices=(run fail) ;;
        limit/-N | limit/--newline) kind=switch ;;
        wait/--exists) kind=switch ;;
        wait/--absent) kind=switch ;;
        wait/--equals) kind=other ;;
        wait/--changed) kind=switch ;;
        wait/--timeout) kind=other ;;
        wait/-E | wait/--timeout-exit-code) kind=other ;;
        wait/-N | wait/--newline) kind=switch ;;
        watch/--interval) kind=other ;;
        locate/-N | locate/--newline) kind=switch ;;
        locate/--keyed) kind=switch ;;
        locate/-0 | locate/--null) kind=switch ;;
        locate/--key-prefix) kind=other ;;
        ping/--wait) kind=other ;;
        ping/--summary) kind=switch ;;
        stats/--raw) kind=switch ;;
        stats/--summary) kind=switch ;;
        stats/--interval) kind=other ;;
        stats/--count) kind=other ;;
        keys/-l | keys/--long) kind=switch ;;
        keys/-0 | keys/--null) kind=switch ;;
        keys/--all-prefixes) kind=switch ;;
        keys/--misplaced) kind=switch ;;
        keys/--exclude) kind=other ;;
        keys/--count) kind=switch ;;
        import/--format) kind=choice choices=(csv tsv ndjson json memcached-tool) ;;
        import/--delimiter) kind=other ;;
        import/--columns) kind=other ;;
        import/--header) kind=switch ;;
        import/--key-prefix) kind=other ;;
        import/--mode) kind=choice choices=(set add replace) ;;
        import/-t | import/--ttl) kind=other ;;
        import/-f | import/--flags) kind=other ;;
        import/--rejects) kind=file ;;
        import/-n | import/--dry-run) kind=switch ;;
        dump/--format) kind=choice choices=(dump json ndjson csv tsv) ;;
        dump/--exclude) kind=other ;;
        dump/--misplaced) kind=switch ;;
        dump/--delimiter) kind=other ;;
        dump/--bom) kind=switch ;;
        dump/-o | dump/--output) kind=file ;;
        restore/--ttl-mode) kind=choice choices=(remaining original none) ;;
        restore/--partial) kind=switch ;;
        restore/--mode) kind=choice choices=(set add replace) ;;
        restore/--rejects) kind=file ;;
        restore/-n | restore/--dry-run) kind=switch ;;
        purge/-y | purge/--yes) kind=switch ;;
        purge/--misplaced) kind=switch ;;
        purge/--exclude) kind=other ;;
        purge/--even-if-most) kind=switch ;;
        purge/-n | purge/--dry-run) kind=switch ;;
        purge/-l | purge/--long) kind=switch ;;
        flush/-y | flush/--yes) kind=switch ;;
        flush/-n | flush/--dry-run) kind=switch ;;
        fastagi/-l | fastagi/--listen) kind=other ;;
        fastagi/--allow) kind=other ;;
        fastagi/--workers) kind=other ;;
        fastagi/--max-connections) kind=other ;;
        fastagi/--max-per-peer) kind=other ;;
        fastagi/--header-timeout) kind=other ;;
        fastagi/--log-format) kind=choice choices=(text json) ;;
        batch/-k | batch/--keep-going) kind=switch ;;
        config/--ping) kind=switch ;;
    esac
}

# The same for the operand at PLACE, from 1, of COMMAND.
_mcdctl_operand()
{
    kind=""
    case $1/$2 in
        get/*) kind=keys ;;
        set/1) kind=keys ;;
        set/2) kind=other ;;
        add/1) kind=keys ;;
        add/2) kind=other ;;
        replace/1) kind=keys ;;
        replace/2) kind=other ;;
        append/1) kind=keys ;;
        append/2) kind=other ;;
        prepend/1) kind=keys ;;
        prepend/2) kind=other ;;
        delete/*) kind=keys ;;
        touch/*) kind=keys ;;
        ttl/*) kind=keys ;;
        exists/*) kind=keys ;;
        counter/1) kind=keys ;;
        counter/2) kind=other ;;
        lock/1) kind=keys ;;
        lock/*) kind=file ;;
        once/1) kind=keys ;;
        once/*) kind=file ;;
        cache/1) kind=keys ;;
        cache/*) kind=file ;;
        limit/1) kind=keys ;;
        limit/*) kind=file ;;
        wait/*) kind=keys ;;
        watch/*) kind=keys ;;
        locate/*) kind=keys ;;
        stats/1) kind=choice choices=(items slabs settings sizes conns) ;;
        keys/1) kind=other ;;
        import/*) kind=file ;;
        dump/1) kind=other ;;
        restore/1) kind=file ;;
        purge/1) kind=other ;;
        agi/1) kind=other ;;
        agi/*) kind=other ;;
        batch/1) kind=file ;;
        config/1) kind=choice choices=(show check path) ;;
        completion/1) kind=choice choices=(bash zsh fish) ;;
        help/1) kind=command ;;
    esac
}

# Reads a word of the command line as bash would, but for expansions, which might run anything. Sets
# text to what the word means, quote to the quote still open at its end, and head to the part of text
# that readline keeps in place: what it replaces begins after the last word break or the open quote.
_mcdctl_read()
{
    local word=$1 letter next outer="" i
    text="" quote="" head=""
    for ((i = 0; i < ${#word}; i++)); do
        letter=${word:i:1}
        if [[ $quote && $letter == "$quote" ]]; then
            quote="" head=$outer
        elif [[ ! $quote && $letter == [\'\"] ]]; then
            quote=$letter outer=$head head=$text
        elif [[ $letter == "\\" && $quote != \' ]]; then
            ((++i))
            next=${word:i:1}
            [[ ! $quote || ! $next || $next == [\"\\\$\`] ]] || text+="\\"
            text+=$next
        else
            text+=$letter
            [[ $quote || $COMP_WORDBREAKS != *"$letter"* ]] || head=$text
        fi
    done
}

# Sets quoted to what has to be typed, after an open quote if there is one, to mean TEXT.
_mcdctl_quote()
{
    case $quote in
        \') quoted=${1//\'/\'\\\'\'} ;;
        \")
            quoted=${1//\\/\\\\}
            quoted=${quoted//\"/\\\"}
            quoted=${quoted//\$/\\\$}
            quoted=${quoted//\`/\\\`}
            ;;
        *)
            quoted=""
            [[ ! $1 ]] || printf -v quoted %q "$1"
            ;;
    esac
}

# Takes apart a word of options. Sets option to the last one in it and kind to what that one takes;
# before to all in front of its value, or to nothing if the word ends without one.
_mcdctl_split()
{
    local i
    before="" option="" kind=""
    if [[ $1 == --* ]]; then
        option=${1%%=*}
        [[ $1 != *=* ]] || before=$option=
        _mcdctl_option "$command" "$option"
        return
    fi
    for ((i = 1; i < ${#1}; i++)); do
        option=-${1:i:1}
        _mcdctl_option "$command" "$option"
        [[ $kind == switch ]] || break
    done
    ((i + 1 >= ${#1})) || before=${1:0:i+1}
}

# Notes an option, with its value if it has one, for _mcdctl_ask.
_mcdctl_keep()
{
    case $1 in
        -c | --config | --profile | -s | --server | --prefix | --protocol | --timeout | --no-prefix | --no-limits | --json | -q | --quiet | -v | --verbose) kept+=("$@") ;;
    esac
}

# Sets candidates to the servers, profiles or keys (the first word) that begin with the second one.
_mcdctl_ask()
{
    local text quote head
    _mcdctl_read "${words[0]}"
    [[ $text != \~/* ]] || text=$HOME/${text#*/}
    mapfile -t candidates < <("$text" "${kept[@]}" __complete "$1" -- "$2" 2>/dev/null </dev/null)
}

_mcdctl()
{
    local cur prev words cword
    _init_completion -n :=@ || return

    # What was typed so far.
    local command="" operands=0 waiting="" only_operands="" kept=()
    local text quote head before option kind choices i
    for ((i = 1; i < cword; i++)); do
        _mcdctl_read "${words[i]}"
        if [[ $waiting ]]; then
            [[ ${words[i]} != \~/* ]] || text=$HOME/${text#*/}
            _mcdctl_keep "$waiting" "$text"
            waiting=""
        elif [[ $only_operands || $text != -?* || $text == -[0-9]* ]]; then
            if [[ $command ]]; then
                ((++operands))
            else
                command=$text
            fi
        elif [[ $text == -- ]]; then
            only_operands=yes
        else
            _mcdctl_split "$text"
            if [[ ! $kind || $kind == switch ]]; then
                _mcdctl_keep "$option"
            elif [[ $before ]]; then
                _mcdctl_keep "$option" "${text:${#before}}"
            else
                waiting=$option
            fi
        fi
    done

    # What can stand here.
    _mcdctl_read "$cur"
    before=""
    if [[ $waiting ]]; then
        _mcdctl_option "$command" "$waiting"
    elif [[ ! $only_operands && $text == -* && $text != -[0-9]* ]]; then
        _mcdctl_split "$text"
        [[ $before ]] || kind=option
    elif [[ ! $command ]]; then
        kind=command
    else
        _mcdctl_operand "$command" $((operands + 1))
    fi

    local candidates=() candidate quoted
    case $kind in
        option) _mcdctl_options "$command" ;;
        command) _mcdctl_commands ;;
        choice) candidates=("${choices[@]}") ;;
        servers | profiles | keys) _mcdctl_ask "$kind" "${text:${#before}}" ;;
    esac
    for candidate in "${candidates[@]}"; do
        candidate=$before$candidate
        [[ $candidate == "$text"* ]] || continue
        _mcdctl_quote "${candidate#"$head"}"
        COMPREPLY+=("$quoted")
    done

    # A server may be a socket that no settings name.
    if [[ $kind == file || $kind == servers && ! ${COMPREPLY-} && ${text#"$before"} == /* ]]; then
        cur=${cur#"$before"}
        _filedir
        # Of -cPATH readline replaces all.
        [[ $before != -[!-]* ]] || COMPREPLY=("${COMPREPLY[@]/#/$before}")
        __ltrim_colon_completions "$cur"
    fi
} &&
    complete -F _mcdctl mcdctl
