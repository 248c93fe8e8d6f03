// Whatever a server answers to a pipeline of requests, in whatever pieces. The first byte says how
// many requests there are, and of which kinds; what follows is what the server sends.
#include "core/bulk/pipeline.h"

#include <vector>

#include "tests/fuzz/stream.h"

namespace {

using mcd::fuzz::require;

// What became of each request: the code, and the value.
std::vector<std::string> outcomes_of(mcd::fuzz::Stream& stream, unsigned requests,
                                     std::string_view answers, std::size_t piece) {
  std::vector<std::string> outcomes;
  mcd::Pipeline pipeline(
      stream.server(), stream.connect(), std::size_t{1} << 18U,
      [&outcomes](const mcd::Result<mcd::meta::Reply>& reply) {
        if (!reply) mcd::fuzz::require_printable(reply.error());
        outcomes.push_back(std::to_string(number_of(reply ? reply->code : reply.code())) +
                           (reply ? " " + std::string(reply->value) : ""));
      });
  for (unsigned number = 0; number < requests % 16; ++number) {
    std::string& out = pipeline.outgoing();
    const std::uint32_t opaque = pipeline.next_opaque();
    switch ((requests / 16 + number) % 4) {
      case 0: pipeline.submit(mcd::meta::append_get(out, "key", opaque)); break;
      case 1:
        pipeline.submit(mcd::meta::append_set(out, {.wire_key = "key", .value = "value"},
                                              mcd::meta::Dialect::current, opaque));
        break;
      case 2: pipeline.submit(mcd::meta::append_delete(out, "key", opaque)); break;
      default: pipeline.submit(mcd::meta::append_get_ttl(out, "key", opaque));
    }
  }
  stream.serve(pipeline, answers, piece);
  pipeline.abandon({.code = mcd::Code::timeout});
  require(pipeline.is_idle(), "a pipeline that has ended waits for nothing");
  require(outcomes.size() == requests % 16, "every request has exactly one outcome");
  return outcomes;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static mcd::fuzz::Stream stream;
  if (size == 0) return 0;
  const std::string_view answers = mcd::fuzz::text_of(data + 1, size - 1);
  const auto whole = outcomes_of(stream, data[0], answers, size);
  if (answers.size() > 300) return 0;  // byte by byte that takes too long
  require(whole == outcomes_of(stream, data[0], answers, 1), "the pieces do not matter");
  return 0;
}
