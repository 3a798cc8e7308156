#pragma once

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "networks.hpp"

namespace hallpass::server {

/// The proxies in front whose X-Forwarded-For is believed.
class TrustedProxies {
  public:
    /// @param texts addresses, and networks in CIDR: 192.0.2.1, 10.0.0.0/8, fd00::/8
    /// @throws std::runtime_error for what is neither, has bits behind its prefix, or is everybody
    explicit TrustedProxies(const std::vector<std::string>& texts);
    bool include(const boost::asio::ip::address& address) const;

  private:
    Networks networks_;
};

/// The IPv4 address that an IPv6 socket shows as ::ffff:192.0.2.1; any other as it is.
boost::asio::ip::address without_mapping(const boost::asio::ip::address& address);

/// The address of the client itself: the peer's, or, where the peer is a trusted proxy, the last
/// one in X-Forwarded-For that is none: what stands to its left is what that client says.
std::string client_address_of(const std::string& peer, std::string_view forwarded_for,
                              const TrustedProxies& trusted_proxies);

/// What one client can be held to have: an IPv4 address, or the /64 of an IPv6 one, whose other
/// 2^64 addresses are as good as theirs. A text that is no address is itself.
std::string network_of(const std::string& address);

}  // namespace hallpass::server
