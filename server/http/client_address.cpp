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

}  // namespace hallpass::server
