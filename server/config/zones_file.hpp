#pragma once

#include <string>

namespace hallpass::server {

/// The bytes of a time-zone table that is a valid one; none where no file is named.
/// @throws std::runtime_error where it cannot be read or is not valid
std::string read_zones_file(const std::string& file);

}  // namespace hallpass::server
