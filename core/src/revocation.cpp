#include "hallpass/revocation.hpp"

namespace hallpass {
namespace {

struct Slot {
    std::size_t byte;
    unsigned shift;
    unsigned mask;
};

Slot slot_of(std::uint64_t index, unsigned bits) {
    const std::uint64_t per_byte = 8U / bits;
    return {static_cast<std::size_t>(index / per_byte),
            static_cast<unsigned>(index % per_byte) * bits, (1U << bits) - 1U};
}

}  // namespace

Result<StatusList> StatusList::over(std::span<const std::uint8_t> bytes, unsigned bits) {
    if (bits != 1 && bits != 2 && bits != 4 && bits != 8) {
        return invalid("bits", Reason::not_one_of, "a status has 1, 2, 4 or 8 bits");
    }
    return StatusList{bytes, bits};
}

std::optional<std::uint8_t> StatusList::at(std::uint64_t index) const {
    if (index >= size()) return std::nullopt;
    const auto slot = slot_of(index, bits_);
    return static_cast<std::uint8_t>((bytes_[slot.byte] >> slot.shift) & slot.mask);
}

void set_status(std::span<std::uint8_t> bytes, unsigned bits, std::uint64_t index,
                std::uint8_t status) {
    const auto slot = slot_of(index, bits);
    const auto cleared = bytes[slot.byte] & ~(slot.mask << slot.shift);
    bytes[slot.byte] = static_cast<std::uint8_t>(cleared | ((status & slot.mask) << slot.shift));
}

}  // namespace hallpass
