#pragma once

#include <span>

#include "store/connection.hpp"

namespace hallpass::server {

/// What makes the tables of one version those of the next.
struct MigrationStep {
    std::span<const char* const> statements;
    void (*work)(Connection&) =
        nullptr;  ///< what no statement of both databases can do, after them
};

/// The first makes the tables of version 1 from nothing.
std::span<const MigrationStep> migration_steps();

}  // namespace hallpass::server
