#pragma once

#include <string>

#include "http/call.hpp"

namespace hallpass::server {

/// Makes a login for the user and answers with its cookie.
Result<Answer> start_login(const Call& call, Transaction& transaction, const std::string& user_id);

}  // namespace hallpass::server
