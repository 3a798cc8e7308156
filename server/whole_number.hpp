#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace hallpass::server {

/// The number that a text is: decimal digits, behind a minus where `Number` has a sign, and nothing
/// else. std::nullopt where it is anything else, or does not fit. Leading zeros do no harm.
template <std::integral Number>
std::optional<Number> whole_number(std::string_view text) {
    Number number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

}  // namespace hallpass::server
