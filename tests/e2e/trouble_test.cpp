#include "tests/e2e/mcdctl.h"
