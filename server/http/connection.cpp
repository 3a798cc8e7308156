#include "http/connection.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

#include "http/client_address.hpp"
#include "http/head_check.hpp"

namespace hallpass::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::size_t read_bytes = 2048;
constexpr std::size_t chunk_extension_max_bytes = 256;

hallpass::Error malformed(std::string_view why) {
    return make_error(ErrorCode::VALIDATION_ERROR, "the request is refused: " + std::string{why});
}

}  // namespace

void HttpConnection::read_head() {
    timed_out_ = false;
    keep_alive_ = head_only_ = false;
    worded_ = Answer::problem;
    logged_from_ = {};
    logged_route_ = {};
    logged_method_ = {};
    parser_.reset();
    set_deadline(buffer_.size() == 0 ? patience_.idle : patience_.head);
    if (buffer_.size() > 0) return read_more_of_head();
    // Nothing is kept for a client that only waits; the clock of the head starts with its first
    // byte.
    stream_.async_wait_input([self = shared_from_this()](Error error) {
        if (error) return self->close();
        self->set_deadline(self->patience_.head);
        self->read_more_of_head();
    });
}

void HttpConnection::read_more_of_head() {
    constexpr std::string_view empty_line = "\r\n\r\n";
    for (;;) {
        const std::string_view received{static_cast<const char*>(buffer_.data().data()),
                                        buffer_.size()};
        const auto end = received.find(empty_line);
        if (end != std::string_view::npos) return on_head({}, end + empty_line.size());
        if (received.size() >= head_max_bytes) {
            return refuse(make_error(ErrorCode::HEADERS_TOO_LARGE,
                                     "the request line and headers must fit into 16 KiB"));
        }
        const auto room = buffer_.prepare(std::min(read_bytes, head_max_bytes - received.size()));
        const auto bytes = stream_.read_now(room);
        if (bytes == 0) return await_more_of_head(room);
        buffer_.commit(bytes);
    }
}

void HttpConnection::await_more_of_head(const asio::mutable_buffer& room) {
    stream_.async_read_some(room, [self = shared_from_this()](Error error, std::size_t bytes) {
        if (error) return self->on_head(error, 0);
        self->buffer_.commit(bytes);
        self->read_more_of_head();
    });
}

void HttpConnection::on_head(Error error, std::size_t bytes) {
    if (error && timed_out_ && buffer_.size() > 0) {
        return refuse(
            make_error(ErrorCode::REQUEST_TIMEOUT, "the request took too long to arrive"));
    }
    if (error) return close();
    if (application_.request_log().on()) logged_from_ = std::chrono::steady_clock::now();
    const std::string_view head{static_cast<const char*>(buffer_.data().data()), bytes};
    if (const auto why = refuse_head(head)) return refuse(malformed(*why));

    parser_.emplace();
    parser_->header_limit(head_max_bytes);
    parser_->body_limit(boost::none);  // the route's own, once it is known
    parser_->eager(false);
    Error parse_error;
    buffer_.consume(parser_->put(buffer_.data(), parse_error));
    if (parse_error && parse_error != http::error::need_more) {
        return refuse(malformed("it is malformed"));
    }
    if (!parser_->is_header_done()) return refuse(malformed("it is malformed"));

    const auto& message = parser_->get();
    const std::string_view target{message.target().data(), message.target().size()};
    const auto question = target.find('?');
    request_ = {};
    request_.method = logged_method_ = message.method();
    request_.path = target.substr(0, question);
    if (question != std::string_view::npos) request_.query = target.substr(question + 1);
    // Copied now: the trailer of a chunked body must not add to it.
    request_.headers = message.base();
    request_.client_address = client_address();
    keep_alive_ = message.keep_alive() && !stopping_;
    head_only_ = request_.method == Method::head;

    auto admission = application_.admit(request_);
    logged_route_ = admission.route;
    if (admission.refusal) {
        // Its body, if any, is not read: the connection cannot be used again.
        if (!parser_->is_done()) {
            const bool has_body = parser_->chunked() || parser_->content_length().value_or(0) > 0;
            keep_alive_ = keep_alive_ && !has_body;
            refused_ = has_body;  // what is unread must not take the answer away from the client
        }
        return write(*admission.refusal);
    }
    worded_ = admission.worded;
    read_body(admission.body_max_bytes);
}

void HttpConnection::read_body(std::size_t max_bytes) {
    const auto length = parser_->content_length();
    if (length && *length > max_bytes) {
        return refuse(
            make_error(ErrorCode::PAYLOAD_TOO_LARGE,
                       "the body must be at most " + std::to_string(max_bytes) + " bytes"));
    }
    if (parser_->is_done() || (!parser_->chunked() && length.value_or(0) == 0)) return handle();
    parser_->body_limit(max_bytes);
    parser_->eager(true);
    // The parser keeps a reference to it.
    static auto check_extensions = [](std::uint64_t, boost::beast::string_view extensions,
                                      Error& error) {
        if (extensions.size() > chunk_extension_max_bytes) error = http::error::bad_chunk_extension;
    };
    parser_->on_chunk_header(check_extensions);
    if (take_body_at_hand()) return;
    set_deadline(patience_.body);
    auto read = [self = shared_from_this()] {
        http::async_read(self->stream_, self->buffer_, *self->parser_,
                         [self](Error error, std::size_t) { self->on_body(error); });
    };
    if (boost::beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(stream_, asio::buffer(go_on),
                          [read, self = shared_from_this()](Error error, std::size_t) {
                              if (error) return self->close();
                              read();
                          });
        return;
    }
    read();
}

bool HttpConnection::take_body_at_hand() {
    if (buffer_.size() == 0 || parser_->chunked()) return false;
    Error error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error == http::error::need_more) error = {};
    if (!error && !parser_->is_done()) return false;
    on_body(error);
    return true;
}

void HttpConnection::on_body(Error error) {
    if (error == http::error::body_limit) {
        return refuse(make_error(ErrorCode::PAYLOAD_TOO_LARGE, "the body is too large"));
    }
    if (error && timed_out_) {
        return refuse(make_error(ErrorCode::REQUEST_TIMEOUT, "the body took too long to arrive"));
    }
    if (error == http::error::end_of_stream || error == http::error::partial_message ||
        error == asio::error::eof || error == asio::error::connection_reset) {
        return close();
    }
    if (error) return refuse(malformed("its body is malformed"));
    request_.body = std::move(parser_->get().body());
    handle();
}

void HttpConnection::handle() {
    clear_deadline();
    writing_ = true;
    // The work guard keeps the threads until the answer has come back to them, also while stopping;
    // it stands first, so that it outlives this connection where nobody else holds that.
    auto work = asio::make_work_guard(stream_.get_executor());
    application_.handle(std::move(request_), [work, self = shared_from_this()](Reply given) {
        // At once, where it was found on this connection's own thread.
        asio::dispatch(self->stream_.get_executor(), [self, given = std::move(given)]() mutable {
            self->reply(std::move(given));
        });
    });
}

void HttpConnection::reply(Reply given) {
    if (given.stream) {
        events_ = std::move(given.stream);
        if (!head_only_) return start_stream();
        end_stream();  // its head alone was asked for
    }
    given.answer.complete();
    write(given.answer);
}

void HttpConnection::refuse(const hallpass::Error& error) {
    // After a request that was not understood nobody can say where the next one begins.
    keep_alive_ = false;
    refused_ = true;
    write(worded_(error));
}

std::string HttpConnection::head_of(const Answer& answer) const {
    const bool bodiless = answer.status == 204 || answer.status == 304;
    const auto reason = http::obsolete_reason(static_cast<http::status>(answer.status));
    std::string head = "HTTP/1.1 " + std::to_string(answer.status) + ' ';
    head.append(reason.data(), reason.size());
    const auto add = [&](std::string_view name, std::string_view value) {
        head.append("\r\n").append(name).append(": ").append(value);
    };
    const auto add_default = [&](std::string_view name, std::string_view value) {
        const auto given = [&](const auto& header) { return header.first == name; };
        if (std::none_of(answer.headers.begin(), answer.headers.end(), given)) add(name, value);
    };
    for (const auto& [name, value] : answer.headers) add(name, value);
    if (!answer.content_type.empty()) add("Content-Type", answer.content_type);
    add("Hallpass-Now", std::to_string(to_unix_ms(application_.clock().now())));
    add("X-Content-Type-Options", "nosniff");
    add("Referrer-Policy", "no-referrer");
    add("Cross-Origin-Resource-Policy", "same-origin");
    if (insists_on_https()) add("Strict-Transport-Security", https_alone);
    add_default("Cache-Control", "no-store");
    add_default("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (!keep_alive_ || stopping_) add("Connection", "close");
    if (!bodiless) add("Content-Length", std::to_string(answer.body.size()));
    return head.append("\r\n\r\n");
}

void HttpConnection::log(unsigned status, std::size_t body_bytes) {
    const auto& requests = application_.request_log();
    if (!requests.on()) return;
    RequestLog::Line line{logged_method_, logged_route_, status, {}, body_bytes};
    // What was refused before it had come whole took no time here.
    const bool came = logged_from_ != std::chrono::steady_clock::time_point{};
    if (came) line.took = std::chrono::steady_clock::now() - logged_from_;
    requests.write(line, requests.next_id());
}

void HttpConnection::write(const Answer& answer) {
    application_.metrics().count_answer(answer.status);
    const bool bodiless = head_only_ || answer.status == 204 || answer.status == 304;
    log(answer.status, bodiless ? 0 : answer.body.size());
    outgoing_ = head_of(answer);
    if (!bodiless) outgoing_ += answer.body;
    writing_ = true;
    // Most answers are short, and taken at once: no timer, no waiting.
    const auto sent = stream_.write_now(outgoing_);
    if (sent == outgoing_.size()) return on_written({});
    set_deadline(patience_.reply);
    asio::async_write(
        stream_, asio::buffer(outgoing_) + sent,
        [self = shared_from_this()](Error error, std::size_t) { self->on_written(error); });
}

void HttpConnection::on_written(Error error) {
    writing_ = false;
    const bool again = !error && keep_alive_ && !stopping_;
    std::string{}.swap(outgoing_);
    if (!again) return close();
    if (buffer_.size() == 0) return read_head();
    // The next request is there already, and others may be behind it: not deeper and deeper.
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
        if (!self->stopping_) self->read_head();
    });
}

std::string HttpConnection::client_address() {
    if (peer_.empty()) {
        Error error;
        const auto endpoint = stream_.socket().remote_endpoint(error);
        if (error) return "unknown";
        peer_ = without_mapping(endpoint.address()).to_string();
    }
    return client_address_of(peer_, request_.header("X-Forwarded-For"),
                             application_.trusted_proxies());
}

}  // namespace hallpass::server
