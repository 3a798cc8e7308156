#include "tls/session.hpp"

#include <openssl/err.h>
#include <boost/asio/post.hpp>

#include <new>
#include <utility>

#include "tls/socket_bio.hpp"

namespace hallpass::server {

namespace asio = boost::asio;

void TlsSession::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsSession::TlsSession(asio::ip::tcp::socket& socket, const std::shared_ptr<ssl_ctx_st>& context)
    : socket_(socket), number_(socket.native_handle()), ssl_(SSL_new(context.get())) {
    if (!ssl_) throw std::bad_alloc{};
    Error ignored;
    socket_.non_blocking(true, ignored);
    auto bio = socket_bio(number_);
    SSL_set_bio(ssl_.get(), bio.get(), bio.get());
    static_cast<void>(bio.release());  // both are one, and the session's now
    SSL_set_accept_state(ssl_.get());
}

TlsSession::~TlsSession() = default;

TlsSession::Error TlsSession::verdict(int reason) {
    if (reason == SSL_ERROR_NONE) return {};
    if (reason == SSL_ERROR_ZERO_RETURN) return asio::error::eof;
    // OpenSSL forbids to go on after a fault of its protocol or of the socket.
    broken_ = true;
    if (reason == SSL_ERROR_SYSCALL) return asio::error::eof;
    return asio::error::connection_reset;
}

bool TlsSession::usable() const {
    // INVARIANT: OpenSSL never meets the number of a closed socket: it may be another client's.
    return !broken_ && socket_.is_open();
}

template <class Attempt>
int TlsSession::result_of(Attempt& attempt, std::size_t& bytes) {
    ERR_clear_error();  // of whatever this thread did for others
    const int result = attempt(ssl_.get(), bytes);
    return result == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), result);
}

template <class Attempt>
void TlsSession::go_on(Attempt attempt, Done done, bool first) {
    std::size_t bytes = 0;
    const int reason = usable() ? result_of(attempt, bytes) : SSL_ERROR_SYSCALL;
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) {
        const auto wanted = reason == SSL_ERROR_WANT_READ ? asio::ip::tcp::socket::wait_read
                                                          : asio::ip::tcp::socket::wait_write;
        socket_.async_wait(wanted, [this, attempt = std::move(attempt),
                                    done = std::move(done)](Error error) mutable {
            if (error) return std::move(done)(error, 0);
            go_on(std::move(attempt), std::move(done), false);
        });
        return;
    }
    const auto error = verdict(reason);
    if (!first) return std::move(done)(error, bytes);
    // Never from within the call that began it.
    asio::post(socket_.get_executor(),
               [error, bytes, done = std::move(done)]() mutable { std::move(done)(error, bytes); });
}

void TlsSession::handshake(Done done) {
    go_on([](ssl_st* ssl, std::size_t&) { return SSL_do_handshake(ssl); }, std::move(done), true);
}

void TlsSession::read(asio::mutable_buffer into, Done done) {
    go_on(
        [into](ssl_st* ssl, std::size_t& bytes) {
            if (into.size() == 0) return 1;  // OpenSSL leaves open what that would be
            return SSL_read_ex(ssl, into.data(), into.size(), &bytes);
        },
        std::move(done), true);
}

void TlsSession::write(std::string text, Done done) {
    go_on(
        [text = std::move(text)](ssl_st* ssl, std::size_t& bytes) {
            if (text.empty()) return 1;
            return SSL_write_ex(ssl, text.data(), text.size(), &bytes);
        },
        std::move(done), true);
}

bool TlsSession::has_input() const { return SSL_pending(ssl_.get()) > 0; }

void TlsSession::say_end() {
    if (!usable() || SSL_is_init_finished(ssl_.get()) != 1) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    broken_ = true;  // nothing more is read or written
}

}  // namespace hallpass::server
