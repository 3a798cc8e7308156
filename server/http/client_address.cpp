#include "http/client_address.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace hallpass::server {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> address_in(std::string_view text) {
    constexpr std::string_view blank = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
    text = text.substr(0, text.find_last_not_of(blank) + 1);
    boost::system::error_code error;
    const auto address = ip::make_address(std::string{text}, error);
    if (error) return std::nullopt;
    return without_mapping(address);
}

[[noreturn]] void refuse_proxy(const std::string& text, const std::string& why) {
    throw std::runtime_error("--trusted-proxy " + text + ": " + why);
}

/// Refuses what is a network and surely not the one that was meant.
template <class Network>
void check_network(const std::string& text, const Network& network) {
    if (network.prefix_length() == 0) refuse_proxy(text, "this would believe everybody");
    if (network == network.canonical()) return;
    refuse_proxy(
        text, "there is more than the prefix; the network is " + network.canonical().to_string());
}

void check_network(const std::string& text) {
    if (text.find(':') == std::string::npos) {
        return check_network(text, ip::make_network_v4(text));
    }
    const auto network = ip::make_network_v6(text);
    if (network.address().is_v4_mapped()) refuse_proxy(text, "give the IPv4 network itself");
    check_network(text, network);
}

/// The last entry, which is taken off the list.
std::string_view take_last(std::string_view& list) {
    const auto comma = list.rfind(',');
    const auto last = comma == std::string_view::npos ? list : list.substr(comma + 1);
    list = comma == std::string_view::npos ? "" : list.substr(0, comma);
    return last;
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& texts) {
    for (const auto& text : texts) {
        const auto single = address_in(text);
        const auto network =
            single ? single->to_string() + (single->is_v4() ? "/32" : "/128") : text;
        if (!networks_.add(network)) {
            refuse_proxy(text, "give an address or a network, like 10.0.0.0/8 or fd00::/8");
        }
        check_network(network);
    }
}

bool TrustedProxies::include(const ip::address& address) const {
    return networks_.hold(without_mapping(address));
}

ip::address without_mapping(const ip::address& address) {
    if (address.is_v4() || !address.to_v6().is_v4_mapped()) return address;
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

std::string client_address_of(const std::string& peer, std::string_view forwarded_for,
                              const TrustedProxies& trusted_proxies) {
    auto client = forwarded_for.empty() ? std::nullopt : address_in(peer);
    if (!client) return peer;
    while (trusted_proxies.include(*client) && !forwarded_for.empty()) {
        const auto before = address_in(take_last(forwarded_for));
        if (!before) break;  // no address: what stands before it cannot be believed either
        client = before;
    }
    return client->to_string();
}

std::string network_of(const std::string& text) {
    boost::system::error_code error;
    const auto address = ip::make_address(text, error);
    if (error || address.is_v4()) return text;
    const auto plain = without_mapping(address);
    if (plain.is_v4()) return plain.to_string();
    auto bytes = plain.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return ip::address_v6{bytes}.to_string() + "/64";
}

}  // namespace hallpass::server
