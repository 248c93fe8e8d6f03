// `mcdctl import` of a text, on every wiring.
#pragma once

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {

class Import : public OnEveryWiring {
 protected:
  RunResult import(const std::string& name, const std::string& text,
                   const Arguments& options = {}) {
    return cluster.run(Arguments{"import"} + options + Arguments{directory.write(name, text)});
  }

  TempDir directory{};
};

}  // namespace mcd::test
