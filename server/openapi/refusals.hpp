#pragma once

#include <cstdint>
#include <initializer_list>

#include "hallpass/error.hpp"

namespace hallpass::server {

/// A set of error codes.
class Refusals {
  public:
    constexpr Refusals() = default;
    constexpr Refusals(std::initializer_list<ErrorCode> codes) {
        for (const auto code : codes) bits_ |= bit(code);
    }
    constexpr bool has(ErrorCode code) const { return (bits_ & bit(code)) != 0; }
    constexpr Refusals& operator|=(const Refusals& more) {
        bits_ |= more.bits_;
        return *this;
    }
    friend constexpr Refusals operator|(Refusals left, const Refusals& right) {
        return left |= right;
    }

  private:
    static constexpr std::uint64_t bit(ErrorCode code) {
        return std::uint64_t{1} << static_cast<unsigned>(code);
    }
    std::uint64_t bits_ = 0;
};

}  // namespace hallpass::server
