#include "cli/command/context.h"
#include "cli/command/options.h"
#include "cli/commands/commands.h"
#include "cli/service/address.h"
#include "cli/service/fastagi_service.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view log_formats[] = {"text", "json"};

constexpr Option options[] = {
    {.name = "listen",
     .letter = 'l',
     .value = "ADDRESS",
     .type = ValueType::text,
     .sentence = "address to listen on, port 0 for any; requires --allow if others can reach it",
     .default_text = default_listen},
    {.name = "allow",
     .value = "CIDR",
     .type = ValueType::text,
     .sentence = "network that may connect: 10.1.2.0/24; repeat for more",
     .default_text = "this machine",
     .is_repeatable = true},
    {.name = "workers",
     .value = "N",
     .type = ValueType::number,
     .sentence = "number of requests sent to a server at once",
     .default_text = "8"},
    {.name = "max-connections",
     .value = "N",
     .type = ValueType::number,
     .sentence = "number of connections that may be open; more are refused",
     .default_text = "4096"},
    {.name = "max-per-peer",
     .value = "N",
     .type = ValueType::number,
     .sentence = "number of connections that may be open from one address",
     .default_text = "as many as --max-connections"},
    {.name = "header-timeout",
     .value = "TIME",
     .type = ValueType::duration,
     .sentence = "longest time for a request to arrive",
     .default_text = "5s"},
    {.name = "log-format",
     .value = "FORMAT",
     .type = ValueType::choice,
     .sentence = "form of the log lines",
     .default_text = "text",
     .choices = log_formats},
};

constexpr Example examples[] = {
    {"mcdctl fastagi", "serve the Asterisk on this machine"},
    {"same => n,AGI(agi://127.0.0.1/mcdget,NAME,callerid/${CALLERID(num)})",
     "ask it for a value, in extensions.conf"},
    {"mcdctl fastagi --listen 10.1.2.3:4573 --allow 10.1.2.0/24", "serve other machines too"},
    {R"bash(exec 3<>/dev/tcp/127.0.0.1/4573; url=agi://127.0.0.1/mcdget
printf 'agi_request: %s\nagi_network_script: mcdget\n\n' "$url" >&3
read -r _ _ _ question <&3; n=${question%%:*}
echo "200 result=1 ($n:1::$n:$url,V,greeting:$n)" >&3
read -r answer <&3; echo "$answer"; echo '200 result=1' >&3)bash",
     "ask it without an Asterisk, in bash; prints SET VARIABLE ARRAY(MCDRESULT,V) \"0,hello\" if "
     "that is the value of greeting"},
};

constexpr Code results[] = {Code::connection_bind_failure, Code::system_error, Code::parse_error,
                            Code::argument_needed};
constexpr std::string_view see_also[] = {"agi"};

Result<std::size_t> positive_option(const Invocation& typed, std::string_view name,
                                    std::size_t fallback) {
  const auto text = typed.value(name);
  if (!text) return fallback;
  constexpr std::uint64_t most = 100000;
  const auto number = parse_unsigned(*text);
  if (number && *number > 0 && *number <= most) return static_cast<std::size_t>(*number);
  return bad_option(name, *text, "not a whole number from 1 to " + std::to_string(most));
}

Result<FastAgiOptions> service_options(const Invocation& typed) {
  FastAgiOptions service;
  service.listen = typed.value("listen");
  service.allowed = typed.values("allow");
  service.is_quiet = typed.has("quiet");
  service.is_verbose = typed.has("verbose");
  service.logs_json = typed.value("log-format") == "json";
  const auto workers = positive_option(typed, "workers", service.workers);
  if (!workers) return workers.error();
  const auto connections = positive_option(typed, "max-connections", service.most_connections);
  if (!connections) return connections.error();
  if (typed.has("max-per-peer")) {
    const auto of_a_peer = positive_option(typed, "max-per-peer", 0);
    if (!of_a_peer) return of_a_peer.error();
    service.most_per_peer = *of_a_peer;
  }
  service.workers = *workers;
  service.most_connections = *connections;
  const auto header_timeout = time_option(typed, "header-timeout");
  if (!header_timeout) return header_timeout.error();
  service.header_timeout = header_timeout->value_or(service.header_timeout);
  return service;
}

Code run(const Invocation& typed, Context& context) {
  const Result<FastAgiOptions> service = service_options(typed);
  if (!service) return context.fail(service.error());
  const Status served = serve_fastagi(*service, context);
  return served ? Code::success : context.fail(served.error());
}

}  // namespace

constexpr Command fastagi_command = {
    .name = "fastagi",
    .group = dialplan_group,
    .sentence = "serve dialplans over FastAGI",
    .description = R"(
Answers AGI(agi://127.0.0.1/REQUEST,ARG,...) in dialplans with the requests of 'mcdctl agi', over
connections to the cluster that stay open.

It listens on this machine only, unless --listen names another address; then only the networks of
--allow may connect. A socket that systemd has opened is used instead of --listen.

For each request it logs one line to standard error: channel, request, MCDRESULT and microseconds.
The word undelivered, with the reason, means that the channel did not receive the result. With -q it logs
only failures and counts; with -v also the key and the variable of each request. With --log-format
json each line is a JSON object: time, level, and the same fields, or a message. Lines that nobody
reads are dropped and counted.

A server that does not answer delays only the requests for its keys: they get 31 after the timeout
in the settings, and for the next second at once. One line says that the server is down and what to
do about it, and one that it is back, after how long and how many failed requests.

A request with a newline in an argument is refused with 38, because the rest of it can't be trusted;
store such a value with ?encode=uri. A call that is not answered at all, because there are too many
or the service does not run, leaves MCDRESULT unchanged and sets AGISTATUS to FAILURE.

The conversation looks like this; you can hold it by hand with nc, and 'agi set debug on' shows it:

- Asterisk sends lines like 'agi_request: agi://127.0.0.1/mcdget' and 'agi_network_script: mcdget',
  and then an empty line.
- The service asks once, with a number N that cannot be guessed:
  GET FULL VARIABLE N:${LEN(x)}:${MCDTTL:0:1000}:N:${CHANNEL(appdata)}:N
- The answer has the values in place of the variables; here MCDTTL is not set:
  200 result=1 (N:1::N:agi://127.0.0.1/mcdget,V,greeting:N)
- The 1 is ${LEN(x)}: it says that this Asterisk has LEN(), and with it ARRAY(). Without ARRAY(), the
  service sets one variable after the other.
- The service sets MCDRESULT and VAR: SET VARIABLE ARRAY(MCDRESULT,V) "0,hello". After the answer,
  200 result=1, it closes the connection.

Signals:

- SIGTERM stops the service after it has answered the requests in progress and the connections that
  wait to be accepted. It waits for the timeout in the settings plus a second, and at least 10 s;
  TimeoutStopSec= of a unit must be longer.
- SIGHUP reads the settings again.
- SIGUSR1 logs the counts.
)",
    .options = options,
    .examples = examples,
    .results = results,
    .see_also = see_also,
    .run = run,
    .exit_status =
        "The exit status is 0 after SIGTERM or SIGINT, whatever the results of the requests. "
        "Otherwise it is the number of what kept the service from starting:",
};

}  // namespace mcd::cli
