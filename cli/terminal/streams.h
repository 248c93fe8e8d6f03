// Where a run of mcdctl reads and writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "core/base/spool.h"

namespace mcd::cli {

inline constexpr std::size_t usual_columns = 80;

// Bytes out, at once: nothing is buffered, so nothing printed is lost to an interrupt.
class Output {
 public:
  virtual ~Output() = default;
  // Fails with write_failure (a full disk, a closed pipe).
  virtual Status write(std::string_view bytes) = 0;
  virtual bool is_terminal() const = 0;
  // How wide the terminal is at this moment; it may be resized at any time. Means something only
  // where there is one.
  virtual std::size_t columns() const { return usual_columns; }
  // Whether write() would not wait for whoever reads: for PIPE_BUF bytes at most, where it is a
  // pipe.
  virtual bool takes_now() const { return true; }
  // False once a write found that whoever read has gone, as `head` does when it has enough.
  virtual bool has_reader() const { return true; }
};

class DescriptorOutput : public Output {
 public:
  // What an interrupt does to a write that waits, for a pipe that nobody reads from. Once one has
  // ended, all those after it fail at once.
  enum class AtInterrupt : std::uint8_t { waits_on, ends };

  // Does not own the descriptor. `name` is for messages: "standard output".
  DescriptorOutput(int descriptor, std::string name,
                   AtInterrupt at_interrupt = AtInterrupt::waits_on);
  Status write(std::string_view bytes) override;
  bool is_terminal() const override { return is_terminal_; }
  std::size_t columns() const override;
  bool takes_now() const override;
  bool has_reader() const override { return has_reader_; }

 private:
  int descriptor_;
  std::string name_;
  AtInterrupt at_interrupt_;
  bool is_ended_ = false;
  bool has_reader_ = true;
  bool is_terminal_;
};

// Collects what is written and passes it on in large pieces, for output by the million lines. What
// is left must be flushed by hand: an error has to be seen.
class BufferedOutput : public Output {
 public:
  // `out` must outlive it.
  explicit BufferedOutput(Output& out) : out_(out) {}
  // Once passing on has failed, so does every call: nothing is to be had after a gap.
  Status write(std::string_view bytes) override;
  Status flush();
  bool is_terminal() const override { return out_.is_terminal(); }
  std::size_t columns() const override { return out_.columns(); }

 private:
  Output& out_;
  std::string waiting_{};
  std::optional<Error> failure_{};
};

// Keeps what is written until it is flushed, for output that comes from where nobody may wait; in a
// file below `directory` what is more than 16 MiB. Writing fails with system_error where that has
// no room.
class SpooledOutput : public Output {
 public:
  // `out` must outlive it.
  SpooledOutput(Output& out, std::string directory)
      : out_(out), spool_(std::move(directory), std::size_t{16} << 20U) {}
  Status write(std::string_view bytes) override { return spool_.append(bytes); }
  // However much there is, an interrupt ends it: what is left then is not written, which fails with
  // write_failure.
  Status flush();
  bool is_terminal() const override { return out_.is_terminal(); }
  std::size_t columns() const override { return out_.columns(); }

 private:
  Output& out_;
  Spool spool_;
};

// For tests, and for whoever wants to look at an output before it goes anywhere.
class StringOutput : public Output {
 public:
  explicit StringOutput(bool is_terminal = false, std::size_t columns = usual_columns)
      : is_terminal_(is_terminal), columns_(columns) {}
  Status write(std::string_view bytes) override;
  bool is_terminal() const override { return is_terminal_; }
  std::size_t columns() const override { return columns_; }
  void resize(std::size_t columns) { columns_ = columns; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool is_terminal_;
  std::size_t columns_;
};

struct Streams {
  int in;  // a descriptor
  Output& out;
  Output& err;
};

}  // namespace mcd::cli
