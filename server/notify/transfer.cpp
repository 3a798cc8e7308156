#include "notify/transfer.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace hallpass::server {
namespace {

// Nothing in an answer's body is of use; a receiver that talks longer is cut off.
constexpr std::size_t answer_max_bytes = 64 * 1024;
constexpr long connect_max_ms = 10'000;

std::optional<boost::asio::ip::address> address_in(const curl_sockaddr& socket_address) {
    namespace ip = boost::asio::ip;
    if (socket_address.family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &socket_address.addr, sizeof v4);
        return ip::address_v4{ntohl(v4.sin_addr.s_addr)};
    }
    if (socket_address.family == AF_INET6) {
        sockaddr_in6 v6{};
        // libcurl leaves room for an IPv6 address behind the generic head.
        std::memcpy(&v6, static_cast<const void*>(&socket_address.addr), sizeof v6);
        ip::address_v6::bytes_type bytes{};
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return ip::address_v6{bytes};
    }
    return std::nullopt;
}

}  // namespace

Transfer::Transfer(const char* protocols, const std::string& ca_file,
                   std::chrono::milliseconds longest, const std::atomic<bool>& stop)
    : handle_(libcurl().easy_init()), stop_(stop) {
    if (!handle_) throw std::runtime_error("libcurl gave no handle");
    set(CURLOPT_PROTOCOLS_STR, protocols);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!ca_file.empty()) {
        set(CURLOPT_CAINFO, ca_file.c_str());
        set(CURLOPT_CAPATH, nullptr);
    }
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(longest.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, std::min(connect_max_ms, static_cast<long>(longest.count())));
    set(CURLOPT_MAXCONNECTS, 2L);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    set(CURLOPT_XFERINFODATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
}

void Transfer::limit_to(const Egress& egress) {
    set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_connect);
    set(CURLOPT_OPENSOCKETDATA, &egress);
}

CURLcode Transfer::run() {
    received_bytes_ = 0;
    return libcurl().easy_perform(handle_.get());
}

long Transfer::status() const {
    long status = 0;
    libcurl().easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
}

void Transfer::check(CURLcode code) {
    if (code != CURLE_OK) {
        throw std::runtime_error(std::string{"libcurl refused a setting: "} +
                                 libcurl().easy_strerror(code));
    }
}

int Transfer::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(self)->stop_.load() ? 1 : 0;
}

std::size_t Transfer::on_body(char*, std::size_t size, std::size_t count, void* self) {
    auto& received = static_cast<Transfer*>(self)->received_bytes_;
    received += size * count;
    return received > answer_max_bytes ? 0 : size * count;
}

curl_socket_t Transfer::on_connect(void* egress, curlsocktype purpose, curl_sockaddr* address) {
    const auto to = address_in(*address);
    if (purpose != CURLSOCKTYPE_IPCXN || !to || !static_cast<const Egress*>(egress)->allows(*to)) {
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void HeaderLines::add(const std::string& name, const std::string& value) {
    if (value.find_first_of("\r\n") != std::string::npos) {
        throw std::runtime_error("a header must not hold a line break");
    }
    auto* const longer = libcurl().slist_append(lines_, (name + ": " + value).c_str());
    if (longer == nullptr) throw std::bad_alloc();
    lines_ = longer;
}

std::string secret_in_file(const std::string& path) {
    std::ifstream input{path, std::ios::binary};
    if (!input) throw std::runtime_error("a file with a secret cannot be read");
    std::string text{std::istreambuf_iterator<char>{input}, {}};
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return text;
}

}  // namespace hallpass::server
