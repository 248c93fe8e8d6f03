// mcdctl-dialplan(7), rendered from the table of requests.
#include <algorithm>

#include "cli/command/prose.h"
#include "cli/reference/man.h"
#include "cli/reference/module_reference.h"
#include "core/agi/request.h"

namespace mcd::cli {
namespace {

using roff::bold;
using roff::italic;
using roff::Page;

// The line of a dialplan that makes a request, with or without the argument that may be left out.
std::string agi_line(const agi::RequestKind& request, bool is_whole) {
  const std::size_t bracket = std::min(request.arguments.find('['), request.arguments.size());
  std::string arguments(request.arguments.substr(0, bracket));
  if (is_whole && bracket < request.arguments.size()) {
    arguments += request.arguments.substr(bracket + 1, request.arguments.size() - bracket - 2);
  }
  return "AGI(${MCD}" + std::string(request.name) + "," + arguments + ")";
}

void add_ways(Page& page) {
  page.heading("DESCRIPTION")
      .paragraph(
          "A dialplan works on the cluster in one of four ways, none of which ends the call:");
  page.entry("The module res_memcached",
             "Functions and applications inside Asterisk: the cheapest way, and the one for a "
             "dialplan written for the old module. It needs the package asterisk-memcached for "
             "this version of Asterisk. See MODULE.")
      .entry("FastAGI",
             "The service 'mcdctl fastagi' keeps its connections to the cluster open, and serves "
             "any version of Asterisk, on other machines too. Start it with 'systemctl enable "
             "--now mcdctl-fastagi'.")
      .entry("AGI",
             "One process for each request. Asterisk needs a link to mcdctl in its directory for "
             "AGI programs (astagidir in asterisk.conf): "
             "'ln -s /usr/bin/mcdctl /usr/share/asterisk/agi-bin/'.")
      .entry("System() and SHELL()",
             "A shell and a process for each request: ${SHELL(mcdctl --result get KEY)} is "
             "MCDRESULT, a comma and the value. After System(), SYSTEMSTATUS is SUCCESS or "
             "APPERROR, never FAILURE.");
  page.paragraph(
      "On a busy machine with two processors, an operation was measured to cost some 0.1 ms with the "
      "module, 1 ms with FastAGI, and 5 to 15 ms with AGI(), System() and SHELL(), which start a "
      "process. Without the module, prefer FastAGI; use the others where a call is rare.");
  page.paragraph(
      "Set(ARRAY(MCDRESULT,N)=...) takes the output of SHELL() apart if the value is a number. "
      "ARRAY() would split other values at their commas and remove their quotes; for these, use "
      "Set(A=...), then ${CUT(A,\\,,1)} for MCDRESULT and ${CUT(A,\\,,2-)} for the whole value.");
  page.paragraph(
      "AGI and FastAGI work with Asterisk 16 and later. They need res_speech.so, res_agi.so, "
      "func_channel.so and func_strings.so, which are loaded by default.");
}

void add_requests(Page& page) {
  page.heading("REQUESTS").paragraphs(R"(
Each request sets MCDRESULT. If it has a VAR, that is set to the value, or to nothing on failure.
The variable MCD selects FastAGI or AGI: set it to agi://127.0.0.1/ or to mcdctl,agi, with the comma
at its end.

MCDRESULT is 0 on success, 16 if there is no such key, and 14 if mcdadd finds that the key exists,
mcdreplace, mcdappend or mcdprepend that it does not, or mcdlimit that the limit is reached. Other
numbers mean trouble: 3 if memcached can't be reached, 31 if it does not answer in time, 9 if the item
of a counter or a limit is not a number, 127 if the request is wrong. mcdctl-exit(7)
lists them all.
)");
  for (const agi::RequestKind& request : agi::all_requests()) {
    page.entry(
        bold("AGI(${MCD}" + std::string(request.name) + "," + std::string(request.arguments) + ")"),
        sentence(request.sentence) + ".");
  }
  page.paragraphs(R"(
Everything after KEY and its comma is the value, including commas, quotes, backslashes and spaces.

With ?encode=uri after the name of a request, VALUE is given, and VAR is set, in the form of
URIENCODE() and URIDECODE(). Use it for newlines, and for NUL bytes in VAR.

With mcdcounter?initial=N a missing counter starts at N, atomically, however many channels ask at
once; without it the result is 16. A counter that goes below zero stays at zero, and one that reaches
2^64 goes on from zero.

With mcdlimit, the first use begins the SECONDS, whatever MCDTTL is. MCDRESULT is 0 within the limit
and 14 beyond it, and VAR is then 0; on trouble VAR is empty.

The time to live is the channel's MCDTTL: seconds, or a duration such as 15m or 7d. Without it,
items have the time to live of the settings, and counters do not expire. Where MCDTTL is not a
duration, its leading number counts as seconds: "60abc" is 60, and "1H" is 1. Without such a number it
is ignored. The service warns of both. One that ends after 2038-01-19, such as 99999999999, is
refused with 38.
)");
}

// As in conf/extensions.conf, which is tested in real Asterisks.
void add_branches(Page& page) {
  page.heading("BRANCHING").paragraphs(R"(
MCDRESULT is 0 if there was a value and 16 if there is none. Anything else is trouble, of which nothing
can be concluded. Set it to 3 before AGI(), which leaves it alone if the service does not run.

With FastAGI or AGI:
)");
  page.code(R"(exten => s,1,Set(MCDRESULT=3)
 same => n,AGI(${MCD}mcdget,NAME,callerid/${ARG1})
 same => n,GotoIf($["${MCDRESULT}" = "0"]?found)
 same => n,GotoIf($["${MCDRESULT}" = "16"]?missing)
 same => n,Set(KNOWN=trouble)
 same => n,Return()
 same => n(missing),Set(KNOWN=no)
 same => n,Return()
 same => n(found),Set(KNOWN=yes)
 same => n,Return())");
  page.paragraph("With SHELL(), begin with these lines, and go on with the same GotoIf():")
      .code(
          R"(exten => s,1,Set(ANSWER=${SHELL(mcdctl --result get callerid/${FILTER(0-9,${ARG1})})})
 same => n,Set(MCDRESULT=${CUT(ANSWER,\,,1)})
 same => n,Set(NAME=${CUT(ANSWER,\,,2-)}))");
  page.paragraph(
      "System() can't tell a miss from trouble, since SYSTEMSTATUS is APPERROR after both. With the "
      "module, begin with these:");
  page.code(R"(exten => s,1,Set(MCDRESULT=3)
 same => n,Set(NAME=${MCD(callerid/${ARG1})}))");
}

void add_first_steps(Page& page) {
  page.heading("FIRST STEPS").paragraphs(R"(
From nothing to a call that reads its value, as root on the machine of the Asterisk:
)");
  page.entry(bold("apt install memcached mcdctl"), "Install both.")
      .entry(bold("mcdctl config check --ping"),
             "Check the settings, and that the servers answer. Without settings, the server is "
             "127.0.0.1:11211; an /etc/asterisk/memcached.conf is used as it is.")
      .entry(bold("systemctl enable --now mcdctl-fastagi"), "Start the service.")
      .entry(bold("mcdctl set greeting hello"), "Store a value for the call to read.")
      .entry(bold("exten => 700,1,AGI(agi://127.0.0.1/mcdget,V,greeting)"),
             "Add this to a context of /etc/asterisk/extensions.conf, and below it")
      .entry(bold(" same => n,Verbose(0,greeting is ${V}, result ${MCDRESULT})"),
             "and load it with 'asterisk -rx \"dialplan reload\"'.")
      .entry(bold("asterisk -rx 'channel originate Local/700@CONTEXT application Wait 1'"),
             "Make a test call. The console of 'asterisk -rvvv' prints 'greeting is hello, result "
             "0'.")
      .entry(bold("mcdctl keys -l"), "List what is stored, and how long it lives.");
}

void add_troubleshooting(Page& page) {
  page.heading("TROUBLESHOOTING").paragraphs(R"(
If AGISTATUS is FAILURE and MCDRESULT is what it was before, Asterisk did not reach the service.
'systemctl status mcdctl-fastagi' tells whether it runs, and 'journalctl -u mcdctl-fastagi' why it
does not. Set MCDRESULT to 3 before a request whose result counts, as the examples do.

If MCDRESULT is 3 or 31, the service did not reach memcached, or got no answer in time. 'mcdctl ping'
asks the servers from a shell; the service may have other settings: it reads them at its start and
with 'systemctl reload mcdctl-fastagi', and a variable of your shell is not set there.

If MCDRESULT is 16 where there should be a value, compare 'mcdctl config show' with the settings of
the service: a prefix or an order of servers that differs leads to other items.

If the service ends with 26, it may not read its settings. It runs as a user of its own, who can
enter /etc/asterisk in Debian, but not read files of mode 640 that belong to the group asterisk:
'systemctl edit mcdctl-fastagi' and add SupplementaryGroups=asterisk below [Service].

'agi set debug on' in Asterisk's console shows each request and its answer. The journal has a line
for every request, or with -q for every failed one, and says when a server is down and when it is
back.
)");
}

void add_module(Page& page) {
  page.heading("MODULE").paragraphs(R"(
res_memcached.so reads /etc/asterisk/memcached.conf, through Asterisk's own reader: what it has read
since the first version of the module (server, keyprefix, ttl), and any setting of mcdctl.toml(5)
under its name there, such as timeout, protocol, distribution or limits.value. 'module reload
res_memcached.so' reads it again; while it is wrong, the settings before stay in force. If it is
wrong when Asterisk starts, the log says so, and MCDRESULT is 20 until it is read again. Asterisk's
console has 'memcached show status', 'memcached show settings' and 'core show function MCD'.

Each function and application sets MCDRESULT on its channel, as below, and none ends the call. While
memcached does not answer, the audio of the call goes on. A server that did not answer in time costs
one call the timeout; those that follow get 31 at once, until it answers again. The log says when a
server is down, and when it is back.
)");
  for (const ModuleEntry& entry : module_entries()) {
    std::string meaning = sentence(entry.synopsis) + ". " + std::string(entry.description);
    std::ranges::replace(meaning, '\n', ' ');
    page.entry(bold(entry.syntax), meaning);
  }
}

void add_migration(Page& page) {
  page.heading("MIGRATION FROM RES_MEMCACHED").paragraphs(R"(
With the new module there is nothing to do but to install it: the names, keys, servers, memcached.conf
and MCDRESULT are the same. MCDCOUNTER() works now, and what crashed Asterisk is refused.

Without it, the settings can stay where they are: without a mcdctl.toml, memcached.conf is read. The keys, their
servers and MCDRESULT are the same. Replace each old line with the new one:
)");
  for (const agi::RequestKind& request : agi::all_requests()) {
    for (std::string_view rest = request.module_lines; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      const std::string_view old_line = rest.substr(0, end);
      page.entry(bold(old_line), agi_line(request, old_line.find("INCREMENT") != old_line.npos));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  page.paragraphs(R"(
Alternatively, with the subroutines in the examples, replace mcdset(KEY,VALUE) with
Gosub(mcd,mcdset,1(KEY,VALUE)), and so on. They set MCDRESULT to 3 if the service does not run; an
AGI() that fails leaves MCDRESULT unchanged and sets AGISTATUS to FAILURE. Gosub() removes quotes
and backslashes from its arguments.
)");
}

// The last paragraph was measured in 16.28 and 22.10; ChannelQuestion in core/agi/channel.h works
// around it.
void add_limits(Page& page) {
  page.heading("LIMITS").paragraphs(R"(
A value that a line of AGI can't carry is never cut. MCDRESULT is 28 if it contains a newline or NUL
byte, and 125 if it makes the line longer than that Asterisk accepts: 8191 bytes in Asterisk 22 and
2047 in Asterisk 16, with quotes and backslashes counting twice. Asterisk itself expands at most
4095 bytes of a variable in ${VAR}.

In the arguments of AGI(), script and commas included, quotes and backslashes arrive within the
first 4095 bytes; longer arguments that have one there are refused with 125. Beyond 4095 bytes,
Asterisk removes quotes and backslashes without a trace: store a value that long and that may
contain them with ?encode=uri.

SHELL() cuts its command line after 4095 bytes, which is noticed if the value is in quotes, and
returns at most as many bytes of output, up to the first NUL byte.
)");
  page.heading("CAUTION").paragraphs(R"(
System() and SHELL() pass their line to a shell. Anything that a caller can choose, such as
${CALLERID(name)}, can run commands there, even in quotes and through QUOTE(). Use AGI() for it,
whose arguments never reach a shell, or keep only the digits with FILTER(). FastAGI refuses a
request that has a newline in an argument, with 38.

Asterisk takes a colon after a ) that closes nothing for the beginning of an offset:
${URIENCODE(${X})} of 'a):b' is that of 'a'. The same happens with QUOTE(), FILTER() and other
functions, but not with the arguments of AGI().
)");
}

}  // namespace

ReferenceFile dialplan_page() {
  Page page("mcdctl-dialplan", 7, "mcdctl in the dialplan of Asterisk");
  add_ways(page);
  add_first_steps(page);
  add_branches(page);
  add_module(page);
  add_requests(page);
  add_migration(page);
  add_limits(page);
  add_troubleshooting(page);
  page.heading("FILES").entry(
      italic("/usr/share/doc/mcdctl/examples/extensions.conf"),
      "Examples to paste, part of the Debian package: caching a lookup, counting the calls on a "
      "trunk, a rate limit, the agent a caller spoke to last, branching on the result.");
  page.see_also(std::vector<std::string>{"mcdctl-agi(1)", "mcdctl-fastagi(1)", "mcdctl-exit(7)",
                                         "asterisk(8)"});
  return page.file();
}

}  // namespace mcd::cli
