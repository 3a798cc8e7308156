#include "zone_names.hpp"

#include "letter_case.hpp"
#include "zone_program.hpp"

namespace hallpass {
namespace {

std::string_view text_between(const std::uint8_t* begin, const std::uint8_t* end) {
    return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin)};
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
    while (next_ != end_ && *next_ < zone_program::first_name) ++next_;
    rest_ = text_between(begin, next_);
    return true;
}

bool ZoneNames::matches(std::string_view name) const {
    if (name.size() != region_.size() + rest_.size()) return false;
    return same_but_for_case(name.substr(region_.size()), rest_) &&
           same_but_for_case(name.substr(0, region_.size()), region_);
}

}  // namespace hallpass
