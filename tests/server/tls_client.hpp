#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "signing/openssl.hpp"

namespace hallpass::server::test {

/// What a client asks for, beyond what it would by itself.
struct TlsWish {
    int oldest = TLS1_2_VERSION, newest = TLS1_3_VERSION;
    std::string protocols{};         ///< ALPN, as on the wire
    std::string ciphers{};           ///< of TLS 1.2
    SSL_SESSION* session = nullptr;  ///< to go on with
};

/// A client over TLS that waits for each step, and at most so many seconds for what comes.
class TlsClient {
  public:
    explicit TlsClient(std::uint16_t port, const TlsWish& wish = {}, int seconds = 20);
    ~TlsClient();
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    /// Whether both sides came to an agreement; every other call comes after it.
    bool shakes_hands();
    void send(const std::string& text);
    /// Whether something comes, or the end, within that time.
    bool readable(int within_ms) const;
    /// Reads until the text comes or there is no more.
    bool sees(const std::string& text);
    /// All until the end.
    const std::string& rest();
    /// Whether the server said that nothing more comes (close_notify).
    bool was_told() const;
    /// Says that nothing more comes, and goes on reading.
    void say_end();
    /// Cuts what it sends without saying so.
    void cut();

    std::string serial() const;
    std::string protocol() const;
    SSL* ssl() { return ssl_.get(); }
    const std::string& received() const { return received_; }

  private:
    bool receive();

    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };
    int socket_ = -1;
    Owned<SSL_CTX> context_;
    std::unique_ptr<SSL, Free> ssl_;
    std::string received_;
};

/// A socket without TLS to that port.
int plain_socket(std::uint16_t port, int seconds = 20);
/// All that comes until the end. @returns whether that was an orderly one
bool read_to_end(int socket, std::string& received);

}  // namespace hallpass::server::test
