#pragma once

#include <string>
#include <string_view>

namespace hallpass::server {

/// Which program a User-Agent (RFC 9110 section 10.1.5) comes from, coarsely: the browser's name,
/// else its first product's ("curl"), else "unknown". For reports; nothing is decided by it.
std::string user_agent_family(std::string_view user_agent);

}  // namespace hallpass::server
