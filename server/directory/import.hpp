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

/// Is told how far an import has come, every 10,000 lines: how many were read, and then how many of
/// all that were read are in the transaction.
struct ImportWatch {
    virtual ~ImportWatch() = default;
    virtual void read(std::int64_t lines) = 0;
    virtual void written(std::int64_t lines, std::int64_t of) = 0;
    static constexpr std::int64_t every = 10'000;
};

/// Reads JSON Lines (protocol, "Import") and brings the directory up to date, all or nothing.
/// @returns what was read; an Error whose message begins with the line's number otherwise
/// @throws StoreFault
Result<ImportCounts> import_directory(Store& store, const ZoneTable& zones, const Roles& roles,
                                      std::istream& lines, ImportWatch* watch = nullptr);

}  // namespace hallpass::server
