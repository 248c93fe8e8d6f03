#!/usr/bin/env bash
# What a run of the tests took and brought, from what Ninja, CTest and GoogleTest have noted.
# Usage: report.sh BUILD-DIRECTORY
# It prints the objects that took longest to build and the tests that took longest to run, and ends with
# a line "N passed, N failed, N skipped", which counts test cases also where many share a process.
set -euo pipefail
cd "$1"

slowest() { # TITLE: lines "MILLISECONDS NAME"
  printf '%s\n' "$1"
  sort --numeric-sort --reverse |
    awk 'NR <= 10 { time = $1; sub(/^[^ ]* /, ""); printf "%8.1f s  %s\n", time / 1000, $0 }'
}

# The last time of each object; fields are start, end, time stamp, object and hash.
awk '!/^#/ { took[$4] = $2 - $1 } END { for (name in took) print took[name], name }' .ninja_log |
  slowest 'The slowest to build:'

# Each test of CTest and each test case of those tests that are many, one a line:
# STATUS MILLISECONDS NAME, where the status is passed, failed or skipped.
results() {
  local programs=(results/*_tests.*.xml)
  [[ -e ${programs[0]} ]] || programs=()
  awk '
    function value(name) {
      if (!match($0, " " name "=\"[^\"]*\"")) return ""
      return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    }
    function flush() {
      if (test != "") print status, time, test
      if (test != "" && status == "failed") failed[program]++
      test = ""
    }
    FNR == 1 { flush(); program = FILENAME; gsub(/^.*\/|\.xml$/, "", program) }
    /<testcase / && program != "ctest" {
      flush()
      known[program] = 1
      test = value("classname") "." value("name")
      time = value("time") * 1000
      status = value("result") == "skipped" ? "skipped" : "passed"
    }
    /<testcase / && program == "ctest" {
      flush()
      test = value("name")
      time = value("time") * 1000
      status = value("status") == "fail" ? "failed" : value("status") == "run" ? "passed" : "skipped"
      # Of a process that has died, the failure counts, which none of its cases had.
      if (test in known && (status != "failed" || failed[test])) test = ""
    }
    program != "ctest" && /<failure / { status = "failed" }
    END { flush() }' "${programs[@]}" results/ctest.xml
}

results >results/all
cut --delimiter ' ' --fields 2- results/all | slowest 'The slowest to run:'
awk '{ ++count[$1] } END {
  printf "%d passed, %d failed, %d skipped\n", count["passed"], count["failed"], count["skipped"]
}' results/all
