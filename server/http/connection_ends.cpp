// How a connection begins and how it ends.
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include "http/connection.hpp"

namespace hallpass::server {
namespace {

namespace asio = boost::asio;

constexpr int drained_reads_max = 64;
constexpr std::size_t drained_bytes = 4096;

}  // namespace

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, const std::shared_ptr<ssl_ctx_st>& tls,
                               Application& application)
    : stream_(std::move(socket), tls),
      timer_(stream_.get_executor()),
      heartbeat_(stream_.get_executor()),
      application_(application),
      patience_(application.settings().patience),
      buffer_(head_max_bytes) {
    application_.metrics().connection_opened();
}

HttpConnection::~HttpConnection() { application_.metrics().connection_closed(); }

void HttpConnection::start() { begin(&HttpConnection::read_head); }

void HttpConnection::refuse_busy(bool in_passing) {
    application_.metrics().count_refused_connection();
    if (in_passing && stream_.encrypted()) return;
    refused_ = !in_passing;
    begin(&HttpConnection::say_busy);
}

void HttpConnection::begin(void (HttpConnection::*next)()) {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this(), next] {
        if (!self->stream_.encrypted()) return (*self.*next)();
        self->set_deadline(self->patience_.handshake);
        self->stream_.async_handshake([self, next](Error error, std::size_t) {
            if (!error && !self->stopping_) return (*self.*next)();
            if (error) self->application_.metrics().count_failed_handshake();
            // What it sent in the meantime must not take the alert away from it.
            self->refused_ = !self->timed_out_;
            self->close();
        });
    });
}

void HttpConnection::say_busy() {
    write(Answer::problem(
        make_error(ErrorCode::SERVICE_UNAVAILABLE, "too many connections; try again shortly")));
}

void HttpConnection::stop() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
        self->stopping_ = true;
        // A reply in progress is written first; waiting for a request is over now.
        if (!self->writing_) self->close();
    });
}

void HttpConnection::set_deadline(std::chrono::seconds after) {
    deadline_at_ = std::chrono::steady_clock::now() + after;
    if (deadline_at_ < timer_at_) run_timer();
}

void HttpConnection::run_timer() {
    timer_at_ = deadline_at_;
    timer_.expires_at(timer_at_);
    timer_.async_wait([weak = weak_from_this()](Error error) {
        const auto self = weak.lock();
        if (!error && self) self->on_timer();
    });
}

void HttpConnection::on_timer() {
    timer_at_ = Deadline::max();
    if (deadline_at_ == Deadline::max()) return;
    if (std::chrono::steady_clock::now() < deadline_at_) return run_timer();
    timed_out_ = true;
    Error ignored;
    stream_.socket().cancel(ignored);
    // What had ended already when it was to be cancelled goes on: then this comes again.
    set_deadline(std::chrono::seconds{1});
}

void HttpConnection::close() {
    clear_deadline();
    heartbeat_.cancel();
    end_stream();
    stream_.end();
    if (refused_ && !stopping_) {
        refused_ = false;
        set_deadline(patience_.drain);
        outgoing_.resize(drained_bytes);
        return drain(drained_reads_max);
    }
    Error ignored;
    stream_.socket().close(ignored);
}

// What the client is still sending would otherwise reset the connection before it has read the
// refusal: a little of it is swallowed first.
void HttpConnection::drain(int reads_left) {
    stream_.socket().async_read_some(
        asio::buffer(outgoing_), [self = shared_from_this(), reads_left](Error error, std::size_t) {
            if (!error && reads_left > 0) return self->drain(reads_left - 1);
            self->clear_deadline();
            Error ignored;
            self->stream_.socket().close(ignored);
        });
}

}  // namespace hallpass::server
