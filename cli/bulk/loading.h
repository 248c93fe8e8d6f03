// What import and restore share: lines of files become items of the cluster, and no line is lost
// sight of: it is stored, or named with the reason why not, and kept in a file of rejects.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command/command.h"
#include "cli/command/context.h"
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

// A file to read, or standard input for "-". Closes what it has opened.
class InputFile {
 public:
  // Fails with system_error, or argument_needed where standard input is not to be had: it has the
  // lines of a batch.
  static Result<InputFile> open(const std::string& path, const Context& context);
  // One that is open already; closes it in the end.
  static Result<InputFile> adopt(std::string name, int descriptor);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  const std::string& name() const { return name_; }
  int descriptor() const { return descriptor_; }
  bool is_regular() const { return is_regular_; }
  // Bytes; 0 where it is no regular file.
  std::uint64_t size() const { return size_; }

 private:
  InputFile(std::string name, int descriptor, bool is_ours)
      : name_(std::move(name)), descriptor_(descriptor), is_ours_(is_ours) {}
  Status look();

  std::string name_;
  int descriptor_;
  bool is_ours_;
  bool is_regular_ = false;
  std::uint64_t size_ = 0;
};

// Lines in their own format, as they came. Each is in the file when add() returns.
class RejectsFile {
 public:
  // Makes the file, or keeps what is in it until start(). Fails with system_error, or
  // argument_needed where it is one of `inputs`, which would be lost, or what standard output or
  // standard error goes to, whose text would get mixed up with it; "-" among the inputs is the
  // descriptor `standard_input`.
  static Result<RejectsFile> open(const std::string& path, const std::vector<std::string>& inputs,
                                  int standard_input);
  RejectsFile(RejectsFile&& other) noexcept;
  RejectsFile& operator=(RejectsFile&&) = delete;
  RejectsFile(const RejectsFile&) = delete;
  RejectsFile& operator=(const RejectsFile&) = delete;
  ~RejectsFile();

  // Empties the file of what another run has left, the first time. Fails with system_error.
  Status start();
  // Behind start(). Puts `header` in front if the file is empty. After a failure the file ends with
  // the last whole line.
  Status add(std::string_view header, std::string_view line);

 private:
  RejectsFile(std::string path, int descriptor)
      : path_(std::move(path)),
        descriptor_(descriptor),
        out_(descriptor, path_, DescriptorOutput::AtInterrupt::ends) {}

  std::string path_;
  int descriptor_;
  DescriptorOutput out_;  // of the same
  bool is_started_ = false;
  std::uint64_t size_ = 0;
};

struct LoadedItem {
  Key key;
  std::string_view value;
  std::uint32_t flags = 0;
  std::uint32_t expiry = 0;  // as expiry_of() gives it
};

// One run of import or restore. One thread.
class Loading {
 public:
  // What a line says: an item, nothing to store (and nothing to count), or why it is rejected.
  using Convert = std::function<Result<std::optional<LoadedItem>>(const RecordLine& line)>;

  // `verb` is what the command does: "import".
  Loading(const Invocation& typed, Context& context, const Settings& settings,
          std::string_view verb);

  // Before the first load(): --mode, and --rejects for these paths, "-" for standard input. Fails
  // as RejectsFile::open() and Loader::make() do, which was reported then.
  Code prepare(const std::vector<std::string>& inputs);

  // Stores what `reader`, which reads `file` by source(), has. What fails is said, and counted.
  // False where it was interrupted, or the file of rejects could not be emptied.
  bool load(const InputFile& file, RecordReader& reader, const Convert& convert);

  // What the reader of a file is to be made with: never waits, so that answers can be read in the
  // meantime.
  Source source(const InputFile& file) const;

  // Something failed that is no line's: says so, in JSON too, and counts for the status. `file` is
  // the one it is about.
  void fail(const Error& error, std::string_view file);

  // Prints the counts; the status of all that was loaded. `more` are counts of the command's own:
  // "3 expired".
  Code finish(JsonObject fields, const std::string& more);

  std::uint64_t stored() const { return stored_; }

 private:
  class Feed;

  void note_outcome(const InputLine& line, const Status& status);
  void reject(const InputLine& line, const Error& error);
  void keep_reject(const InputLine& line);
  void say(const Error& error);
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
  // The file at hand.
  const InputFile* file_ = nullptr;
  const RecordReader* reader_ = nullptr;
  ProgressLine* progress_ = nullptr;
  std::string dump_header_{};  // the line, if there was one
};

}  // namespace mcd::cli
