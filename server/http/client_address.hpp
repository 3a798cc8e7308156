#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hallpass::server {

/// The address of the client itself: the peer's, or, where the peer is a trusted proxy, the last
/// address in X-Forwarded-For that is not one.
std::string client_address_of(const std::string& peer, std::string_view forwarded_for,
                              const std::vector<std::string>& trusted_proxies);

/// What one client can be held to have: an IPv4 address, or the /64 of an IPv6 one, whose other
/// 2^64 addresses are as good as theirs. A text that is no address is itself.
std::string network_of(const std::string& address);

}  // namespace hallpass::server
