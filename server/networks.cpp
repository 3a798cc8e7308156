#include "networks.hpp"

#include <algorithm>

namespace hallpass::server {
namespace {

namespace ip = boost::asio::ip;

template <class Networks, class Address>
bool any_holds(const Networks& networks, const Address& address) {
    return std::any_of(networks.begin(), networks.end(),
                       [&](const auto& network) { return within(network, address); });
}

}  // namespace

bool within(const ip::network_v4& network, const ip::address_v4& address) {
    return ip::network_v4{address, network.prefix_length()}.network() == network.network();
}

bool within(const ip::network_v6& network, const ip::address_v6& address) {
    // By their bytes: the link that an address was seen on is no part of a network.
    const ip::network_v6 around{address, network.prefix_length()};
    return around.network().to_bytes() == network.network().to_bytes();
}

bool Networks::add(const std::string& text) {
    boost::system::error_code error;
    if (text.find(':') == std::string::npos) {
        const auto network = ip::make_network_v4(text, error);
        if (!error) v4_.push_back(network);
    } else {
        const auto network = ip::make_network_v6(text, error);
        if (!error) v6_.push_back(network);
    }
    return !error;
}

bool Networks::hold(const ip::address& address) const {
    return address.is_v4() ? any_holds(v4_, address.to_v4()) : any_holds(v6_, address.to_v6());
}

}  // namespace hallpass::server
