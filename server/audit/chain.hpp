#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/rows.hpp"

namespace hallpass::server {

/// Where a record ended at some moment: the last entry's sequence and hash. Written `17:hash`.
struct RecordHead {
    std::int64_t sequence = 0;
    std::string hash;

    static std::optional<RecordHead> parse(std::string_view text);
    std::string text() const { return std::to_string(sequence) + ":" + hash; }
};

/// The first entry that does not hold, and why.
struct Finding {
    std::int64_t sequence = 0;
    std::string what;
};

/// Checks the record's hash chain (transaction.hpp), entry after entry.
///
/// What it finds by itself: an entry that was changed, taken out, put in or moved anywhere before
/// the end. What no chain without a key can tell by itself: that entries at its end are gone, or
/// that somebody computed every hash anew from some entry on. Both are found by a head that was
/// kept elsewhere.
class ChainCheck {
  public:
    enum class Extent {
        whole,    ///< from the first entry on, without a gap
        excerpt,  ///< chosen entries in order; only what stands side by side is linked
    };
    explicit ChainCheck(Extent extent, std::optional<RecordHead> expected = std::nullopt)
        : extent_(extent), expected_(std::move(expected)) {}

    /// Takes the next entry. @returns what is wrong with it, or nothing
    std::optional<Finding> take(const RecordRow& entry);
    /// After the last entry. @returns that the expected head was not met, or nothing
    std::optional<Finding> finish() const;

    std::int64_t entries() const { return entries_; }
    /// How many times an excerpt skips entries.
    std::int64_t gaps() const { return gaps_; }
    const RecordHead& head() const { return head_; }

  private:
    std::optional<Finding> check_place(const RecordRow& entry);

    Extent extent_;
    std::optional<RecordHead> expected_;
    RecordHead head_;
    std::int64_t entries_ = 0, gaps_ = 0;
    bool met_ = false;
};

}  // namespace hallpass::server
