# fish completion for mcdctl
# Rendered by mcdctl from its own table of commands: changes belong there.

# Reads the words in front of the cursor into variables of the caller: program, command, operands (how
# many stand after the command), only_operands, and kept (the options, with their values, that
# __mcdctl_candidates hands on).
function __mcdctl_read --no-scope-shadowing
    set -l __words (commandline -opc)
    while string match -qr '^\w+=' -- $__words[1]
        set -e __words[1]
    end
    set program $__words[1]
    set -e __words[1]
    set -l __kept_with_value -c --config --profile -s --server --prefix --protocol --timeout
    set -l __kept_alone --no-prefix --no-limits --json -q --quiet -v --verbose
    set -l __with_value
    set -l __waiting
    set -l __word
    for __word in $__words
        if set -q __waiting[1]
            contains -- $__waiting $__kept_with_value; and set -a kept $__waiting (string replace -r '^~/' "$HOME/" -- $__word)
            set __waiting
        else if set -q only_operands[1]; or not string match -qr '^-[^0-9]' -- $__word
            if set -q command[1]
                set operands (math $operands + 1)
            else
                set command $__word
                switch $command
                    case get
                        set __with_value --key-prefix
                    case set
                        set __with_value -t --ttl -f --flags --cas --file
                    case add
                        set __with_value -t --ttl -f --flags --file
                    case replace
                        set __with_value -t --ttl -f --flags --file
                    case append
                        set __with_value --file
                    case prepend
                        set __with_value --file
                    case delete
                        set __with_value --cas --key-prefix
                    case touch
                        set __with_value -t --ttl --key-prefix
                    case ttl
                        set __with_value --key-prefix
                    case exists
                        set __with_value --key-prefix
                    case counter
                        set __with_value --set --initial -t --ttl
                    case lock
                        set __with_value -t --ttl -w --wait --hold -E --conflict-exit-code --kill-after --on-lost
                    case once
                        set __with_value --every -E --conflict-exit-code --on-error
                    case cache
                        set __with_value -t --ttl --stale --keep-status --on-error --env
                    case limit
                        set __with_value -n --max -p --per -E --conflict-exit-code --on-error
                    case wait
                        set __with_value --equals --timeout -E --timeout-exit-code
                    case watch
                        set __with_value --interval
                    case locate
                        set __with_value --key-prefix
                    case ping
                        set __with_value --wait
                    case stats
                        set __with_value --interval --count
                    case keys
                        set __with_value --exclude
                    case import
                        set __with_value --format --delimiter --columns --key-prefix --mode -t --ttl -f --flags --rejects
                    case dump
                        set __with_value --format --exclude --delimiter -o --output
                    case restore
                        set __with_value --ttl-mode --mode --rejects
                    case purge
                        set __with_value --exclude
                    case fastagi
                        set __with_value -l --listen --allow --workers --max-connections --max-per-peer --header-timeout --log-format
                end
            end
        else if test "$__word" = --
            set only_operands yes
        else if string match -q -- '--*' $__word
            set -l __parts (string split -m 1 = -- $__word)
            if set -q __parts[2]
                contains -- $__parts[1] $__kept_with_value; and set -a kept $__word
            else if contains -- $__word $__kept_alone
                set -a kept $__word
            else if contains -- $__word $__kept_with_value $__with_value
                set __waiting $__word
            end
        else
            set -l __letters (string split '' -- (string sub -s 2 -- $__word))
            while set -q __letters[1]
                set -l __option -$__letters[1]
                set -e __letters[1]
                if contains -- $__option $__kept_with_value $__with_value
                    if not set -q __letters[1]
                        set __waiting $__option
                    else if contains -- $__option $__kept_with_value
                        set -a kept $__option (string join '' -- $__letters)
                    end
                    break
                end
            end
        end
    end
end

# Whether COMMAND was typed, and the next operand is one of those from FIRST to LAST (if there is
# one); without COMMAND, whether the command is what comes next.
function __mcdctl_at
    set -l program
    set -l command
    set -l operands 0
    set -l only_operands
    set -l kept
    __mcdctl_read
    test "$command" = "$argv[1]"; or return 1
    not set -q argv[2]; or test $operands -ge (math $argv[2] - 1); or return 1
    not set -q argv[3]; or test $operands -lt $argv[3]
end

# Prints the servers, profiles or keys that begin with what is typed. A server may also be a socket
# that no settings name.
function __mcdctl_candidates -a kind
    set -l program
    set -l command
    set -l operands 0
    set -l only_operands
    set -l kept
    __mcdctl_read
    string match -q -- '~/*' $program; and set program $HOME/(string sub -s 3 -- $program)
    # Of a word with an open quote nothing is left here; fish itself then picks those that fit.
    set -l typed (string unescape -- (commandline -ct))
    if not set -q only_operands[1]; and string match -qr '^-[^0-9]' -- "$typed"
        # -sVALUE is left to fish, too.
        set typed (string replace -rf '^--[^=]*=' '' -- $typed)
    end
    set -l found ($program $kept __complete $kind -- "$typed" 2>/dev/null </dev/null)
    if set -q found[1]
        printf '%s\n' $found
    else if test $kind = servers; and string match -q -- '/*' "$typed"
        __fish_complete_path "$typed"
    end
end

# One that was loaded before, from wherever, makes way.
complete -c mcdctl -e
complete -c mcdctl -f

complete -c mcdctl -n '__mcdctl_at' -a get -d 'print values'
complete -c mcdctl -n '__mcdctl_at' -a set -d 'store a value'
complete -c mcdctl -n '__mcdctl_at' -a add -d 'store a value under a new key'
complete -c mcdctl -n '__mcdctl_at' -a replace -d 'store a value under an existing key'
complete -c mcdctl -n '__mcdctl_at' -a append -d 'add bytes after a value'
complete -c mcdctl -n '__mcdctl_at' -a prepend -d 'add bytes before a value'
complete -c mcdctl -n '__mcdctl_at' -a delete -d 'delete items'
complete -c mcdctl -n '__mcdctl_at' -a touch -d 'give items a new time to live'
complete -c mcdctl -n '__mcdctl_at' -a ttl -d 'print how long items have left to live'
complete -c mcdctl -n '__mcdctl_at' -a exists -d 'check whether items exist'
complete -c mcdctl -n '__mcdctl_at' -a counter -d 'read or change a counter'
complete -c mcdctl -n '__mcdctl_at' -a lock -d 'run a command while holding a lock'
complete -c mcdctl -n '__mcdctl_at' -a once -d 'run a command once in a period'
complete -c mcdctl -n '__mcdctl_at' -a cache -d 'print what a command printed last time, or run it'
complete -c mcdctl -n '__mcdctl_at' -a limit -d 'limit how often something happens'
complete -c mcdctl -n '__mcdctl_at' -a wait -d 'wait until a key is set, gone or changed'
complete -c mcdctl -n '__mcdctl_at' -a watch -d 'print the changes of keys'
complete -c mcdctl -n '__mcdctl_at' -a locate -d 'print the server that a key belongs to'
complete -c mcdctl -n '__mcdctl_at' -a ping -d 'check that every server answers'
complete -c mcdctl -n '__mcdctl_at' -a stats -d 'show statistics of the servers'
complete -c mcdctl -n '__mcdctl_at' -a keys -d 'list keys'
complete -c mcdctl -n '__mcdctl_at' -a import -d 'store the items of files'
complete -c mcdctl -n '__mcdctl_at' -a dump -d 'save items for restore'
complete -c mcdctl -n '__mcdctl_at' -a restore -d 'store the items of a dump'
complete -c mcdctl -n '__mcdctl_at' -a purge -d 'delete the items whose keys match'
complete -c mcdctl -n '__mcdctl_at' -a flush -d 'delete all items of the servers'
complete -c mcdctl -n '__mcdctl_at' -a agi -d 'answer AGI() in a dialplan'
complete -c mcdctl -n '__mcdctl_at' -a fastagi -d 'serve dialplans over FastAGI'
complete -c mcdctl -n '__mcdctl_at' -a batch -d 'run many commands over one connection'
complete -c mcdctl -n '__mcdctl_at' -a config -d 'show or check the settings'
complete -c mcdctl -n '__mcdctl_at' -a completion -d 'print the completion script for a shell'
complete -c mcdctl -n '__mcdctl_at' -a help -d 'explain a command, a result, a setting and more'

complete -c mcdctl -s c -l config -r -F -d 'read this settings file'
complete -c mcdctl -l profile -x -a '(__mcdctl_candidates profiles)' -d 'also apply the settings of [profile.NAME]'
complete -c mcdctl -s s -l server -x -a '(__mcdctl_candidates servers)' -d 'host, host:port, [v6]:port or /socket, or several: a,b'
complete -c mcdctl -l prefix -x -d 'put this before every key, as a namespace (see help prefix)'
complete -c mcdctl -l no-prefix -d 'use keys without a prefix'
complete -c mcdctl -l protocol -x -a 'ascii binary' -d 'protocol: ascii or binary'
complete -c mcdctl -l timeout -x -d 'limit for each connect and each answer: 500ms, 2s'
complete -c mcdctl -l no-limits -d 'apply only memcached\'s own limits on keys and values'
complete -c mcdctl -l json -d 'print JSON, one object a line'
complete -c mcdctl -s q -l quiet -d 'print no messages on standard error'
complete -c mcdctl -s v -l verbose -d 'also report misses and items not stored'
complete -c mcdctl -s h -l help -d 'explain the command'
complete -c mcdctl -s V -l version -d 'print the version'

complete -c mcdctl -n '__mcdctl_at get' -l cas -d 'print the cas token and a tab before each value'
complete -c mcdctl -n '__mcdctl_at get' -s N -l newline -d 'always end the output with a newline'
complete -c mcdctl -n '__mcdctl_at get' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at get' -l keyed -d 'print the key on each line, even if there is only one'
complete -c mcdctl -n '__mcdctl_at get' -s 0 -l null -d 'keys on standard input are unescaped, and end with a NUL byte'
complete -c mcdctl -n '__mcdctl_at get' -l key-prefix -x -d 'put this before each key that is read, as a part of the key'
complete -c mcdctl -n '__mcdctl_at get 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at set' -s t -l ttl -x -d 'time to live: 90, 90s, 15m, 1h30m, 7d; 0 never expires'
complete -c mcdctl -n '__mcdctl_at set' -s f -l flags -x -d '32-bit number kept with the value'
complete -c mcdctl -n '__mcdctl_at set' -l cas -x -d 'store only if the item still has this token (see get --cas)'
complete -c mcdctl -n '__mcdctl_at set' -l file -r -F -d 'store what is in a file; - is standard input'
complete -c mcdctl -n '__mcdctl_at set' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at set 1 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at add' -s t -l ttl -x -d 'time to live: 90, 90s, 15m, 1h30m, 7d; 0 never expires'
complete -c mcdctl -n '__mcdctl_at add' -s f -l flags -x -d '32-bit number kept with the value'
complete -c mcdctl -n '__mcdctl_at add' -l file -r -F -d 'store what is in a file; - is standard input'
complete -c mcdctl -n '__mcdctl_at add' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at add 1 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at replace' -s t -l ttl -x -d 'time to live: 90, 90s, 15m, 1h30m, 7d; 0 never expires'
complete -c mcdctl -n '__mcdctl_at replace' -s f -l flags -x -d '32-bit number kept with the value'
complete -c mcdctl -n '__mcdctl_at replace' -l file -r -F -d 'store what is in a file; - is standard input'
complete -c mcdctl -n '__mcdctl_at replace' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at replace 1 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at append' -l file -r -F -d 'store what is in a file; - is standard input'
complete -c mcdctl -n '__mcdctl_at append' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at append 1 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at prepend' -l file -r -F -d 'store what is in a file; - is standard input'
complete -c mcdctl -n '__mcdctl_at prepend' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at prepend 1 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at delete' -l cas -x -d 'delete only if the item still has this token (see get --cas)'
complete -c mcdctl -n '__mcdctl_at delete' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at delete' -s 0 -l null -d 'keys on standard input are unescaped, and end with a NUL byte'
complete -c mcdctl -n '__mcdctl_at delete' -l key-prefix -x -d 'put this before each key that is read, as a part of the key'
complete -c mcdctl -n '__mcdctl_at delete 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at touch' -s t -l ttl -x -d 'time to live: 90, 90s, 15m, 1h30m, 7d; 0 never expires'
complete -c mcdctl -n '__mcdctl_at touch' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at touch' -s 0 -l null -d 'keys on standard input are unescaped, and end with a NUL byte'
complete -c mcdctl -n '__mcdctl_at touch' -l key-prefix -x -d 'put this before each key that is read, as a part of the key'
complete -c mcdctl -n '__mcdctl_at touch 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at ttl' -s N -l newline -d 'always end the output with a newline'
complete -c mcdctl -n '__mcdctl_at ttl' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at ttl' -l keyed -d 'print the key on each line, even if there is only one'
complete -c mcdctl -n '__mcdctl_at ttl' -s 0 -l null -d 'keys on standard input are unescaped, and end with a NUL byte'
complete -c mcdctl -n '__mcdctl_at ttl' -l key-prefix -x -d 'put this before each key that is read, as a part of the key'
complete -c mcdctl -n '__mcdctl_at ttl 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at exists' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at exists' -l keyed -d 'print the key on each line, even if there is only one'
complete -c mcdctl -n '__mcdctl_at exists' -s 0 -l null -d 'keys on standard input are unescaped, and end with a NUL byte'
complete -c mcdctl -n '__mcdctl_at exists' -l key-prefix -x -d 'put this before each key that is read, as a part of the key'
complete -c mcdctl -n '__mcdctl_at exists' -l missing -d 'print the KEYs that do not exist instead'
complete -c mcdctl -n '__mcdctl_at exists 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at counter' -l set -x -d 'set the counter to N'
complete -c mcdctl -n '__mcdctl_at counter' -l initial -x -d 'create a missing counter as N'
complete -c mcdctl -n '__mcdctl_at counter' -s t -l ttl -x -d 'time to live of a counter that --set stores or --initial creates'
complete -c mcdctl -n '__mcdctl_at counter' -s N -l newline -d 'always end the output with a newline'
complete -c mcdctl -n '__mcdctl_at counter' -l result -d 'print MCDRESULT, for a dialplan\'s SHELL(); status 0'
complete -c mcdctl -n '__mcdctl_at counter 1 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at lock' -s t -l ttl -x -d 'life of the lock, at least 4s; renewed while COMMAND runs'
complete -c mcdctl -n '__mcdctl_at lock' -s w -l wait -x -d 'wait up to TIME for a lock that somebody else holds'
complete -c mcdctl -n '__mcdctl_at lock' -l hold -x -d 'keep the lock for at least TIME, even if COMMAND ends earlier'
complete -c mcdctl -n '__mcdctl_at lock' -s E -l conflict-exit-code -x -d 'exit status where COMMAND is not run, 0 to 255'
complete -c mcdctl -n '__mcdctl_at lock' -l kill-after -x -d 'time from TERM to KILL where the lock is lost'
complete -c mcdctl -n '__mcdctl_at lock' -l on-lost -x -a 'stop continue' -d 'what to do about COMMAND where the lock is lost'
complete -c mcdctl -n '__mcdctl_at lock 1 1' -a '(__mcdctl_candidates keys)'
complete -c mcdctl -n '__mcdctl_at lock 2' -F

complete -c mcdctl -n '__mcdctl_at once' -l every -x -d 'the period; required'
complete -c mcdctl -n '__mcdctl_at once' -l retry-on-failure -d 'if COMMAND fails, let the next caller run it'
complete -c mcdctl -n '__mcdctl_at once' -s E -l conflict-exit-code -x -d 'exit status where COMMAND is not run, 0 to 255'
complete -c mcdctl -n '__mcdctl_at once' -l on-error -x -a 'run fail' -d 'what to do if the cluster fails'
complete -c mcdctl -n '__mcdctl_at once 1 1' -a '(__mcdctl_candidates keys)'
complete -c mcdctl -n '__mcdctl_at once 2' -F

complete -c mcdctl -n '__mcdctl_at cache' -s t -l ttl -x -d 'how long the output is kept; required'
complete -c mcdctl -n '__mcdctl_at cache' -l stale -x -d 'how much longer an old output is printed while another process makes a new one'
complete -c mcdctl -n '__mcdctl_at cache' -l refresh -d 'run COMMAND even if there is an output'
complete -c mcdctl -n '__mcdctl_at cache' -l keep-status -x -d 'exit statuses with which the output is kept, separated by commas'
complete -c mcdctl -n '__mcdctl_at cache' -l on-error -x -a 'run stale fail' -d 'what to do if the cluster or COMMAND fails'
complete -c mcdctl -n '__mcdctl_at cache' -l key-from-command -d 'derive the key from COMMAND and its arguments'
complete -c mcdctl -n '__mcdctl_at cache' -l env -x -d 'derive it from this variable, too; repeat for more'
complete -c mcdctl -n '__mcdctl_at cache' -l cwd -d 'derive it from the working directory, too'
complete -c mcdctl -n '__mcdctl_at cache 1 1' -a '(__mcdctl_candidates keys)'
complete -c mcdctl -n '__mcdctl_at cache 2' -F

complete -c mcdctl -n '__mcdctl_at limit' -s n -l max -x -d 'number of uses allowed; required'
complete -c mcdctl -n '__mcdctl_at limit' -s p -l per -x -d 'period, which begins with the first use; required'
complete -c mcdctl -n '__mcdctl_at limit' -l left -d 'print how many uses are left, without counting one'
complete -c mcdctl -n '__mcdctl_at limit' -s E -l conflict-exit-code -x -d 'exit status where COMMAND is not run, 0 to 255'
complete -c mcdctl -n '__mcdctl_at limit' -l on-error -x -a 'run fail' -d 'what to do if the cluster fails'
complete -c mcdctl -n '__mcdctl_at limit' -s N -l newline -d 'always end the output with a newline'
complete -c mcdctl -n '__mcdctl_at limit 1 1' -a '(__mcdctl_candidates keys)'
complete -c mcdctl -n '__mcdctl_at limit 2' -F

complete -c mcdctl -n '__mcdctl_at wait' -l exists -d 'wait until there is an item; the default'
complete -c mcdctl -n '__mcdctl_at wait' -l absent -d 'wait until there is none'
complete -c mcdctl -n '__mcdctl_at wait' -l equals -x -d 'wait until this is its value'
complete -c mcdctl -n '__mcdctl_at wait' -l changed -d 'wait until it is not what it was at the start'
complete -c mcdctl -n '__mcdctl_at wait' -l timeout -x -d 'wait no longer than this; before \'wait\', it is the limit of each answer'
complete -c mcdctl -n '__mcdctl_at wait' -s E -l timeout-exit-code -x -d 'exit status if --timeout runs out, 0 to 255'
complete -c mcdctl -n '__mcdctl_at wait' -s N -l newline -d 'always end the output with a newline'
complete -c mcdctl -n '__mcdctl_at wait 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at watch' -l interval -x -d 'time between two looks: 100ms, 5s'
complete -c mcdctl -n '__mcdctl_at watch 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at locate' -s N -l newline -d 'always end the output with a newline'
complete -c mcdctl -n '__mcdctl_at locate' -l keyed -d 'print the key on each line, even if there is only one'
complete -c mcdctl -n '__mcdctl_at locate' -s 0 -l null -d 'keys on standard input are unescaped, and end with a NUL byte'
complete -c mcdctl -n '__mcdctl_at locate' -l key-prefix -x -d 'put this before each key that is read, as a part of the key'
complete -c mcdctl -n '__mcdctl_at locate 1' -a '(__mcdctl_candidates keys)'

complete -c mcdctl -n '__mcdctl_at ping' -l wait -x -d 'ask again for up to TIME until every server has answered'
complete -c mcdctl -n '__mcdctl_at ping' -l summary -d 'print one line for all: how many answer, and which do not; with --json, after an object for each of these'

complete -c mcdctl -n '__mcdctl_at stats' -l raw -d 'print names and values as the server reports them'
complete -c mcdctl -n '__mcdctl_at stats' -l summary -d 'print a line for each server'
complete -c mcdctl -n '__mcdctl_at stats' -l interval -x -d 'print such lines again and again, with rates: 1s, 1m'
complete -c mcdctl -n '__mcdctl_at stats' -l count -x -d 'with --interval: end after N lines for each server'
complete -c mcdctl -n '__mcdctl_at stats 1 1' -a 'items slabs settings sizes conns'

complete -c mcdctl -n '__mcdctl_at keys' -s l -l long -d 'also print size, time to live, last access and server'
complete -c mcdctl -n '__mcdctl_at keys' -s 0 -l null -d 'end each key, unescaped, with a NUL byte'
complete -c mcdctl -n '__mcdctl_at keys' -l all-prefixes -d 'list every key, with its prefix'
complete -c mcdctl -n '__mcdctl_at keys' -l misplaced -d 'only items on the wrong server'
complete -c mcdctl -n '__mcdctl_at keys' -l exclude -x -d 'leave out the keys that match; repeat for more'
complete -c mcdctl -n '__mcdctl_at keys' -l count -d 'print only the number of keys'

complete -c mcdctl -n '__mcdctl_at import' -l format -x -a 'csv tsv ndjson json memcached-tool' -d 'csv, tsv, ndjson (or json), or memcached-tool (its dump)'
complete -c mcdctl -n '__mcdctl_at import' -l delimiter -x -d 'of csv: what separates the fields, such as ; or \\t'
complete -c mcdctl -n '__mcdctl_at import' -l columns -x -d 'names of the columns: key,value,-,ttl,expiry,flags; - is ignored'
complete -c mcdctl -n '__mcdctl_at import' -l header -d 'take the columns from the first line, or skip it with --columns; unknown ones are ignored'
complete -c mcdctl -n '__mcdctl_at import' -l key-prefix -x -d 'put this before each key that is read, as a part of the key'
complete -c mcdctl -n '__mcdctl_at import' -l mode -x -a 'set add replace' -d 'how to store: set, add or replace'
complete -c mcdctl -n '__mcdctl_at import' -s t -l ttl -x -d 'time to live of lines that have none: 90, 90s, 15m, 1h30m, 7d; 0 never expires'
complete -c mcdctl -n '__mcdctl_at import' -s f -l flags -x -d '32-bit number kept with the value'
complete -c mcdctl -n '__mcdctl_at import' -l rejects -r -F -d 'write the lines that were not stored to this file'
complete -c mcdctl -n '__mcdctl_at import' -s n -l dry-run -d 'check every line, store nothing'
complete -c mcdctl -n '__mcdctl_at import 1' -F

complete -c mcdctl -n '__mcdctl_at dump' -l format -x -a 'dump json ndjson csv tsv' -d 'dump (or json or ndjson, the same), for restore; csv or tsv, for spreadsheets'
complete -c mcdctl -n '__mcdctl_at dump' -l exclude -x -d 'leave out the keys that match; repeat for more'
complete -c mcdctl -n '__mcdctl_at dump' -l misplaced -d 'only items on the wrong server'
complete -c mcdctl -n '__mcdctl_at dump' -l delimiter -x -d 'of csv: what separates the fields, such as ; or \\t'
complete -c mcdctl -n '__mcdctl_at dump' -l bom -d 'of csv: begin with a byte order mark, so that Excel reads UTF-8'
complete -c mcdctl -n '__mcdctl_at dump' -s o -l output -r -F -d 'write to this file, once the dump is complete; - is standard output'

complete -c mcdctl -n '__mcdctl_at restore' -l ttl-mode -x -a 'remaining original none' -d 'when items expire: remaining, original or none'
complete -c mcdctl -n '__mcdctl_at restore' -l partial -d 'accept a dump that is incomplete, was cut short or altered'
complete -c mcdctl -n '__mcdctl_at restore' -l mode -x -a 'set add replace' -d 'how to store: set, add or replace'
complete -c mcdctl -n '__mcdctl_at restore' -l rejects -r -F -d 'write the lines that were not stored to this file'
complete -c mcdctl -n '__mcdctl_at restore' -s n -l dry-run -d 'check every line, store nothing'
complete -c mcdctl -n '__mcdctl_at restore 1 1' -F

complete -c mcdctl -n '__mcdctl_at purge' -s y -l yes -d 'do not ask'
complete -c mcdctl -n '__mcdctl_at purge' -l misplaced -d 'only items on the wrong server'
complete -c mcdctl -n '__mcdctl_at purge' -l exclude -x -d 'leave out the keys that match; repeat for more'
complete -c mcdctl -n '__mcdctl_at purge' -l even-if-most -d 'with --misplaced: delete even if most items are misplaced, as after a change of servers'
complete -c mcdctl -n '__mcdctl_at purge' -s n -l dry-run -d 'only list what would be deleted'
complete -c mcdctl -n '__mcdctl_at purge' -s l -l long -d 'with --dry-run: list it as keys --long does'

complete -c mcdctl -n '__mcdctl_at flush' -s y -l yes -d 'do not ask'
complete -c mcdctl -n '__mcdctl_at flush' -s n -l dry-run -d 'only print what would be deleted'

complete -c mcdctl -n '__mcdctl_at fastagi' -s l -l listen -x -d 'address to listen on, port 0 for any; requires --allow if others can reach it'
complete -c mcdctl -n '__mcdctl_at fastagi' -l allow -x -d 'network that may connect: 10.1.2.0/24; repeat for more'
complete -c mcdctl -n '__mcdctl_at fastagi' -l workers -x -d 'number of requests sent to a server at once'
complete -c mcdctl -n '__mcdctl_at fastagi' -l max-connections -x -d 'number of connections that may be open; more are refused'
complete -c mcdctl -n '__mcdctl_at fastagi' -l max-per-peer -x -d 'number of connections that may be open from one address'
complete -c mcdctl -n '__mcdctl_at fastagi' -l header-timeout -x -d 'longest time for a request to arrive'
complete -c mcdctl -n '__mcdctl_at fastagi' -l log-format -x -a 'text json' -d 'form of the log lines'

complete -c mcdctl -n '__mcdctl_at batch' -s k -l keep-going -d 'run the remaining lines after one that failed'
complete -c mcdctl -n '__mcdctl_at batch 1 1' -F

complete -c mcdctl -n '__mcdctl_at config' -l ping -d 'with check: also ask every server for its version'
complete -c mcdctl -n '__mcdctl_at config 1 1' -a 'show check path'

complete -c mcdctl -n '__mcdctl_at completion 1 1' -a 'bash zsh fish'

complete -c mcdctl -n '__mcdctl_at help 1 1' -a get -d 'print values'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a set -d 'store a value'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a add -d 'store a value under a new key'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a replace -d 'store a value under an existing key'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a append -d 'add bytes after a value'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a prepend -d 'add bytes before a value'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a delete -d 'delete items'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a touch -d 'give items a new time to live'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a ttl -d 'print how long items have left to live'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a exists -d 'check whether items exist'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a counter -d 'read or change a counter'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a lock -d 'run a command while holding a lock'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a once -d 'run a command once in a period'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a cache -d 'print what a command printed last time, or run it'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a limit -d 'limit how often something happens'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a wait -d 'wait until a key is set, gone or changed'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a watch -d 'print the changes of keys'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a locate -d 'print the server that a key belongs to'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a ping -d 'check that every server answers'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a stats -d 'show statistics of the servers'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a keys -d 'list keys'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a import -d 'store the items of files'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a dump -d 'save items for restore'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a restore -d 'store the items of a dump'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a purge -d 'delete the items whose keys match'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a flush -d 'delete all items of the servers'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a agi -d 'answer AGI() in a dialplan'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a fastagi -d 'serve dialplans over FastAGI'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a batch -d 'run many commands over one connection'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a config -d 'show or check the settings'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a completion -d 'print the completion script for a shell'
complete -c mcdctl -n '__mcdctl_at help 1 1' -a help -d 'explain a command, a result, a setting and more'
