#include "audit/tree_check.hpp"

#include <algorithm>

#include "audit/record_tree.hpp"
#include "whole_number.hpp"

namespace hallpass::server {

std::optional<RecordHead> RecordHead::parse(std::string_view text) {
    RecordHead head;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto sequence = whole_number<std::int64_t>(text.substr(0, colon));
    if (!sequence || *sequence < 0) return std::nullopt;
    head.sequence = *sequence;
    head.root = text.substr(colon + 1);
    if (!hash_of_text(head.root)) return std::nullopt;
    return head;
}

RecordHead RecordHead::of(const merkle::Head& head) {
    return {static_cast<std::int64_t>(head.size), hash_text(head.root)};
}

void TreeCheck::expect(RecordHead head) {
    const auto place = std::upper_bound(
        expected_.begin(), expected_.end(), head,
        [](const RecordHead& a, const RecordHead& b) { return a.sequence < b.sequence; });
    expected_.insert(place, std::move(head));
}

std::optional<Finding> TreeCheck::take(const Entry& entry) {
    if (auto finding = check_place(entry.sequence)) return finding;
    if (hash_text(entry.computed) != entry.hash) {
        return Finding{entry.sequence, "its content is not what its hash was made of"};
    }
    last_ = entry.sequence;
    ++entries_;
    if (extent_ == Extent::excerpt) return std::nullopt;
    const auto nodes = frontier_.append(entry.computed);
    if (entry.nodes && nodes_text(nodes) != *entry.nodes) {
        return Finding{entry.sequence, "its part of the tree is not made of the entries before it"};
    }
    return check_heads();
}

std::optional<Finding> TreeCheck::check_place(std::int64_t sequence) {
    const auto next = last_ + 1;
    if (sequence < next) {
        return Finding{sequence, entries_ == 0 ? "no entry has such a sequence"
                                               : "it stands after entry " + std::to_string(last_)};
    }
    if (sequence == next) return std::nullopt;
    if (extent_ == Extent::whole) return Finding{next, "it is missing"};
    if (entries_ > 0) ++gaps_;
    return std::nullopt;
}

std::optional<Finding> TreeCheck::check_heads() {
    for (; next_expected_ < expected_.size(); ++next_expected_) {
        const auto& expected = expected_[next_expected_];
        if (expected.sequence > last_) return std::nullopt;
        if (expected.sequence == last_ && hash_text(frontier_.root()) == expected.root) {
            vouched_for_ = last_;
            continue;
        }
        if (expected.sequence == 0) continue;
        const auto first = vouched_for_ + 1;
        const auto range = first == last_
                               ? std::string{"it is"}
                               : "from here to entry " + std::to_string(last_) + " at least one is";
        return Finding{first, range + " not what the head of " + std::to_string(last_) +
                                  " entries was made of"};
    }
    return std::nullopt;
}

std::optional<Finding> TreeCheck::finish() const {
    if (next_expected_ == expected_.size()) return std::nullopt;
    const auto& expected = expected_[next_expected_];
    if (expected.sequence == 0 || extent_ == Extent::excerpt) return std::nullopt;
    return Finding{last_ + 1, "it is missing: there is a head of " +
                                  std::to_string(expected.sequence) +
                                  " entries, what was checked ends at " + std::to_string(last_)};
}

}  // namespace hallpass::server
