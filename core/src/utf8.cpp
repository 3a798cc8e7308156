#include "hallpass/utf8.hpp"

namespace hallpass {

std::optional<std::uint32_t> take_code_point(std::string_view& text) {
    if (text.empty()) return std::nullopt;
    const auto lead = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    std::uint32_t value = lead;
    std::uint32_t least = 0;
    if (lead >= 0xF0) {
        length = 4, value = lead & 0x07U, least = 0x10000;
        if (lead > 0xF4) return std::nullopt;
    } else if (lead >= 0xE0) {
        length = 3, value = lead & 0x0FU, least = 0x800;
    } else if (lead >= 0xC0) {
        length = 2, value = lead & 0x1FU, least = 0x80;
    } else if (lead >= 0x80) {
        return std::nullopt;
    }
    if (text.size() < length) return std::nullopt;
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80U) return std::nullopt;
        value = (value << 6) | (byte & 0x3FU);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < least || surrogate || value > 0x10FFFF) return std::nullopt;
    text.remove_prefix(length);
    return value;
}

bool is_utf8(std::string_view text) {
    unsigned bits = 0;
    for (const char c : text) bits |= static_cast<unsigned char>(c);
    return bits < 0x80 || count_code_points(text).has_value();
}

std::optional<std::size_t> count_code_points(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        if (!take_code_point(text)) return std::nullopt;
        ++count;
    }
    return count;
}

}  // namespace hallpass
