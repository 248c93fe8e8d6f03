// What the FastAGI service tells of its calls: a line of log for each, and counts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "cli/service/address.h"
#include "cli/service/service_log.h"
#include "core/agi/dialog.h"
#include "core/base/result.h"
#include "core/client/health.h"

namespace mcd::cli {

// Why a call was refused or given up. The kind is as for ServiceLog::write_seldom().
struct Trouble {
  std::string_view kind;
  std::string reason;
};

class Report {
 public:
  // `log` must outlive it. With `is_verbose`, the keys and variables of requests are logged, too.
  Report(ServiceLog& log, bool is_verbose) : log_(log), is_verbose_(is_verbose) {}

  void accepted() { ++accepted_; }
  // A connection that is closed at once; the reason goes on after "PEER, which ".
  void refused(const Address& peer, const Trouble& trouble);
  // One from which no request came. `is_dismissed`: it had said nothing when the service was to
  // end. `dialog`: with its header, if that came.
  void abandoned(const Address& peer, const Trouble& trouble, bool is_dismissed,
                 const agi::Dialog* dialog = nullptr);
  // One whose request has an outcome. `undelivered`: why the channel could not be told, where it
  // could not.
  void answered(const agi::Dialog& dialog, std::chrono::microseconds elapsed,
                const std::string& undelivered);

  // A server that went down or came back, as ServerHealth tells it.
  void server_changed(const ServerStatus& status);

  // Logs the counts, with the number of connections that are open.
  void write_counts(std::size_t open);

 private:
  ServiceLog& log_;
  bool is_verbose_;
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;      // not allowed, or too many
  std::uint64_t abandoned_ = 0;    // no request came of it: too slow, too long, closed
  std::uint64_t undelivered_ = 0;  // the channel could not be told the result
  std::map<Code, std::uint64_t> results_{};
};

}  // namespace mcd::cli
