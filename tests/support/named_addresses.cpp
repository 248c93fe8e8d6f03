// For LD_PRELOAD: a name service of a test's own. $NAMED_ADDRESSES is "NAME=ADDRESS,ADDRESS...", or
// the path of a file that holds that, by the time it is needed; other names are unknown.

#include <netdb.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace {

std::string known_names() {
  const char* const text = std::getenv("NAMED_ADDRESSES");
  std::string known = text == nullptr ? "" : text;
  if (known.starts_with("/")) {
    std::ifstream file(known);
    known.clear();
    std::getline(file, known);
  }
  return known;
}

int look_up(gaicb& request) {
  request.ar_result = nullptr;
  const std::string known = known_names();
  std::string_view rest = known;
  const std::string start = std::string(request.ar_name) + "=";
  if (!rest.starts_with(start)) return EAI_NONAME;
  rest.remove_prefix(start.size());
  addrinfo** end = &request.ar_result;
  while (!rest.empty()) {
    const std::string address(rest.substr(0, rest.find(',')));
    rest.remove_prefix(address.size() == rest.size() ? rest.size() : address.size() + 1);
    const int problem = ::getaddrinfo(address.c_str(), request.ar_service, request.ar_request, end);
    if (problem != 0) return problem;
    while (*end != nullptr) end = &(*end)->ai_next;
  }
  return 0;
}

}  // namespace

extern "C" {

int getaddrinfo_a(int, gaicb* requests[], int count, sigevent*) {
  for (int place = 0; place < count; ++place) {
    requests[place]->__return = look_up(*requests[place]);
  }
  return 0;
}

int gai_error(gaicb* request) {
  return request->__return;
}

int gai_suspend(const gaicb* const[], int, const timespec*) {
  return 0;
}
}
