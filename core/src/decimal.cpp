#include "decimal.hpp"

namespace hallpass {
namespace {

constexpr std::int32_t point_limit = 1'000'000;

std::int32_t read_exponent(std::string_view text) {
    bool negative = false;
    std::int32_t value = 0;
    for (const char c : text) {
        if (c == '-') negative = true;
        if (c < '0' || c > '9') continue;
        if (value < point_limit) value = value * 10 + (c - '0');
    }
    return negative ? -value : value;
}

}  // namespace

Decimal Decimal::of(std::string_view text) {
    Decimal decimal;
    const auto exponent_at = text.find_first_of("eE");
    auto exponent = std::int32_t{0};
    if (exponent_at != std::string_view::npos) {
        exponent = read_exponent(text.substr(exponent_at + 1));
        text = text.substr(0, exponent_at);
    }
    bool after_point = false;
    for (const char c : text) {
        if (c == '-') {
            decimal.negative = true;
        } else if (c == '.') {
            after_point = true;
        } else {
            const bool leading_zero = c == '0' && decimal.digits.empty();
            if (!leading_zero) decimal.digits += c;
            if (after_point ? leading_zero : !leading_zero) decimal.point += after_point ? -1 : 1;
        }
    }
    while (!decimal.digits.empty() && decimal.digits.back() == '0') decimal.digits.pop_back();
    if (decimal.zero()) {
        decimal.point = 0;
        return decimal;
    }
    decimal.point += exponent;
    if (decimal.point > point_limit) decimal.point = point_limit;
    if (decimal.point < -point_limit) decimal.point = -point_limit;
    return decimal;
}

std::optional<std::int64_t> Decimal::integer(std::int64_t max) const {
    constexpr std::int32_t most_digits = 18;
    if (zero()) return 0;
    if (point > most_digits || point < static_cast<std::int32_t>(digits.size()))
        return std::nullopt;
    std::int64_t value = 0;
    for (std::int32_t i = 0; i < point; ++i) {
        const auto at = static_cast<std::size_t>(i);
        value = value * 10 + (at < digits.size() ? digits[at] - '0' : 0);
    }
    if (value > max) return std::nullopt;
    return negative ? -value : value;
}

}  // namespace hallpass
