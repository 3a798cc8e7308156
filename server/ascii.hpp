#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace hallpass::server {

/// ASCII letters alone, whatever the locale: in lower case.
constexpr char lower_case(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The same of a text: schemes, media types, hosts, names of attributes and users are compared so.
inline std::string without_case(std::string_view text) {
    std::string lowered{text};
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower_case);
    return lowered;
}

/// The value of a hexadecimal digit in either case; nothing where it is none.
constexpr std::optional<int> hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

}  // namespace hallpass::server
