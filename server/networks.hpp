#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <string>
#include <vector>

namespace hallpass::server {

/// IP networks in CIDR (RFC 4632, RFC 4291): 10.0.0.0/8, fd00::/8.
class Networks {
  public:
    /// @returns whether the text is one, which belongs to these then
    bool add(const std::string& text);
    /// An IPv6 address that carries an IPv4 one belongs to no IPv4 network.
    bool hold(const boost::asio::ip::address& address) const;

  private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

/// Whether the address lies in the network, on whatever link.
bool within(const boost::asio::ip::network_v4& network, const boost::asio::ip::address_v4& address);
bool within(const boost::asio::ip::network_v6& network, const boost::asio::ip::address_v6& address);

}  // namespace hallpass::server
