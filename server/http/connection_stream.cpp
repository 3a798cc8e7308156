// The part of a connection that sends live events.
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "http/connection.hpp"

namespace hallpass::server {
namespace {

namespace asio = boost::asio;

// No length and no chunks: the stream ends with the connection, and a frame costs no framing.
std::string stream_head(Instant now) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
           "X-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\nHallpass-Now: " +
           std::to_string(to_unix_ms(now)) + "\r\nConnection: close\r\n\r\n: welcome\n\n";
}

}  // namespace

void HttpConnection::start_stream() {
    application_.metrics().count_answer(200);
    writing_ = false;
    keep_alive_ = false;
    parser_.reset();
    buffer_ = boost::beast::flat_buffer{16 * 1024};
    request_ = {};
    outgoing_ = stream_head(application_.clock().now());
    stream_->on_ready([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            asio::post(self->socket_.get_executor(), [self] { self->pump_stream(); });
        }
    });
    // The client sends nothing more; that it goes away is noticed here.
    socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](Error error) {
        if (error != asio::error::operation_aborted) self->close();
    });
    pump_stream();
}

void HttpConnection::pump_stream() {
    if (writing_ || !stream_) return;
    outgoing_ += stream_->take();
    const auto until = stream_->listener().until;
    if (until && application_.clock().now() >= *until) stream_->close();
    if (outgoing_.empty()) {
        if (stream_->closed() || stopping_) return close();
        heartbeat_.expires_after(stream_->listener().heartbeat);
        heartbeat_.async_wait([weak = weak_from_this()](Error error) {
            const auto self = weak.lock();
            if (error || !self || self->writing_) return;
            self->outgoing_ += ": still here\n\n";
            self->pump_stream();
        });
        return;
    }
    heartbeat_.cancel();
    writing_ = true;
    set_deadline(patience_.stream);
    asio::async_write(
        socket_, asio::buffer(outgoing_),
        [self = shared_from_this()](Error error, std::size_t) { self->on_stream_written(error); });
}

void HttpConnection::on_stream_written(Error error) {
    writing_ = false;
    deadline_.cancel();
    outgoing_ = {};
    if (error) return close();
    pump_stream();
}

void HttpConnection::end_stream() {
    if (!stream_) return;
    stream_->on_ready({});
    // Nobody takes what is queued any more: by this it is seen to be over, whoever looks after it.
    stream_->close();
    static_cast<void>(stream_->take());
    application_.events().unsubscribe(stream_);
    stream_ = nullptr;
}

}  // namespace hallpass::server
