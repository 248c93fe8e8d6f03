// What import and restore share: lines of files become items of the cluster, and no line is lost
// sight of: it is stored, or named with the reason why not, and kept in a file of rejects.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/bulk/input_file.h"
#include "cli/bulk/rejects_file.h"
#include "cli/command/command.h"
#include "cli/command/context.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/progress_line.h"
#include "core/bulk/loader.h"
#include "core/formats/record_reader.h"

namespace mcd::cli {

inline constexpr std::string_view load_modes[] = {"set", "add", "replace"};
inline constexpr Option mode_option = {.name = "mode",
                                       .value = "MODE",
                                       .type = ValueType::choice,
                                       .sentence = "how to store: set, add or replace",
                                       .default_text = "set",
                                       .choices = load_modes};
inline constexpr Option rejects_option = {
    .name = "rejects",
    .value = "PATH",
    .type = ValueType::file,
    .sentence = "write the lines that were not stored to this file"};
inline constexpr Option dry_run_option = {
    .name = "dry-run", .letter = 'n', .sentence = "check every line, store nothing"};

struct LoadedItem {
  Key key;
  std::string_view value;
  std::uint32_t flags = 0;
  std::uint32_t expiry = 0;  // as expiry_of() gives it
};

// One run of import or restore. One thread.
//
//   prepare(); for each file: begin(), while there is a next() take() it, end(); finish()
class Loading {
 public:
  // `verb` is what the command does: "import".
  Loading(const Invocation& typed, Context& context, const Settings& settings,
          std::string_view verb);

  // Before the first begin(): --mode, and --rejects for these paths, "-" for standard input. Fails
  // as RejectsFile::open() and Loader::make() do, which was reported then.
  Code prepare(const std::vector<std::string>& inputs);

  // Starts with the lines of `reader`, which reads `file` by source(); both are to live until
  // end(). False where the file of rejects could not be emptied, which was said.
  bool begin(const InputFile& file, RecordReader& reader);
  // The next line, once there is room for its item. Nothing at the end, or where no more is to be
  // read: after an interrupt, or when no server can be used any more and no rejects are kept. What
  // fails is said, and counted.
  const RecordLine* next();
  // What the line says: an item, nothing to store (and nothing to count), or why it is rejected.
  // `wrong` is what of the record is the reason, if the record could be read.
  void take(const RecordLine& line, const Result<std::optional<LoadedItem>>& item,
            std::optional<Column> wrong = {});
  // Waits until it is known what became of every item. False where no other file is to be read.
  bool end();

  // Whether the last file could not be read to its end, which was said.
  bool has_broken_off() const { return has_broken_off_; }

  // What the reader of a file is to be made with: never waits, so that answers can be read in the
  // meantime.
  Source source(const InputFile& file) const;

  // Something failed that is not a line's: says so, in JSON too, and counts for the status. `file`
  // is the one it is about.
  void fail(const Error& error, std::string_view file);

  // Prints the counts; the status of all that was loaded. `more` are counts of the command's own:
  // "3 expired".
  Code finish(JsonObject fields, const std::string& more);

  std::uint64_t stored() const { return stored_; }

 private:
  // What ends a file before its end.
  enum class Stop : std::uint8_t { none, interrupt, no_server };

  Result<const RecordLine*> read();
  bool wait_for_input();
  void show_progress();
  void say_stopped();
  void note_outcome(const InputLine& line, const Status& status);
  void reject(const InputLine& line, const Error& error, RecordReader::Place place);
  void name_place(Error& error, RecordReader::Place place) const;
  void keep_reject(const InputLine& line);
  void say(const Error& error);
  void say_left_by_mode();
  void note_printed(const Status& printed);

  const Invocation& typed_;
  Context& context_;
  const Settings& settings_;
  std::string verb_;
  StoreMode mode_ = StoreMode::set;
  bool is_dry_run_;
  BufferedOutput out_;
  Printer printer_;
  std::optional<RejectsFile> rejects_{};
  std::unique_ptr<Loader> loader_{};
  CombinedCode combined_{};
  bool is_output_lost_ = false;  // and this was said
  std::uint64_t stored_ = 0;
  std::uint64_t rejected_ = 0;
  std::uint64_t left_by_mode_ = 0;             // of those, since --mode says so
  std::uint64_t unanswered_ = 0;               // of those, at an interrupt
  std::optional<AwaitInterrupt> interrupt_{};  // from begin() to end()
  // The file at hand.
  const InputFile* file_ = nullptr;
  RecordReader* reader_ = nullptr;
  std::optional<ProgressLine> progress_{};
  Stop stop_ = Stop::none;
  bool has_broken_off_ = false;
  std::uint64_t bytes_ = 0;      // of the lines that were read
  std::uint64_t last_line_ = 0;  // that was read
  std::string dump_header_{};    // for the rejects, if there was one
};

}  // namespace mcd::cli
