#pragma once

#include <string>

#include "store/connection.hpp"

namespace hallpass::server {

class Application;

/// `,"delegatedToken":"…","uiSwitchUrl":"…"` of an issued token: signed again, never read from the
/// store, because neither is kept there.
std::string secret_members(Application& application, Connection& store,
                           const std::string& token_id);

}  // namespace hallpass::server
