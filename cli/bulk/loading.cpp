#include "cli/bulk/loading.h"

#include <poll.h>

#include <utility>

#include "cli/bulk/scanning.h"
#include "cli/terminal/interrupt.h"
#include "core/base/text.h"

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

std::string counted(std::uint64_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what);
}

}  // namespace

// Hands one file's lines to the loader, as many at a time as it has room for.
class Loading::Feed : public Endpoint {
 public:
  Feed(Loading& loading, RecordReader& reader, const Convert& convert)
      : loading_(loading),
        reader_(reader),
        convert_(convert),
        progress_(loading.context_.error_output(), doing(loading.verb_),
                  loading.context_.wants_progress(loading.context_.printer().is_json() &&
                                                  loading.out_.is_terminal())) {
    loading_.progress_ = &progress_;
  }
  ~Feed() override { loading_.progress_ = nullptr; }
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  bool run() {
    if (loading_.loader_) {
      return loading_.loader_->run(
          *this, [this] { feed(); }, is_interrupted);
    }
    while (state_ != State::ended && !is_interrupted()) {
      feed();
      if (state_ == State::waits_for_input) wait_for_input();
    }
    return state_ == State::ended;
  }

  std::uint64_t last_line() const { return last_line_; }

  Interest interest() override {
    switch (state_) {
      case State::waits_for_input: return {.descriptor = descriptor(), .reading = true};
      case State::has_more: return {.deadline = Clock::now()};
      case State::waits_for_room:
      case State::ended: break;
    }
    return {};
  }

 private:
  enum class State : std::uint8_t { has_more, waits_for_input, waits_for_room, ended };

  int descriptor() const { return loading_.file_->descriptor(); }

  void wait_for_input() const {
    pollfd entry{.fd = descriptor(), .events = POLLIN, .revents = 0};
    (void)::poll(&entry, 1, -1);  // a signal ends it, too
  }

  // A slice, so that answers are read, and progress shown, now and then.
  void feed() {
    if (state_ == State::ended) return;
    constexpr std::size_t slice = std::size_t{256} << 10U;
    for (std::size_t fed = 0; fed < slice;) {
      if (loading_.loader_ && !loading_.loader_->has_room()) {
        state_ = State::waits_for_room;
        return;
      }
      const Result<const RecordLine*> line = reader_.next();
      if (!line || *line == nullptr) return stop_at(line);
      take(**line);
      fed += (*line)->raw.size() + 1;
      bytes_ += (*line)->raw.size();
    }
    state_ = State::has_more;
    show_progress();
  }

  void stop_at(const Result<const RecordLine*>& line) {
    state_ = line.code() == not_ready ? State::waits_for_input : State::ended;
    if (!line && state_ == State::ended) {
      Error error = line.error();
      // What the reader itself says does not tell which file it reads.
      if (error.code != Code::system_error) error.attempt += " of " + quote(loading_.file_->name());
      loading_.fail(error, loading_.file_->name());
    }
    show_progress();
  }

  void take(const RecordLine& line) {
    last_line_ = line.number;
    if (std::holds_alternative<DumpHeader>(line.content)) loading_.dump_header_ = line.raw;
    const InputLine input{.number = line.number, .text = line.raw};
    const Result<std::optional<LoadedItem>> item = convert_(line);
    if (!item) {
      loading_.reject(input, item.error());
    } else if (*item && loading_.loader_) {
      const LoadedItem& found = **item;
      loading_.loader_->store(found.key, found.value, found.flags, found.expiry, input);
    } else if (*item) {
      ++loading_.stored_;
    }
  }

  void show_progress() {
    progress_.show({.items = loading_.stored_ + loading_.rejected_,
                    .done = bytes_,
                    .total = loading_.file_->size()});
  }

  Loading& loading_;
  RecordReader& reader_;
  const Convert& convert_;
  ProgressLine progress_;
  State state_ = State::has_more;
  std::uint64_t bytes_ = 0;
  std::uint64_t last_line_ = 0;
};

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
      [this](const InputLine& line, const Status& status) { note_outcome(line, status); });
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

bool Loading::load(const InputFile& file, RecordReader& reader, const Convert& convert) {
  const AwaitInterrupt scope;
  file_ = &file;
  reader_ = &reader;
  if (const Status started = rejects_ ? rejects_->start() : Ok{}; !started) {
    fail(started.error(), *typed_.value(rejects_option.name));
    return false;
  }
  Feed feed(*this, reader, convert);
  if (feed.run()) return true;
  combined_.add(Code::failure);  // also where nothing was under way: what is behind it is missing
  context_.warn("interrupted: line " + std::to_string(feed.last_line()) + " of " +
                quote(file.name()) + " was the last line read");
  return false;
}

void Loading::note_outcome(const InputLine& line, const Status& status) {
  if (status) {
    ++stored_;
  } else {
    reject(line, status.error());
  }
}

void Loading::reject(const InputLine& line, const Error& error) {
  ++rejected_;
  combined_.add(error.code);
  Error named = error;
  const std::string_view text = line.text.substr(0, line.text.find_last_not_of("\r\n") + 1);
  named.attempt = verb_ + " line " + std::to_string(line.number) + " of " + quote(file_->name());
  if (!text.empty()) named.attempt += ", " + quote(text);
  if (!error.attempt.empty()) named.reason = error.attempt + ": " + error.reason;
  // The usage is not what is wrong.
  if (error.code == Code::argument_needed && error.advice.empty()) named.advice = "fix the line";
  if (line.text.empty() && rejects_) named.reason += "; not kept among the rejects";
  if (progress_ != nullptr) progress_->clear();
  // Always said, be it a miss: a line that was not stored is what one wants to know.
  context_.warn(describe(named));
  note_printed(printer_.failure(
      JsonObject().bytes("file", file_->name()).number("line", line.number), named));
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
  if (progress_ != nullptr) progress_->clear();
  combined_.add(context_.fail(error));
}

// Once is enough: with the first object that is lost, so are all others.
void Loading::note_printed(const Status& printed) {
  if (printed || std::exchange(is_output_lost_, true)) return;
  say(printed.error());
}

Code Loading::finish(JsonObject fields, const std::string& more) {
  fields.number(is_dry_run_ ? "good" : "stored", stored_).number("rejected", rejected_);
  Status printed = printer_.object(std::move(fields), combined_.code());
  if (printed && !printer_.is_json()) {
    printed = printer_.line(counted(stored_, is_dry_run_ ? "good" : "stored") + ", " +
                            counted(rejected_, "rejected") + more);
  }
  if (printed) printed = out_.flush();
  note_printed(printed);
  return combined_.code();
}

}  // namespace mcd::cli
