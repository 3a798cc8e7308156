// The part of a connection that sends live events.
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "http/connection.hpp"

namespace hallpass::server {
namespace {

namespace asio = boost::asio;

// No length and no chunks: the stream ends with the connection, and a frame costs no framing.
std::string stream_head(Instant now, const std::string& more) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
           "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n"
           "X-Accel-Buffering: no\r\nHallpass-Now: " +
           std::to_string(to_unix_ms(now)) + more + "\r\nConnection: close\r\n\r\n: welcome\n\n";
}

}  // namespace

void HttpConnection::start_stream() {
    application_.metrics().count_answer(200);
    log(200, 0);
    writing_ = false;
    keep_alive_ = false;
    parser_.reset();
    buffer_ = boost::beast::flat_buffer{16 * 1024};
    request_ = {};
    std::string secure;
    if (insists_on_https()) secure = "\r\nStrict-Transport-Security: " + std::string{https_alone};
    outgoing_ = stream_head(application_.clock().now(), secure);
    events_->on_ready([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            asio::post(self->stream_.get_executor(), [self] { self->pump_stream(); });
        }
    });
    // The client sends nothing more; that it goes away is noticed here.
    stream_.async_read_some(asio::buffer(&unasked_, 1),
                            [self = shared_from_this()](Error error, std::size_t) {
                                if (error != asio::error::operation_aborted) self->close();
                            });
    beat();
    pump_stream();
}

void HttpConnection::beat() {
    if (!events_) return;
    heartbeat_.expires_after(events_->listener().heartbeat);
    heartbeat_.async_wait([weak = weak_from_this()](Error error) {
        const auto self = weak.lock();
        if (error || !self) return;
        if (!self->writing_) self->outgoing_ += ": still here\n\n";
        self->pump_stream();
        self->beat();
    });
}

void HttpConnection::pump_stream() {
    if (writing_ || !events_) return;
    outgoing_ += events_->take();
    const auto until = events_->listener().until;
    if (until && application_.clock().now() >= *until) events_->close();
    // Most of what is told is short, and taken at once: no timer, no waiting.
    outgoing_.erase(0, stream_.write_now(outgoing_));
    if (outgoing_.empty()) {
        std::string{}.swap(outgoing_);
        if (events_->closed() || stopping_) close();
        return;
    }
    writing_ = true;
    set_deadline(patience_.stream);
    asio::async_write(
        stream_, asio::buffer(outgoing_),
        [self = shared_from_this()](Error error, std::size_t) { self->on_stream_written(error); });
}

void HttpConnection::on_stream_written(Error error) {
    writing_ = false;
    clear_deadline();
    std::string{}.swap(outgoing_);
    if (error) return close();
    pump_stream();
}

void HttpConnection::end_stream() {
    if (!events_) return;
    events_->on_ready({});
    // Nobody takes what is queued any more: by this it is seen to be over, whoever looks after it.
    events_->close();
    static_cast<void>(events_->take());
    application_.events().unsubscribe(events_);
    events_ = nullptr;
}

}  // namespace hallpass::server
