#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hallpass/result.hpp"

namespace hallpass {

/// Token statuses (Token Status List, section 7.1).
enum class TokenStatus : std::uint8_t { valid = 0, invalid = 1, suspended = 2 };

/// A decompressed status list: `bits` (1, 2, 4 or 8) per token, least significant bits first
/// (Token Status List, section 4.1). The bytes belong to the caller.
class StatusList {
  public:
    /// @errors VALIDATION_ERROR, field "bits": not_one_of
    static Result<StatusList> over(std::span<const std::uint8_t> bytes, unsigned bits);
    std::uint64_t size() const { return bytes_.size() * (8U / bits_); }
    /// The status at `index`; nothing where the list does not reach that far, which a verifier must
    /// treat as revoked.
    std::optional<std::uint8_t> at(std::uint64_t index) const;

  private:
    StatusList(std::span<const std::uint8_t> bytes, unsigned bits) : bytes_(bytes), bits_(bits) {}
    std::span<const std::uint8_t> bytes_;
    unsigned bits_;
};

/// Sets the status of one token in a list that is being built.
/// @pre index is within the bytes
void set_status(std::span<std::uint8_t> bytes, unsigned bits, std::uint64_t index,
                std::uint8_t status);

}  // namespace hallpass
