#include "http/client_address.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace hallpass::server {

std::string client_address_of(const std::string& peer, std::string_view forwarded_for,
                              const std::vector<std::string>& trusted_proxies) {
    const auto trusted = [&](const std::string& address) {
        return std::find(trusted_proxies.begin(), trusted_proxies.end(), address) !=
               trusted_proxies.end();
    };
    std::string client = peer;
    while (trusted(client) && !forwarded_for.empty()) {
        const auto comma = forwarded_for.rfind(',');
        auto last =
            comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
        forwarded_for = comma == std::string_view::npos ? "" : forwarded_for.substr(0, comma);
        while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
        while (!last.empty() && last.back() == ' ') last.remove_suffix(1);
        boost::system::error_code error;
        const auto address = boost::asio::ip::make_address(std::string{last}, error);
        if (error) break;  // not an address: what stands before it cannot be believed either
        client = address.to_string();
    }
    return client;
}

std::string network_of(const std::string& text) {
    boost::system::error_code error;
    auto address = boost::asio::ip::make_address(text, error);
    if (error || address.is_v4()) return text;
    auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) {
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
    }
    auto bytes = v6.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return boost::asio::ip::address_v6{bytes}.to_string() + "/64";
}

}  // namespace hallpass::server
