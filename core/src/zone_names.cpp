#include "zone_names.hpp"

#include "letter_case.hpp"
#include "zone_program.hpp"

namespace hallpass {
namespace {

std::string_view text_between(const std::uint8_t* begin, const std::uint8_t* end) {
    return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin)};
}

/// Where the name that begins here ends. A function of its own: engines count how far a loop jumps
/// back, and took the search that it was part of for one that is worth optimising at its first
/// call.
[[gnu::noinline]] const std::uint8_t* end_of_name(const std::uint8_t* at, const std::uint8_t* end) {
    while (at != end && *at < zone_program::first_name) ++at;
    return at;
}

}  // namespace

std::string_view ZoneNames::region_at(unsigned number) const {
    const auto* at = regions_;
    while (--number > 0) at += 1 + *at;
    return text_between(at + 1, at + 1 + *at);
}

bool ZoneNames::next() {
    if (next_ == end_) return false;
    const unsigned control = *next_++;
    zone_ += control % 2;
    if (const auto number = control % zone_program::first_name / 2) region_ = region_at(number);
    const auto* const begin = next_;
    next_ = end_of_name(next_, end_);
    rest_ = text_between(begin, next_);
    return true;
}

bool ZoneNames::matches(std::string_view name) const {
    if (name.size() != region_.size() + rest_.size()) return false;
    return same_but_for_case(name.substr(region_.size()), rest_) &&
           same_but_for_case(name.substr(0, region_.size()), region_);
}

}  // namespace hallpass
