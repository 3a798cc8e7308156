#pragma once

#include <sys/socket.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "tls/session.hpp"

namespace hallpass::server {

/// What a client sends and gets, in the clear or over TLS: an asynchronous stream as Asio and
/// Beast know them, with handlers alone. In the clear it is the socket, and a comparison more.
class ClientStream {
  public:
    using Error = boost::system::error_code;
    using executor_type = boost::asio::ip::tcp::socket::executor_type;

    /// @param tls what is spoken; nothing: in the clear
    ClientStream(boost::asio::ip::tcp::socket socket, const std::shared_ptr<ssl_ctx_st>& tls)
        : socket_(std::move(socket)),
          tls_(tls ? std::make_unique<TlsSession>(socket_, tls) : nullptr) {}
    ClientStream(const ClientStream&) = delete;
    ClientStream& operator=(const ClientStream&) = delete;

    executor_type get_executor() { return socket_.get_executor(); }
    boost::asio::ip::tcp::socket& socket() { return socket_; }
    const boost::asio::ip::tcp::socket& socket() const { return socket_; }
    bool encrypted() const { return tls_ != nullptr; }

    /// Only where it is encrypted, and before anything else.
    template <class Handler>
    void async_handshake(Handler&& handler) {
        tls_->handshake(std::forward<Handler>(handler));
    }
    /// Until there is something to read, or the end.
    template <class Handler>
    void async_wait_input(Handler&& handler) {
        if (tls_ && tls_->has_input()) {
            return boost::asio::post(
                socket_.get_executor(),
                [given = std::forward<Handler>(handler)]() mutable { given(Error{}); });
        }
        socket_.async_wait(boost::asio::ip::tcp::socket::wait_read, std::forward<Handler>(handler));
    }
    /// Takes what has come already, without waiting. @returns how many bytes; over TLS, and at an
    ///          end: none
    std::size_t read_now(const boost::asio::mutable_buffer& room) {
        if (tls_) return 0;
        const auto taken = ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
        return taken > 0 ? static_cast<std::size_t>(taken) : 0;
    }
    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (!tls_) return socket_.async_read_some(buffers, std::forward<Handler>(handler));
        tls_->read(first_of(buffers), std::forward<Handler>(handler));
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (!tls_) return socket_.async_write_some(buffers, std::forward<Handler>(handler));
        tls_->write(start_of(buffers), std::forward<Handler>(handler));
    }
    /// Sends what the system takes at once. @returns how many bytes; over TLS, and where the client
    ///          has gone: none
    std::size_t write_now(const std::string& text) {
        if (tls_ || text.empty()) return 0;
        const auto sent =
            ::send(socket_.native_handle(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        return sent > 0 ? static_cast<std::size_t>(sent) : 0;
    }
    /// Nothing more is sent; what comes can still be read from the socket.
    void end() {
        if (tls_) tls_->say_end();
        Error ignored;
        socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
    }

  private:
    static constexpr std::size_t record_max_bytes = 16 * 1024;  // RFC 8446 section 5.1

    template <class Buffers>
    static boost::asio::mutable_buffer first_of(const Buffers& buffers) {
        const auto last = boost::asio::buffer_sequence_end(buffers);
        for (auto at = boost::asio::buffer_sequence_begin(buffers); at != last; ++at) {
            const boost::asio::mutable_buffer buffer{*at};
            if (buffer.size() > 0) return buffer;
        }
        return {};
    }
    /// Head and body go into one record where they fit.
    template <class Buffers>
    static std::string start_of(const Buffers& buffers) {
        std::string text(std::min(boost::asio::buffer_size(buffers), record_max_bytes), '\0');
        boost::asio::buffer_copy(boost::asio::buffer(text), buffers);
        return text;
    }

    boost::asio::ip::tcp::socket socket_;
    std::unique_ptr<TlsSession> tls_;
};

}  // namespace hallpass::server
