#pragma once

#include <boost/asio/ip/address.hpp>

#include <string>
#include <vector>

#include "networks.hpp"

namespace hallpass::server {

/// Which addresses a webhook may reach. Judged when a connection is about to be made, on the very
/// address that it is made to, so that a name which resolves differently the second time changes
/// nothing.
class Egress {
  public:
    /// @param allowed networks in CIDR that may be reached although they are not public
    /// @throws std::runtime_error where one is malformed
    explicit Egress(const std::vector<std::string>& allowed = {});

    /// Public unicast addresses (IANA special-purpose registries, RFC 6890), and what was allowed.
    /// IPv6 forms that carry an IPv4 address (mapped, translated, 6to4, Teredo) are not public.
    bool allows(const boost::asio::ip::address& address) const;

  private:
    Networks allowed_;
};

}  // namespace hallpass::server
