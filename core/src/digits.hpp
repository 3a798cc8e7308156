#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hallpass {

/// Takes exactly `count` (at most 9) decimal digits off the front of `text`.
inline std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

/// Takes one character off the front of `text` where it is `wanted`.
inline bool take_character(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

/// Appends the last `count` digits of `value`, zeros included.
inline void append_digits(std::string& out, unsigned value, unsigned count) {
    out.append(count, '0');
    for (auto digit = out.rbegin(); count > 0; --count, ++digit, value /= 10) {
        *digit = static_cast<char>('0' + value % 10);
    }
}

/// Appends a number in decimal. The library's own ways bring tables along, as they are made for
/// speed.
inline void append_number(std::string& out, std::int64_t value) {
    char digits[20];
    char* const end = digits + sizeof digits;
    char* at = end;
    auto rest = static_cast<std::uint64_t>(value);
    if (value < 0) {
        rest = 0 - rest;
        out += '-';
    }
    do *--at = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    out.append(at, static_cast<std::size_t>(end - at));
}

inline std::string in_decimal(std::int64_t value) {
    std::string text;
    append_number(text, value);
    return text;
}

}  // namespace hallpass
