#include "audit/chain.hpp"

#include <charconv>

#include "store/transaction.hpp"

namespace hallpass::server {

std::optional<RecordHead> RecordHead::parse(std::string_view text) {
    RecordHead head;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon + 1 == text.size()) return std::nullopt;
    const auto* end = text.data() + colon;
    const auto [stop, error] = std::from_chars(text.data(), end, head.sequence);
    if (error != std::errc{} || stop != end || head.sequence < 1) return std::nullopt;
    head.hash = text.substr(colon + 1);
    return head;
}

std::optional<Finding> ChainCheck::take(const RecordRow& entry) {
    if (auto finding = check_place(entry)) return finding;
    if (record_hash(entry) != entry.hash) {
        return Finding{entry.sequence, "its content is not what its hash was made of"};
    }
    head_ = {entry.sequence, entry.hash};
    ++entries_;
    if (expected_ && expected_->sequence == entry.sequence) {
        if (expected_->hash != entry.hash) {
            return Finding{entry.sequence, "it is not the entry that the expected head names"};
        }
        met_ = true;
    }
    return std::nullopt;
}

std::optional<Finding> ChainCheck::check_place(const RecordRow& entry) {
    const bool first = entries_ == 0;
    const auto next = head_.sequence + 1;
    if (entry.sequence < next) {
        return Finding{entry.sequence,
                       first ? "no entry has such a sequence"
                             : "it stands after entry " + std::to_string(head_.sequence)};
    }
    if (entry.sequence == next && (!first || extent_ == Extent::whole || next == 1)) {
        if (entry.previous_hash == head_.hash) return std::nullopt;
        return Finding{
            entry.sequence,
            first ? "it is not the beginning of a record"
                  : "it does not follow the entry before it: one of the two is not as written"};
    }
    if (extent_ == Extent::whole) return Finding{next, "it is missing"};
    if (!first) ++gaps_;
    return std::nullopt;
}

std::optional<Finding> ChainCheck::finish() const {
    if (!expected_ || met_) return std::nullopt;
    const bool shorter = head_.sequence < expected_->sequence;
    return Finding{shorter && extent_ == Extent::whole ? head_.sequence + 1 : expected_->sequence,
                   "it is missing: the expected head is entry " +
                       std::to_string(expected_->sequence) + ", what was checked ends at " +
                       std::to_string(head_.sequence)};
}

}  // namespace hallpass::server
