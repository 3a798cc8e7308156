#pragma once

#include <string>
#include <vector>

#include "hallpass/permission.hpp"

namespace hallpass::server {

/// The built-in roles and those that settings add, each `name=NAME,permissions=PERMISSION …`.
/// @throws std::runtime_error that names the role and the part which cannot be
Roles configured_roles(const std::vector<std::string>& settings);

}  // namespace hallpass::server
