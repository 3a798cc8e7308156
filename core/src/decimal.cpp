#include "decimal.hpp"

#include <algorithm>

#include "letter_case.hpp"

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

/// @returns how many there were
std::int32_t drop_leading_zeros(std::string_view& digits) {
    const auto zeros = std::min(digits.find_first_not_of('0'), digits.size());
    digits.remove_prefix(zeros);
    return static_cast<std::int32_t>(zeros);
}

}  // namespace

Decimal Decimal::of(std::string_view text) {
    Decimal decimal;
    const auto mantissa = static_cast<std::size_t>(
        std::find_if(text.begin(), text.end(), [](char c) { return lower(c) == 'e'; }) -
        text.begin());
    const auto exponent = read_exponent(text.substr(mantissa));
    text = text.substr(0, mantissa);
    if (text.starts_with('-')) {
        decimal.negative = true;
        text.remove_prefix(1);
    }
    auto whole = text.substr(0, text.find('.'));
    auto fraction = text.substr(std::min(whole.size() + 1, text.size()));
    drop_leading_zeros(whole);
    decimal.point = static_cast<std::int32_t>(whole.size());
    if (whole.empty()) decimal.point = -drop_leading_zeros(fraction);
    decimal.digits = whole;
    decimal.digits += fraction;
    decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
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
