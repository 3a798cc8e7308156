#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "store/rows.hpp"

namespace hallpass::server {

/// An entry of the record as one line of JSON without its line end: every hashed column under its
/// wire name, what is absent left out, `metadata` as the text that was hashed. One entry has one
/// spelling.
/// @throws std::runtime_error for a stored time that no calendar has
std::string json_line(const RecordRow& entry);

/// Reads what `json_line` wrote; nothing for any other text, be it JSON with the same meaning.
std::optional<RecordRow> read_json_line(std::string_view line);

/// The columns' wire names as the first line of a CSV (RFC 4180), with its line end.
std::string csv_header();
/// An entry as a line of CSV with its line end. Text that a spreadsheet would run as a formula is
/// kept as text by an apostrophe.
/// @throws std::runtime_error as json_line
std::string csv_line(const RecordRow& entry);

/// Reads lines of bounded length, each of which must have its line end.
class LineReader {
  public:
    explicit LineReader(std::istream& input) : input_(input), line_(line_max_bytes + 1, '\0') {}
    /// The next line, valid until the next call; nothing at the end, or where `fault` says why not.
    std::optional<std::string_view> next();
    const char* fault() const { return fault_; }

    static constexpr std::size_t line_max_bytes = 1024 * 1024;

  private:
    std::istream& input_;
    std::string line_;
    const char* fault_ = nullptr;
};

}  // namespace hallpass::server
