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

}  // namespace

Egress::Egress(const std::vector<std::string>& allowed) {
    for (const auto& text : allowed) {
        if (allowed_.add(text)) continue;
        throw std::runtime_error("an allowed network must be CIDR, like 10.1.0.0/16");
    }
}

bool Egress::allows(const ip::address& address) const {
    if (allowed_.hold(address)) return true;
    return address.is_v4() ? is_public(address.to_v4()) : is_public(address.to_v6());
}

}  // namespace hallpass::server
