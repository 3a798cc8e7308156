#include "zone_table_reader.hpp"

#include "zone_program.hpp"

namespace hallpass {

std::span<const std::uint8_t> ZoneTableReader::Input::next(std::size_t size) {
    if (size > rest.size()) {
        failed = true;
        size = rest.size();
    }
    const auto taken = rest.first(size);
    rest = rest.subspan(size);
    return taken;
}

std::uint8_t ZoneTableReader::Input::next() {
    if (rest.empty()) {
        failed = true;
        return 0;
    }
    const auto byte = rest.front();
    rest = rest.subspan(1);
    return byte;
}

std::size_t ZoneTableReader::Input::next_u16() {
    const std::size_t low = next();
    return low | std::size_t{next()} << 8;
}

std::string_view ZoneTableReader::Input::text(std::size_t size) {
    const auto bytes = next(size);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool ZoneTableReader::read() {
    return table_.bytes_.size() <= table_max_bytes && read_header() && values_sound() &&
           read_names();
}

bool ZoneTableReader::read_header() {
    if (in_.text(4) != "HPZ1") return false;
    table_.version_ = in_.text(in_.next());
    for (const char c : table_.version_) {
        if (c <= ' ' || c > '~') return false;
    }
    table_.unit_ = in_.next();
    value_count_ = in_.next();
    region_count_ = in_.next();
    name_count_ = in_.next_u16();
    const auto program_bytes = in_.next_u16();
    table_.values_at_ = place_of(in_);
    in_.next(2 * value_count_);
    programs_ = {in_.next(program_bytes)};
    if (region_count_ > regions_max) return false;
    for (std::size_t i = 0; i < region_count_; ++i) regions_[i + 1] = in_.text(in_.next());
    return !in_.failed && name_count_ > 0 && name_count_ <= names_max;
}

bool ZoneTableReader::values_sound() {
    for (std::size_t i = 0; i < value_count_; ++i) {
        const auto value = table_.values()[i];
        if (value > value_max || value < -value_max) return false;
    }
    return true;
}

/// Goes past one program; false unless it is whole and whatever it refers to exists.
bool ZoneTableReader::pass_program() {
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

std::uint16_t ZoneTableReader::place_of(const Input& input) const {
    return static_cast<std::uint16_t>(input.rest.data() - table_.bytes_.data());
}

bool ZoneTableReader::read_names() {
    table_.entries_.reserve(name_count_);
    table_.names_.reserve(2 * in_.rest.size());  // as long as names are with their regions
    std::string_view prefix;
    ZoneTable::Entry entry{};
    for (std::size_t i = 0; i < name_count_; ++i) {
        const unsigned control = in_.next();
        const auto number = control % zone_program::first_name / 2;
        const bool same_zone = control % 2 == 0;
        if (control < zone_program::first_name || number > region_count_ || (i == 0 && same_zone)) {
            return false;
        }
        if (number > 0) prefix = regions_[number];
        if (!same_zone) {
            entry.recent = place_of(programs_);
            if (!pass_program()) return false;
            entry.earlier = place_of(programs_);
            if (!pass_program()) return false;
        }
        if (!read_name(prefix, entry)) return false;
    }
    return in_.rest.empty() && programs_.rest.empty();
}

/// Reads the rest of a name and enters it; false where it is not a name.
bool ZoneTableReader::read_name(std::string_view region, ZoneTable::Entry entry) {
    entry.name_at = static_cast<std::uint32_t>(table_.names_.size());
    std::size_t size = 0;
    while (size < in_.rest.size() && in_.rest[size] < zone_program::first_name) ++size;
    const auto text = in_.text(size);
    if (text.empty() || region.size() + size > name_max_bytes) return false;
    table_.names_ += region;
    table_.names_ += text;
    const auto name = std::string_view{table_.names_}.substr(entry.name_at);
    for (const char c : name) {
        if (c <= ' ' || c > '~') return false;
    }
    entry.name_size = static_cast<std::uint8_t>(name.size());
    table_.entries_.push_back(entry);
    return true;
}

}  // namespace hallpass
