#pragma once

#include <istream>
#include <string>

#include "hallpass/permission.hpp"
#include "hallpass/time_zone.hpp"
#include "store/store.hpp"

namespace hallpass::server {

struct ImportCounts {
    std::int64_t tenants = 0, users = 0, memberships = 0;
};

/// Reads JSON Lines (protocol, "Import") and brings the directory up to date, all or nothing.
/// @returns what was read; an Error whose message begins with the line's number otherwise
/// @throws StoreFault
Result<ImportCounts> import_directory(Store& store, const ZoneTable& zones, const Roles& roles,
                                      std::istream& lines);

}  // namespace hallpass::server
