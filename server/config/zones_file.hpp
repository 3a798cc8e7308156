#pragma once

#include <optional>
#include <string>

#include "hallpass/time_zone.hpp"

namespace hallpass::server {

/// The time zones that settings ask for: of a file, or, where none is named, those compiled in.
class ConfiguredZones {
  public:
    /// @throws std::runtime_error where the file cannot be read or is not valid
    explicit ConfiguredZones(const std::string& file);
    ConfiguredZones(const ConfiguredZones&) = delete;
    ConfiguredZones& operator=(const ConfiguredZones&) = delete;
    const ZoneTable& table() const { return own_ ? *own_ : ZoneTable::embedded(); }
    bool of_file() const { return own_.has_value(); }

  private:
    std::string bytes_;  // what the table points into
    std::optional<ZoneTable> own_;
};

}  // namespace hallpass::server
