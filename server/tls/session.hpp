#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

struct ssl_st;      // OpenSSL's SSL
struct ssl_ctx_st;  // and SSL_CTX

namespace hallpass::server {

/// The TLS side of one connection: OpenSSL reads and writes the socket, Asio waits for it. One
/// read and one write may be under way at a time, and all calls come on the socket's strand.
/// Whoever is to be called keeps this session alive, as it keeps the socket.
class TlsSession {
  public:
    using Error = boost::system::error_code;
    using Done = boost::asio::any_completion_handler<void(Error, std::size_t)>;

    TlsSession(boost::asio::ip::tcp::socket& socket, const std::shared_ptr<ssl_ctx_st>& context);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    void handshake(Done done);
    /// Ends with `eof` where the client said that it is done (close_notify) or has gone, with
    /// `connection_reset` where what came is no TLS.
    void read(boost::asio::mutable_buffer into, Done done);
    /// Writes some of it, at most one record.
    void write(std::string text, Done done);
    /// Whether something to read has come already, and no more need be waited for.
    bool has_input() const;
    /// Tells the client that nothing more comes (close_notify), if that can be told at once.
    void say_end();

  private:
    bool usable() const;
    template <class Attempt>
    int result_of(Attempt& attempt, std::size_t& bytes);
    template <class Attempt>
    void go_on(Attempt attempt, Done done, bool first);
    Error verdict(int reason);

    struct Free {
        void operator()(ssl_st* ssl) const;
    };
    boost::asio::ip::tcp::socket& socket_;
    int number_;  // of the socket, for what OpenSSL reads and writes through; it outlives that
    std::unique_ptr<ssl_st, Free> ssl_;
    bool broken_ = false;
};

}  // namespace hallpass::server
