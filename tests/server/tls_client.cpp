#include "tls_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hallpass_catch.hpp"
#include "tls/socket_bio.hpp"

namespace hallpass::server::test {

int plain_socket(std::uint16_t port, int seconds) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{seconds, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return socket;
}

bool read_to_end(int socket, std::string& received) {
    char part[4096];
    for (;;) {
        const auto size = ::recv(socket, part, sizeof part, 0);
        if (size <= 0) return size == 0;
        received.append(part, static_cast<std::size_t>(size));
    }
}

TlsClient::TlsClient(std::uint16_t port, const TlsWish& wish, int seconds)
    : socket_(plain_socket(port, seconds)), context_(SSL_CTX_new(TLS_client_method())) {
    // Whatever an old or careless client would agree to.
    SSL_CTX_set_security_level(context_.get(), 0);
    REQUIRE(SSL_CTX_set_min_proto_version(context_.get(), wish.oldest) == 1);
    REQUIRE(SSL_CTX_set_max_proto_version(context_.get(), wish.newest) == 1);
    if (!wish.ciphers.empty()) {
        REQUIRE(SSL_CTX_set_cipher_list(context_.get(), wish.ciphers.c_str()) == 1);
    }
    ssl_.reset(SSL_new(context_.get()));
    if (!wish.protocols.empty()) {
        REQUIRE(SSL_set_alpn_protos(ssl_.get(), bytes_of(std::string_view{wish.protocols}),
                                    static_cast<unsigned>(wish.protocols.size())) == 0);
    }
    if (wish.session != nullptr) SSL_set_session(ssl_.get(), wish.session);
    auto bio = socket_bio(socket_);
    SSL_set_bio(ssl_.get(), bio.get(), bio.get());
    static_cast<void>(bio.release());
    SSL_set_connect_state(ssl_.get());
}

TlsClient::~TlsClient() { ::close(socket_); }

bool TlsClient::shakes_hands() { return SSL_do_handshake(ssl_.get()) == 1; }

void TlsClient::send(const std::string& text) {
    std::size_t written = 0;
    SSL_write_ex(ssl_.get(), text.data(), text.size(), &written);
}

bool TlsClient::readable(int within_ms) const {
    pollfd watched{socket_, POLLIN, 0};
    return ::poll(&watched, 1, within_ms) > 0;
}

bool TlsClient::receive() {
    char part[4096];
    std::size_t size = 0;
    if (SSL_read_ex(ssl_.get(), part, sizeof part, &size) != 1) return false;
    received_.append(part, size);
    return true;
}

bool TlsClient::sees(const std::string& text) {
    while (received_.find(text) == std::string::npos) {
        if (!receive()) return false;
    }
    return true;
}

const std::string& TlsClient::rest() {
    while (receive()) {
    }
    return received_;
}

bool TlsClient::was_told() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void TlsClient::say_end() { SSL_shutdown(ssl_.get()); }

void TlsClient::cut() { ::shutdown(socket_, SHUT_WR); }

std::string TlsClient::serial() const {
    const Owned<X509> certificate{SSL_get1_peer_certificate(ssl_.get())};
    return std::to_string(ASN1_INTEGER_get(X509_get0_serialNumber(certificate.get())));
}

std::string TlsClient::protocol() const {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

}  // namespace hallpass::server::test
