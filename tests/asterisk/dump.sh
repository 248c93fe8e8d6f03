#!/bin/bash
# Run by AGI(): writes a channel's variable into a file, which the dialplan can't do with all of a long
# one, because ${V} gives no more than 4095 bytes. Usage: AGI(dump.sh,VARIABLE,FILE)
export LC_ALL=C
while IFS= read -r line && [[ -n $line ]]; do :; done
echo "GET FULL VARIABLE \${$1}"
IFS= read -r line
line=${line#200 result=1 (}
printf %s "${line%)}" >"$2"
