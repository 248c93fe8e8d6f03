#include "cli/bulk/loading.h"

#include <poll.h>

#include <utility>

#include "cli/bulk/scanning.h"
#include "core/base/text.h"
#include "core/bulk/reactor.h"

namespace mcd::cli {
namespace {

// Whether reading would not wait. What it meets - the end, an error - is for read() to say.
bool is_ready(int descriptor) {
  pollfd entry{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) != 0;
}

constexpr Code not_ready = Code::in_progress;

// "import" -> "importing"
std::string doing(std::string verb) {
  if (verb.ends_with('e')) verb.pop_back();
  return verb + "ing";
}

}  // namespace

Loading::Loading(const Invocation& typed, Context& context, const Settings& settings,
                 std::string_view verb)
    : typed_(typed),
      context_(context),
      settings_(settings),
      verb_(verb),
      is_dry_run_(typed.has(dry_run_option.name)),
      out_(context.output()),
      printer_(context.printer().to(out_)) {}

Code Loading::prepare(const std::vector<std::string>& inputs) {
  const std::string mode = typed_.value(mode_option.name).value_or("set");
  if (mode == "add") mode_ = StoreMode::add;
  if (mode == "replace") mode_ = StoreMode::replace;
  if (const auto path = typed_.value(rejects_option.name)) {
    Result<RejectsFile> opened = RejectsFile::open(*path, inputs, context_.input());
    if (!opened) return context_.finish(JsonObject().bytes("file", *path), opened.error());
    rejects_.emplace(std::move(*opened));
  }
  if (is_dry_run_) return Code::success;
  Result<std::unique_ptr<Loader>> loader = Loader::make(
      settings_, mode_,
      [this](const InputLine& line, const Status& status) { note_outcome(line, status); },
      is_interrupted);
  if (!loader) return context_.fail(loader.error());
  loader_ = std::move(*loader);
  return Code::success;
}

Source Loading::source(const InputFile& file) const {
  return [descriptor = file.descriptor(), read = descriptor_source(file.descriptor(), file.name())](
             std::span<char> room) -> Result<std::size_t> {
    if (!is_ready(descriptor)) return Error{.code = not_ready};
    return read(room);
  };
}

bool Loading::begin(const InputFile& file, RecordReader& reader) {
  interrupt_.emplace();
  file_ = &file;
  reader_ = &reader;
  bytes_ = last_line_ = 0;
  stop_ = Stop::none;
  has_broken_off_ = false;
  if (const Status started = rejects_ ? rejects_->start() : Ok{}; !started) {
    fail(started.error(), *typed_.value(rejects_option.name));
    return false;
  }
  const bool shares_terminal = printer_.is_json() && out_.is_terminal();
  progress_.emplace(context_.error_output(), doing(verb_),
                    context_.wants_progress(shares_terminal));
  return true;
}

const RecordLine* Loading::next() {
  // Enough were said to tell why.
  const bool has_said_enough = !rejects_ && rejected_ >= MessageLimit::most;
  if (loader_ && has_said_enough && loader_->failure()) stop_ = Stop::no_server;
  if (is_interrupted() || (loader_ && !loader_->wait_for_room())) stop_ = Stop::interrupt;
  if (stop_ != Stop::none) return nullptr;
  const Result<const RecordLine*> line = read();
  if (stop_ != Stop::none) return nullptr;
  if (!line) {
    Error error = line.error();
    // What the reader itself says does not tell which file it reads.
    if (error.code != Code::system_error) name_place(error, reader_->place());
    fail(error, file_->name());
    has_broken_off_ = true;
    return nullptr;
  }
  if (*line == nullptr) return nullptr;
  last_line_ = (*line)->number;
  bytes_ += (*line)->raw.size();
  return *line;
}

// The next line, waiting for it if need be.
Result<const RecordLine*> Loading::read() {
  while (true) {
    Result<const RecordLine*> line = reader_->next();
    if (line.code() != not_ready) return line;
    show_progress();
    if (!wait_for_input()) stop_ = Stop::interrupt;
    if (stop_ != Stop::none) return nullptr;
  }
}

bool Loading::wait_for_input() {
  if (loader_) return loader_->wait_for_input(file_->descriptor());
  return run_until_readable(file_->descriptor(), {}, is_interrupted);
}

void Loading::take(const RecordLine& line, const Result<std::optional<LoadedItem>>& item,
                   std::optional<Column> wrong) {
  if (std::holds_alternative<DumpHeader>(line.content)) dump_header_ = header_of_rejects(line.raw);
  const InputLine input{.number = line.number, .text = line.raw};
  if (!item) {
    RecordReader::Place place{.line = line.number};
    if (wrong) place = reader_->place_of(*wrong);
    if (std::holds_alternative<Error>(line.content)) place = reader_->place();
    reject(input, item.error(), place);
  } else if (*item && loader_) {
    const LoadedItem& found = **item;
    loader_->store(found.key, found.value, found.flags, found.expiry, input);
  } else if (*item) {
    ++stored_;
  }
  constexpr std::uint64_t lines = 1024;
  if (line.number % lines == 0) show_progress();
}

bool Loading::end() {
  if (loader_ && !loader_->wait_for_outcomes()) stop_ = Stop::interrupt;
  progress_.reset();
  if (stop_ != Stop::none) say_stopped();
  reader_ = nullptr;
  interrupt_.reset();
  return stop_ == Stop::none;
}

void Loading::say_stopped() {
  const std::string place = "line " + std::to_string(last_line_) + " of " + quote(file_->name()) +
                            " was the last line read";
  if (stop_ == Stop::no_server) {
    Error error = *loader_->failure();
    error.attempt = verb_ + " " + quote(file_->name());
    error.reason = "no server can be used any more; " + place;
    error.where.clear();
    return fail(error, file_->name());
  }
  combined_.add(Code::failure);  // also where nothing was under way: what is after it is missing
  std::string sentence = "interrupted: " + place;
  if (unanswered_ > 0) {
    sentence += "; " + counted(unanswered_, "line") + " without an answer may or may not be stored";
  }
  context_.say(sentence);
}

void Loading::show_progress() {
  progress_->show({.items = stored_ + rejected_, .done = bytes_, .total = file_->size()});
}

void Loading::note_outcome(const InputLine& line, const Status& status) {
  if (status) {
    ++stored_;
  } else {
    reject(line, status.error(), {.line = line.number});
  }
}

void Loading::name_place(Error& error, RecordReader::Place place) const {
  std::string named = escape(place_in(file_->name(), place.line, place.column));
  if (!error.attempt.empty()) named += ": " + error.attempt;
  error.attempt = std::move(named);
}

void Loading::reject(const InputLine& line, const Error& error, RecordReader::Place place) {
  ++rejected_;
  combined_.add(error.code);
  Error named = error;
  const std::string_view text = line.text.substr(0, line.text.find_last_not_of("\r\n") + 1);
  named.attempt = verb_ + " " + (text.empty() ? "the line" : quote(text));
  name_place(named, place);
  if (!error.attempt.empty()) named.reason = error.attempt + ": " + error.reason;
  if (line.text.empty() && rejects_) named.reason += "; not kept among the rejects";
  const bool is_chosen = error.code == Code::not_stored && mode_ != StoreMode::set;
  if (is_chosen) ++left_by_mode_;
  if (is_interrupted() && error.code == Code::failure) {
    ++unanswered_;  // said at the end, all in one
  } else if (is_chosen && !context_.talks_of_misses()) {
    // Likewise: it is what --mode is there for.
  } else if ((is_chosen && typed_.has("verbose")) || context_.admits(error)) {
    if (progress_) progress_->clear();
    // Said even if it is a miss: a line that was not stored is what one wants to know.
    context_.say(context_.describe(named));
  }
  JsonObject fields = JsonObject().bytes("file", file_->name()).number("line", place.line);
  if (place.column > 0) fields.number("column", place.column);
  note_printed(printer_.failure(std::move(fields), named));
  keep_reject(line);
}

void Loading::keep_reject(const InputLine& line) {
  if (!rejects_ || line.text.empty()) return;
  const std::string& header = dump_header_.empty() ? reader_->header() : dump_header_;
  if (const Status added = rejects_->add(header, line.text); !added) {
    fail(added.error(), *typed_.value(rejects_option.name));
    rejects_.reset();  // with a gap in it, it would look like more than it is
  }
}

void Loading::fail(const Error& error, std::string_view file) {
  say(error);
  note_printed(printer_.failure(JsonObject().bytes("file", file), error));
}

void Loading::say(const Error& error) {
  if (progress_) progress_->clear();
  combined_.add(context_.fail(error));
}

// Once is enough: with the first object that is lost, so are all others.
void Loading::note_printed(const Status& printed) {
  if (printed || std::exchange(is_output_lost_, true)) return;
  say(printed.error());
}

void Loading::say_left_by_mode() {
  if (left_by_mode_ == 0 || context_.talks_of_misses()) return;
  const std::string reason = mode_ == StoreMode::add
                                 ? counted(left_by_mode_, "item exists", "items exist") +
                                       " already, and --mode add leaves what exists"
                                 : counted(left_by_mode_, "item does", "items do") +
                                       " not exist, and --mode replace adds nothing";
  context_.say(context_.describe(
      {.code = Code::not_stored, .attempt = verb_, .reason = reason, .advice = "-v names them"}));
}

Code Loading::finish(JsonObject fields, const std::string& more) {
  context_.say_the_rest("rejected line");
  say_left_by_mode();
  fields.number(is_dry_run_ ? "good" : "stored", stored_).number("rejected", rejected_);
  Status printed = printer_.object(std::move(fields), combined_.code());
  if (printed && !printer_.is_json()) {
    const std::string left = left_by_mode_ == 0
                                 ? ""
                                 : " (" + std::to_string(left_by_mode_) + " by --mode " +
                                       *typed_.value(mode_option.name) + ")";
    printed = printer_.line(std::to_string(stored_) + (is_dry_run_ ? " good, " : " stored, ") +
                            std::to_string(rejected_) + " rejected" + left + more);
  }
  if (printed) printed = out_.flush();
  note_printed(printed);
  if (is_dry_run_ && context_.talks_of_misses()) {
    context_.note("the servers were not asked, and may refuse lines that are good");
  }
  return combined_.code();
}

}  // namespace mcd::cli
