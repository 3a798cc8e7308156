#include "zone_table_reader.hpp"

#include "zone_program.hpp"

namespace hallpass {

/// The next byte; 0 past the end, where the program, text or name at hand cannot be whole.
std::uint8_t ZoneTableReader::next() {
    if (!at_end()) return table_.bytes_[at_++];
    past_end_ = true;
    return 0;
}

std::size_t ZoneTableReader::next_u16() {
    const std::size_t low = next();
    return low | std::size_t{next()} << 8;
}

std::string_view ZoneTableReader::text(std::size_t size) {
    const auto rest = table_.bytes_.size() - at_;
    if (size > rest) {
        past_end_ = true;
        size = rest;
    }
    const auto* begin = reinterpret_cast<const char*>(table_.bytes_.data() + at_);
    at_ += size;
    return {begin, size};
}

bool ZoneTableReader::read() {
    if (table_.bytes_.size() > table_max_bytes || !read_header() || !read_values()) return false;
    programs_.reserve(zone_count_);
    for (std::size_t i = 0; i < zone_count_; ++i) {
        programs_.push_back(static_cast<std::uint32_t>(at_));
        if (!read_program()) return false;
    }
    read_regions();
    return !past_end_ && read_names();
}

bool ZoneTableReader::read_header() {
    if (text(4) != "HPZ1") return false;
    table_.version_ = text(next());
    for (const char c : table_.version_) {
        if (c <= ' ' || c > '~') return false;
    }
    value_count_ = next();
    region_count_ = next();
    zone_count_ = next_u16();
    name_count_ = next_u16();
    return zone_count_ <= name_count_ && name_count_ <= names_max && !past_end_;
}

bool ZoneTableReader::read_values() {
    table_.values_at_ = at_;
    for (std::size_t i = 0; i < value_count_; ++i) {
        std::uint32_t bits = 0;
        for (unsigned shift = 0; shift < 32; shift += 8) bits |= std::uint32_t{next()} << shift;
        const auto value = static_cast<std::int32_t>(bits);
        if (value > value_max || value < -value_max) return false;
    }
    return true;
}

/// Goes past one program and checks that whatever it refers to exists.
bool ZoneTableReader::read_program() {
    if (next() >= value_count_) return false;
    for (unsigned rules = 0; !past_end_;) {
        const auto token = next();
        if (token < zone_program::end) {
            const auto day = next();
            if (day == 0 || day > 31) return false;
            ++rules;
        } else if (token == zone_program::end) {
            return true;
        } else if (token == zone_program::repeat) {
            if (rules < 2) return false;
            next();
        } else if (token == zone_program::skip) {
            next();
        } else if (token != zone_program::flip) {
            const auto value = token == zone_program::change ? next() : token - zone_program::time;
            if (static_cast<std::size_t>(value) >= value_count_) return false;
        }
    }
    return false;
}

void ZoneTableReader::read_regions() {
    for (std::size_t i = 0; i < region_count_; ++i) regions_.push_back(text(next()));
}

bool ZoneTableReader::read_names() {
    std::size_t slots = 1;
    while (slots <= 2 * name_count_) slots *= 2;
    table_.slots_.resize(slots);
    table_.entries_.reserve(name_count_);
    std::string_view region;
    std::size_t zones = 0;
    for (std::size_t i = 0; i < name_count_; ++i) {
        const unsigned control = next();
        if (control < zone_program::first_name) return false;
        const auto number = control % zone_program::first_name / 2;
        if (number > region_count_) return false;
        if (number > 0) region = regions_[number - 1];
        zones += control % 2;
        if (zones == 0 || zones > zone_count_ || !read_name(region, programs_[zones - 1]))
            return false;
    }
    return zones == zone_count_ && at_end();
}

/// Reads the rest of a name and enters it; false where it is not a name, or is there already.
bool ZoneTableReader::read_name(std::string_view region, std::uint32_t program) {
    const auto begin = table_.names_.size();
    table_.names_ += region;
    while (!at_end() && table_.bytes_[at_] < zone_program::first_name) {
        table_.names_ += static_cast<char>(next());
    }
    const auto size = table_.names_.size() - begin;
    if (size == 0 || size > name_max_bytes) return false;
    const auto name = std::string_view{table_.names_}.substr(begin);
    for (const char c : name) {
        if (c <= ' ' || c > '~') return false;
    }
    auto& slot = table_.slots_[table_.slot_of(name)];
    if (slot != 0) return false;
    table_.entries_.push_back(
        {static_cast<std::uint32_t>(begin), program, static_cast<std::uint8_t>(size)});
    slot = static_cast<std::uint16_t>(table_.entries_.size());
    return true;
}

}  // namespace hallpass
