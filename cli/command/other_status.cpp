#include "cli/command/other_status.h"

#include <array>

namespace mcd::cli {
namespace {

constexpr std::array statuses = {
    OtherStatus{128 + SIGHUP,
                "ended by SIGHUP, when its terminal was closed; what was done by then is printed"},
    OtherStatus{128 + SIGINT, "ended by SIGINT, as Ctrl-C sends it; what was done is printed"},
    OtherStatus{reader_has_gone,
                "the reader of the output has gone, as in 'mcdctl keys | head'; without a message"},
    OtherStatus{128 + SIGTERM,
                "ended by SIGTERM, as timeout(1) and systemd send it; what was done is printed"},
};

}  // namespace

std::span<const OtherStatus> other_statuses() {
  return statuses;
}

}  // namespace mcd::cli
