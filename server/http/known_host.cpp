#include "http/known_host.hpp"

#include <boost/asio/ip/address.hpp>

#include <string>

#include "ascii.hpp"

namespace hallpass::server {
namespace {

std::string name_in(std::string_view host) {
    if (host.starts_with('[')) {
        host = host.substr(1, host.find(']') - 1);
    } else {
        host = host.substr(0, host.find(':'));
    }
    return without_case(host);
}

}  // namespace

bool is_known_host(std::string_view host, std::string_view public_origin) {
    const auto name = name_in(host);
    if (name.empty() || name == "localhost") return true;
    const auto scheme = public_origin.find("://");
    if (scheme != std::string_view::npos && name == name_in(public_origin.substr(scheme + 3))) {
        return true;
    }
    boost::system::error_code error;
    boost::asio::ip::make_address(name, error);
    return !error;
}

}  // namespace hallpass::server
