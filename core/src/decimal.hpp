#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hallpass {

/// A JSON number as exact decimal text, so that nothing is lost to binary floating point:
/// ±0.digits × 10^point, with no zeros at either end of `digits`; zero has no digits.
struct Decimal {
    bool negative = false;
    std::string digits;
    std::int32_t point = 0;  ///< saturates at ±1,000,000

    /// @pre `text` has the grammar of a JSON number (RFC 8259 section 6)
    static Decimal of(std::string_view text);
    bool zero() const { return digits.empty(); }
    /// The value where it is an integer within ±max.
    std::optional<std::int64_t> integer(std::int64_t max) const;
};

}  // namespace hallpass
