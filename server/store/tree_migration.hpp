#pragma once

#include "store/connection.hpp"

namespace hallpass::server {

/// Makes a tree of a record that was a hash chain before: each entry becomes the leaf of its
/// sequence, a missing one is filled in as `entry_missing`. A last entry, `record_migrated`, keeps
/// where the chain ended, and the first entry that did not hold in it, if any.
/// @throws StoreFault
void plant_tree(Connection& connection);

}  // namespace hallpass::server
