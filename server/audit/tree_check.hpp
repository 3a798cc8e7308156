#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/leaf.hpp"

namespace hallpass::server {

/// Where a record ended at some moment: how many entries, and the tree's root. Written `17:root`,
/// the root in base64url.
struct RecordHead {
    std::int64_t sequence = 0;
    std::string root;

    static std::optional<RecordHead> parse(std::string_view text);
    static RecordHead of(const merkle::Head& head);
    std::string text() const { return std::to_string(sequence) + ":" + root; }
};

/// The first entry that does not hold, and why.
struct Finding {
    std::int64_t sequence = 0;
    std::string what;
};

/// Builds the record's tree anew, entry after entry, and compares.
///
/// By itself it finds an entry that was changed, taken out, put in or moved. That entries at the
/// end are gone, or that everything was computed anew from some entry on, is told by a head that
/// was kept: signed ones from the database, or one that was kept elsewhere. The first such head
/// that is not met says up to where at the latest; from where on, the last one that was.
class TreeCheck {
  public:
    enum class Extent {
        whole,    ///< from the first entry on, without a gap
        excerpt,  ///< chosen entries in order: each by itself, without the tree
    };
    explicit TreeCheck(Extent extent) : extent_(extent) {}

    /// A head that must be met, before any entry that it covers is taken.
    void expect(RecordHead head);

    struct Entry {
        std::int64_t sequence = 0;
        merkle::Hash computed;                  ///< of what the entry says
        std::string_view hash;                  ///< as it was kept
        std::optional<std::string_view> nodes;  ///< as they were kept; nothing: not looked at
    };
    /// Takes the next entry. @returns what is wrong with it, or nothing
    std::optional<Finding> take(const Entry& entry);
    /// After the last entry. @returns that an expected head was not met, or nothing
    std::optional<Finding> finish() const;

    std::int64_t entries() const { return entries_; }
    /// How many times an excerpt skips entries.
    std::int64_t gaps() const { return gaps_; }
    RecordHead head() const { return RecordHead::of({frontier_.size(), frontier_.root()}); }
    /// The size of the last expected head that was met; 0 for none.
    std::int64_t vouched_for() const { return vouched_for_; }

  private:
    std::optional<Finding> check_place(std::int64_t sequence);
    std::optional<Finding> check_heads();

    Extent extent_;
    std::vector<RecordHead> expected_;  ///< ascending
    std::size_t next_expected_ = 0;
    merkle::Frontier frontier_{tree_sha256};
    std::int64_t last_ = 0, entries_ = 0, gaps_ = 0, vouched_for_ = 0;
};

}  // namespace hallpass::server
