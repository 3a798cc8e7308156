#pragma once

#include <vector>

#include "http/call.hpp"

namespace hallpass::server {

/// The record as a file, a bounded piece at a time, for admins about one of their tenants.
std::vector<Route> record_export_routes();

}  // namespace hallpass::server
