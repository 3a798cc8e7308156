#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hallpass {

/// Goes through the names of a time-zone table (core/zones/generate.py tells the format).
/// @pre the table was checked
class ZoneNames {
  public:
    /// Stands before the first name. `regions` and `names` are where the table has them.
    ZoneNames(const std::uint8_t* regions, const std::uint8_t* names, const std::uint8_t* end)
        : regions_(regions), next_(names), end_(end) {}

    /// Goes to the next name; false past the last one.
    bool next();
    /// The name, in two parts: "America/Argentina/" and "Salta".
    std::string_view region() const { return region_; }
    std::string_view rest() const { return rest_; }
    /// Whether this is the name, but for the case of its letters.
    bool matches(std::string_view name) const;
    /// Which zone the name is one of; the first is 0.
    std::size_t zone() const { return zone_ - 1; }

  private:
    std::string_view region_at(unsigned number) const;

    const std::uint8_t* regions_;
    const std::uint8_t* next_;
    const std::uint8_t* end_;
    std::string_view region_, rest_;
    std::size_t zone_ = 0;
};

}  // namespace hallpass
