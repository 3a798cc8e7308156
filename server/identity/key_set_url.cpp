#include "identity/key_set_url.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/url/parse.hpp>

#include <memory>
#include <stdexcept>

#include "libcurl.hpp"

namespace hallpass::server {
namespace {

constexpr long connect_within_ms = 3'000, answer_within_ms = 5'000;
constexpr std::size_t body_max_bytes = 256 * 1024;

struct CurlDeleter {
    void operator()(CURL* p) const { libcurl().easy_cleanup(p); }
    void operator()(curl_slist* p) const { libcurl().slist_free_all(p); }
};

struct Transfer {
    std::string body;
    const std::atomic<bool>& stopping;
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* user) {
    auto& body = static_cast<Transfer*>(user)->body;
    if (body.size() + size * count > body_max_bytes) return 0;  // refuses the rest
    body.append(data, size * count);
    return size * count;
}

int progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(user)->stopping ? 1 : 0;
}

bool is_loopback(const curl_sockaddr& address) {
    if (address.family == AF_INET) {
        constexpr std::uint32_t network = 127;
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address.addr);
        return ntohl(v4->sin_addr.s_addr) >> 24 == network;
    }
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address.addr);
    return address.family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

/// Without TLS nothing says who answers: whatever the name resolves to, it is this machine.
curl_socket_t open_loopback(void*, curlsocktype, curl_sockaddr* address) {
    if (!is_loopback(*address)) return CURL_SOCKET_BAD;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool is_loopback_name(std::string_view host) {
    return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

}  // namespace

KeySetUrl::KeySetUrl(std::string text) : text_(std::move(text)) {
    libcurl();  // where it is missing, this is the time to say so
    const auto refuse = [](const char* why) {
        throw std::runtime_error(std::string{"an identity provider's key URL "} + why);
    };
    const auto url = boost::urls::parse_uri(text_);
    if (!url) refuse("is malformed");
    if (url->has_userinfo()) refuse("must not hold a user name");
    if (url->has_fragment()) refuse("must not hold a fragment");
    if (url->encoded_host().empty()) refuse("names no host");
    if (url->scheme() == "https") return;
    const std::string host{url->encoded_host().data(), url->encoded_host().size()};
    if (url->scheme() != "http" || !is_loopback_name(host)) {
        refuse("must begin with https://; http:// is for this machine alone");
    }
    loopback_only_ = true;
}

std::optional<std::string> KeySetUrl::fetch(const std::atomic<bool>& stopping) const {
    const auto& library = libcurl();
    const std::unique_ptr<CURL, CurlDeleter> owned{library.easy_init()};
    const std::unique_ptr<curl_slist, CurlDeleter> headers{
        library.slist_append(nullptr, "Accept: application/jwk-set+json, application/json")};
    if (!owned || !headers) return std::nullopt;
    auto* curl = owned.get();
    Transfer transfer{{}, stopping};
    library.easy_setopt(curl, CURLOPT_URL, text_.c_str());
    library.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, loopback_only_ ? "http" : "https");
    library.easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    library.easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    library.easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    library.easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_within_ms);
    library.easy_setopt(curl, CURLOPT_TIMEOUT_MS, answer_within_ms);
    library.easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    library.easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    library.easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    library.easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, progress);
    library.easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
    if (loopback_only_) {
        library.easy_setopt(curl, CURLOPT_PROXY, "");
        library.easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_loopback);
    }
    long status = 0;
    if (library.easy_perform(curl) != CURLE_OK ||
        library.easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 200) {
        return std::nullopt;
    }
    return std::move(transfer.body);
}

}  // namespace hallpass::server
