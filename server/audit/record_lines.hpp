#pragma once

#include <array>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "audit/leaf.hpp"
#include "store/rows.hpp"

namespace hallpass::server {

/// An entry of the record as one line of JSON without its line end: the leaf and the parts that it
/// is committed to, each as the very text that was hashed, and the leaf's hash. One entry has one
/// spelling; an erased part is left out.
/// {"leaf":{"sequence":1,…},"people":{…},"origin":{…},"details":{…},"hash":"…"}
std::string json_line(const RecordRow& entry);

/// What a line holds. It points into the line.
struct ExportedEntry {
    std::int64_t sequence = 0;
    merkle::Hash computed{};  ///< of the leaf as it stands in the line
    std::string_view hash;    ///< as the line has it
    int erased = 0;           ///< how many of its parts are not there
    std::string_view event;
    std::string_view details;  ///< the part's text; empty where it is not there
};
/// Reads what `json_line` wrote, and nothing else: every byte of a line is either hashed or of this
/// form. A part that is not what the leaf is committed to makes `computed` another hash than any
/// that was kept.
std::optional<ExportedEntry> read_json_line(std::string_view line);

/// A head as the first line of an export of everything: {"checkpoint":"…"}.
std::string checkpoint_line(std::string_view note);
/// The signed note of such a line; nothing for any other line.
std::optional<std::string> read_checkpoint_line(std::string_view line);

/// The columns' wire names as the first line of a CSV (RFC 4180), with its line end.
std::string csv_header();
/// An entry as a line of CSV with its line end. Text that a spreadsheet would run as a formula is
/// kept as text by an apostrophe.
/// @throws std::runtime_error for a stored time that no calendar has
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
