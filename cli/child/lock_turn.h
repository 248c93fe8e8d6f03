// Getting a lock, after others if need be.
#pragma once

#include "cli/child/supervisor.h"
#include "core/base/result.h"
#include "core/items/ttl.h"
#include "core/recipes/lock.h"

namespace mcd::cli {

// Takes the lock, and waits for it for up to `wait`, as core/recipes/lock.h asks of a client that
// had to. Fails with not_stored where somebody else holds it then, and otherwise as the lock does.
// After an interrupt of `supervisor`, which ends the waiting, it may be taken or not.
Status take_turn(Lock& lock, Ttl wait, Supervisor& supervisor);

}  // namespace mcd::cli
