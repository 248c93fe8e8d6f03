# Read by CTest when it starts, once for each program with tests, whose include file sets `name`,
# `program`, `one_by_one` (the file that adds a test for each test case) and `results` (a directory).
# With $TEST_SHARDS there are that many tests instead, which share the test cases out among
# them: to start a process for each takes longer than most of them do. What came of each case is in
# ${results}/*.xml then.
if("$ENV{TEST_SHARDS}" STREQUAL "")
  include("${one_by_one}")
  return()
endif()
set(shards $ENV{TEST_SHARDS})
math(EXPR last "${shards} - 1")
foreach(shard RANGE ${last})
  set(test ${name}.${shard})
  add_test(${test} "${program}" --gtest_brief=1 "--gtest_output=xml:${results}/${test}.xml")
  set_tests_properties(${test} PROPERTIES TIMEOUT 2400 COST 100
    ENVIRONMENT "GTEST_TOTAL_SHARDS=${shards};GTEST_SHARD_INDEX=${shard}")
endforeach()
