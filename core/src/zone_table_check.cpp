#include "zone_table_check.hpp"

#include <algorithm>

#include "letter_case.hpp"
#include "zone_program.hpp"

namespace hallpass {

std::span<const std::uint8_t> ZoneTableCheck::Input::next(std::size_t size) {
    if (size > rest.size()) {
        failed = true;
        size = rest.size();
    }
    const auto taken = rest.first(size);
    rest = rest.subspan(size);
    return taken;
}

std::uint8_t ZoneTableCheck::Input::next() {
    if (rest.empty()) {
        failed = true;
        return 0;
    }
    const auto byte = rest.front();
    rest = rest.subspan(1);
    return byte;
}

std::size_t ZoneTableCheck::Input::next_u16() {
    const std::size_t low = next();
    return low | std::size_t{next()} << 8;
}

std::string_view ZoneTableCheck::Input::text(std::size_t size) {
    const auto bytes = next(size);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool ZoneTableCheck::sound() {
    return in_.rest.size() <= table_max_bytes && header_sound() && names_sound() && names_differ();
}

bool ZoneTableCheck::header_sound() {
    if (in_.text(4) != "HPZ1") return false;
    for (const char c : in_.text(in_.next())) {
        if (c <= ' ' || c > '~') return false;
    }
    const std::int32_t unit = in_.next();
    value_count_ = in_.next();
    region_count_ = in_.next();
    name_count_ = in_.next_u16();
    const auto program_bytes = in_.next_u16();
    const auto values = in_.next(2 * value_count_);
    programs_ = {in_.next(program_bytes)};
    if (region_count_ > regions_max) return false;
    for (std::size_t i = 0; i < region_count_; ++i) regions_[i + 1] = in_.text(in_.next());
    return !in_.failed && name_count_ > 0 && name_count_ <= names_max && values_sound(values, unit);
}

bool ZoneTableCheck::values_sound(std::span<const std::uint8_t> values, std::int32_t unit) const {
    for (std::size_t i = 0; i < value_count_; ++i) {
        const auto value = zone_program::Values{values.data(), unit}[i];
        if (value > value_max || value < -value_max) return false;
    }
    return true;
}

/// Goes past one program; false unless it is whole and whatever it refers to exists.
bool ZoneTableCheck::program_sound() {
    if (programs_.next() >= value_count_) return false;
    for (unsigned rules = 0; !programs_.failed;) {
        const auto token = programs_.next();
        if (token == zone_program::end) return !programs_.failed;
        if (token >= zone_program::time) {
            if (token >= zone_program::time + value_count_) return false;
            continue;
        }
        if (token == zone_program::flip) continue;
        const auto operand = programs_.next();
        if (token < zone_program::end) {
            if (operand == 0 || operand > 31) return false;
            ++rules;
        } else if (token == zone_program::change) {
            if (operand >= value_count_) return false;
        } else if (token == zone_program::repeat && rules < 2) {
            return false;
        }
    }
    return false;
}

bool ZoneTableCheck::names_sound() {
    std::string_view region;
    for (std::size_t i = 0; i < name_count_; ++i) {
        const unsigned control = in_.next();
        const auto number = control % zone_program::first_name / 2;
        const bool same_zone = control % 2 == 0;
        if (control < zone_program::first_name || number > region_count_ || (i == 0 && same_zone)) {
            return false;
        }
        if (number > 0) region = regions_[number];
        if (!same_zone) {
            ++zones_;
            if (!program_sound() || !program_sound()) return false;
        }
        if (!name_sound(region)) return false;
    }
    return in_.rest.empty() && programs_.rest.empty();
}

/// Reads the rest of a name; false where it is not a name.
bool ZoneTableCheck::name_sound(std::string_view region) {
    std::size_t size = 0;
    while (size < in_.rest.size() && in_.rest[size] < zone_program::first_name) ++size;
    const auto text = in_.text(size);
    if (text.empty() || region.size() + size > name_max_bytes) return false;
    auto name = std::string{region} += text;
    for (char& c : name) {
        if (c <= ' ' || c > '~') return false;
        c = lower(c);
    }
    names_.push_back(std::move(name));
    return true;
}

bool ZoneTableCheck::names_differ() {
    std::sort(names_.begin(), names_.end());
    return std::adjacent_find(names_.begin(), names_.end()) == names_.end();
}

}  // namespace hallpass
