#include "notify/egress.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace hallpass::server {
namespace {

namespace ip = boost::asio::ip;

// IANA IPv4 Special-Purpose Address Registry, multicast (RFC 5771) and class E (RFC 1112).
constexpr std::array not_public_v4{
    "0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10",   "127.0.0.0/8",     "169.254.0.0/16",
    "172.16.0.0/12",  "192.0.0.0/24",   "192.0.2.0/24",    "192.31.196.0/24", "192.52.193.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",   "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
// Of IPv6, only 2000::/3 is given out for unicast (RFC 4291); these parts of it are special.
constexpr const char* unicast_v6 = "2000::/3";
constexpr std::array not_public_v6{"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48",
                                   "3fff::/20"};

bool within(const ip::network_v4& network, const ip::address_v4& address) {
    return ip::network_v4{address, network.prefix_length()}.canonical() == network.canonical();
}
bool within(const ip::network_v6& network, const ip::address_v6& address) {
    return ip::network_v6{address, network.prefix_length()}.canonical() == network.canonical();
}

bool is_public(const ip::address_v4& address) {
    return std::none_of(not_public_v4.begin(), not_public_v4.end(), [&](const char* network) {
        return within(ip::make_network_v4(network), address);
    });
}
bool is_public(const ip::address_v6& address) {
    return within(ip::make_network_v6(unicast_v6), address) &&
           std::none_of(not_public_v6.begin(), not_public_v6.end(), [&](const char* network) {
               return within(ip::make_network_v6(network), address);
           });
}

template <class Networks, class Address>
bool any_holds(const Networks& networks, const Address& address) {
    return std::any_of(networks.begin(), networks.end(),
                       [&](const auto& network) { return within(network, address); });
}

}  // namespace

Egress::Egress(const std::vector<std::string>& allowed) {
    for (const auto& text : allowed) {
        boost::system::error_code error;
        if (text.find(':') == std::string::npos) {
            allowed_v4_.push_back(ip::make_network_v4(text, error));
        } else {
            allowed_v6_.push_back(ip::make_network_v6(text, error));
        }
        if (error) throw std::runtime_error("an allowed network must be CIDR, like 10.1.0.0/16");
    }
}

bool Egress::allows(const ip::address& address) const {
    if (address.is_v4()) {
        return is_public(address.to_v4()) || any_holds(allowed_v4_, address.to_v4());
    }
    return is_public(address.to_v6()) || any_holds(allowed_v6_, address.to_v6());
}

}  // namespace hallpass::server
