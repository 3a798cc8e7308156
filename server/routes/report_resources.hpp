#pragma once

#include "http/call.hpp"

namespace hallpass::server {

/// Which resources were read and written while acting, by type and one by one.
Result<Answer> report_resources(const Call& call, Connection& store);

}  // namespace hallpass::server
