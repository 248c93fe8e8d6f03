#include "cli/batch/batch.h"

#include <unistd.h>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/batch/line.h"
#include "cli/command/plan.h"
#include "cli/command/run.h"
#include "cli/command/step_queue.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/lines.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// The messages of a line, held back until it is its turn.
class HeldMessages : public Output {
 public:
  explicit HeldMessages(Output& out) : out_(out) {}

  Status write(std::string_view bytes) override {
    if (is_released_) return out_.write(bytes);
    held_ += bytes;
    return Ok{};
  }
  bool is_terminal() const override { return out_.is_terminal(); }
  std::size_t columns() const override { return out_.columns(); }

  void release() {
    if (std::exchange(is_released_, true) || held_.empty()) return;
    // If stderr can't be written, there is nowhere to report that.
    (void)out_.write(held_);
  }

 private:
  Output& out_;
  std::string held_{};
  bool is_released_ = false;
};

// A line whose answer is not printed yet.
struct Line {
  Line(std::string_view file, std::size_t line_number, Invocation line, int in, Context& batch)
      : number(line_number),
        typed(std::move(line)),
        messages(batch.error_output()),
        context(typed, {.in = in, .out = out, .err = messages}, batch, file, number) {}

  std::size_t number;
  Invocation typed;
  StringOutput out{};
  HeldMessages messages;
  Context context;
  Plan plan{};
  CombinedCode combined{};
};
using SharedLine = std::shared_ptr<Line>;

bool is_standard_input(const std::string& file) {
  return file == "-";
}

class Batch {
 public:
  Batch(const std::string& file, const BatchOptions& options, const Invocation& typed,
        Context& context)
      : context_(context),
        file_(is_standard_input(file) ? standard_input : file),
        // Somebody who types does not want to begin again after a miss.
        is_typed_(is_standard_input(file) && ::isatty(context.input()) == 1),
        keeps_going_(options.keeps_going || is_typed_),
        // A command that reads standard input would take the lines after it.
        input_(is_standard_input(file) ? -1 : context.input()),
        parser_({.commands = context.commands(),
                 .excluded = options.excluded,
                 .reads_standard_input = is_standard_input(file)}),
        out_(context.output()),
        printer_(context.printer().to(out_)),
        store_(context.store()),
        queue_(store_ ? *store_ : nullptr, [this] { return flush(); }) {
    for (const std::string_view name : {"json", "quiet", "verbose"}) {
      if (typed.has(name)) inherited_.push_back(name);
    }
  }

  Code run(LineReader& reader) {
    const Code code = run_lines(reader);
    context_.tell_results();  // as the messages about lines do
    context_.say_the_rest("failed line");
    return code;
  }

 private:
  Code run_lines(LineReader& reader) {
    Interrupt::lines = 0;
    while (true) {
      if (!keeps_going_ || !reader.is_ready()) queue_.finish();
      if (is_over()) return end(reader);
      const Result<std::optional<LineReader::Line>> line = read(reader);
      if (!line || !*line) queue_.finish();
      if (is_over()) return end(reader);
      if (!line) return context_.fail(line.error());
      if (!*line) return combined_.code();
      add(**line);
    }
  }

  // The next line; asks for it where somebody types.
  Result<std::optional<LineReader::Line>> read(LineReader& reader) {
    const bool has_prompt = is_typed_ && context_.error_output().is_terminal();
    Interrupt::is_at_prompt = has_prompt ? 1 : 0;
    // If stderr can't be written, there is nowhere to report that.
    if (has_prompt) (void)context_.error_output().write("mcdctl> ");
    Result<std::optional<LineReader::Line>> line = reader.next();
    Interrupt::is_at_prompt = 0;
    const bool is_at_end = !line || !*line;
    if (has_prompt && is_at_end) (void)context_.error_output().write("\n");
    return line;
  }

  // Sends the line's questions on their way, or does what it says once all before it is done.
  void add(const LineReader::Line& read) {
    started_ = read.number;
    Result<LineParser::Prepared> prepared = parser_.parse(read);
    if (prepared && prepared->command == nullptr) {
      return queue_.push({}, [this, number = read.number](Answers) { return count(number); });
    }
    Invocation typed = prepared ? std::move(prepared->typed) : Invocation();
    for (const std::string_view name : inherited_) typed.add_option(name, "");
    const auto line =
        std::make_shared<Line>(file_, read.number, std::move(typed), input_, context_);
    std::optional<Plan> plan = prepared
                                   ? plan_command(*prepared->command, line->typed, line->context)
                                   : failed_plan(line->context.fail(prepared.error()));
    if (!plan) return run_alone(*prepared->command, line);
    const bool can_ask = store_ || !plan->asks_store;
    line->plan = can_ask ? std::move(*plan) : failed_plan(line->context.fail(store_.error()));
    add_steps(line);
  }

  void add_steps(const SharedLine& line) {
    std::optional<Step> step = line->plan.next();
    while (step && !queue_.has_ended()) {
      std::optional<Step> following = line->plan.next();
      const bool is_last = !following;
      std::vector<ItemOperation> operations = std::move(step->operations);
      queue_.push(std::move(operations),
                  [this, line, step = std::move(*step), is_last](Answers answers) {
                    line->messages.release();
                    const Code code = line->plan.report(step, answers);
                    line->combined.add(code);
                    if (code == Code::write_failure) return code;
                    if (!is_last) return Code::success;
                    line->plan.end();
                    return finish(line, line->combined.code());
                  });
      step = std::move(following);
    }
  }

  void run_alone(const Command& command, const SharedLine& line) {
    queue_.finish();
    if (is_over()) return;
    line->messages.release();
    const Code code = run_command(command, line->typed, line->context);
    const Code printed = finish(line, code);
    // Where the command could not write, nobody would see what is done next.
    const bool is_lost = code == Code::write_failure || printed == Code::write_failure || !flush();
    if (is_lost) last_ = Code::write_failure;
    if (is_lost || is_interrupted()) is_stopped_ = true;
  }

  // Prints what came of the line; write_failure where that can't be printed.
  Code finish(const SharedLine& line, Code code) {
    combined_.add(code);
    last_ = code;
    last_line_ = line;
    if (const Status printed = print(*line, code); !printed) {
      return line->context.fail(printed.error());
    }
    if (code == Code::success || keeps_going_) return count(line->number);
    is_stopped_ = true;
    return Code::success;
  }

  Code count(std::size_t number) {
    Interrupt::lines = static_cast<int>(number);
    return Code::success;
  }

  // In JSON, the objects that the command printed; or else one, with what it printed or why it
  // failed.
  Status print(Line& line, Code code) {
    const std::string& output = line.out.text();
    if (!printer_.is_json()) {
      return printer_.line(std::to_string(number_of(code)) + "\t" + escape(output));
    }
    if (line.context.printer().has_objects()) return printer_.raw(output);
    JsonObject fields = JsonObject().number("line", line.number);
    if (!output.empty()) fields.bytes("output", output);
    const std::optional<Error>& failure = line.context.failure();
    if (code != Code::success && failure) fields.bytes("error", describe(*failure));
    return printer_.object(std::move(fields), code);
  }

  bool flush() {
    const Status written = out_.flush();
    if (!written) last_line_->context.fail(written.error());
    return bool(written);
  }

  bool is_over() const { return is_stopped_ || queue_.has_ended(); }

  Code end(LineReader& reader) {
    if (queue_.has_failed()) last_ = Code::write_failure;
    if (queue_.was_interrupted() || is_interrupted()) {
      say_interrupted();
    } else if (last_ != Code::write_failure) {
      say_stopped(reader);
    }
    return last_;
  }

  // Whether commands follow; nothing where that can't be known, as of a pipe that somebody may
  // still write to.
  std::optional<bool> has_more(LineReader& reader) {
    while (reader.is_ready()) {
      const Result<std::optional<LineReader::Line>> line = reader.next();
      if (!line || !*line) return false;
      const Result<LineParser::Prepared> prepared = parser_.parse(**line);
      if (!prepared || prepared->command != nullptr) return true;
    }
    return std::nullopt;
  }

  // A miss is not reported otherwise, and what was not done would go unnoticed.
  void say_stopped(LineReader& reader) {
    const std::optional<bool> follows = has_more(reader);
    if (follows == false) return;
    context_.say("stopped at line " + std::to_string(last_line_->number) + ", which returned " +
                 std::to_string(number_of(last_)) + " (" + std::string(name_of(last_)) +
                 "); the lines after it" + (follows ? "" : ", if any,") +
                 " were not run: --keep-going runs them all");
  }

  void say_interrupted() {
    const auto done = static_cast<std::size_t>(Interrupt::lines);
    std::string sentence = "interrupted after line " + std::to_string(done);
    if (started_ > done) {
      sentence +=
          "; later lines, up to line " + std::to_string(started_) + ", may have been run as well";
    }
    context_.say(sentence);
  }

  Context& context_;
  std::string file_;
  bool is_typed_;  // the lines come from a terminal
  bool keeps_going_;
  int input_;
  LineParser parser_;
  BufferedOutput out_;
  Printer printer_;
  Result<Store*> store_;
  StepQueue queue_;
  std::vector<std::string_view> inherited_{};  // options, which hold for each line
  CombinedCode combined_{};
  Code last_ = Code::success;  // what the last line that was reported ended in
  SharedLine last_line_{};     // that one
  std::size_t started_ = 0;    // the last line that was read
  bool is_stopped_ = false;
};

}  // namespace

Code run_batch(const std::string& file, const BatchOptions& options, const Invocation& typed,
               Context& context) {
  Batch batch(file, options, typed, context);
  if (is_standard_input(file)) {
    LineReader reader(context.input(), std::string(standard_input), longest_line);
    return batch.run(reader);
  }
  LineReader reader(file, longest_line);
  return batch.run(reader);
}

}  // namespace mcd::cli
