#pragma once

#include <string_view>

namespace hallpass::server {

/// Whether a request's Host is a name that nobody else can point here: an IP address, `localhost`,
/// or the public address's own. Without this a page elsewhere could have its name resolve to this
/// machine and be taken for one of ours (DNS rebinding).
/// @param host as sent, with or without a port; "" (HTTP/1.0) is no browser's
/// @param public_origin scheme://host[:port]
bool is_known_host(std::string_view host, std::string_view public_origin);

}  // namespace hallpass::server
