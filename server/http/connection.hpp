#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <memory>
#include <optional>
#include <string>

#include "application.hpp"
#include "http/client_stream.hpp"

namespace hallpass::server {

/// One client, in the clear or over TLS: reads requests one after the other, each with deadlines,
/// and writes the replies.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
  public:
    /// @param tls what is spoken; nothing: in the clear
    HttpConnection(boost::asio::ip::tcp::socket socket, const std::shared_ptr<ssl_ctx_st>& tls,
                   Application& application);
    ~HttpConnection();
    void start();
    /// Tells the client that there are too many others, and closes.
    /// @param in_passing without waiting until it has heard it, and over TLS without a word: there
    ///        are very many
    void refuse_busy(bool in_passing);
    /// Closes when nothing is in progress, at once otherwise too: the server stops.
    void stop();

  private:
    using Error = boost::system::error_code;
    static constexpr std::size_t head_max_bytes = 16 * 1024;
    /// Strict-Transport-Security (RFC 6797): this host over HTTPS alone, for a year.
    static constexpr std::string_view https_alone = "max-age=31536000";
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    void begin(void (HttpConnection::*next)());
    void say_busy();
    void read_head();
    void read_more_of_head();
    void await_more_of_head(const boost::asio::mutable_buffer& room);
    void on_head(Error error, std::size_t bytes);
    void read_body(std::size_t max_bytes);
    /// Most bodies have come with their heads. @returns whether this one is dealt with
    bool take_body_at_hand();
    void on_body(Error error);
    void handle();
    void reply(Reply reply);
    void write(const Answer& answer);
    void log(unsigned status, std::size_t body_bytes);
    std::string head_of(const Answer& answer) const;
    void refuse(const hallpass::Error& error);
    /// A demo's host, often localhost, is for other work in the clear as well.
    bool insists_on_https() const { return stream_.encrypted() && !application_.settings().demo; }
    void on_written(Error error);
    void close();
    void drain(int reads_left);

    void start_stream();
    void beat();
    void pump_stream();
    void on_stream_written(Error error);
    void end_stream();

    /// When the client has had its time, unless that is set anew before. Most are: the timer is
    /// left as it is then, and finds out when it runs.
    void set_deadline(std::chrono::seconds after);
    void clear_deadline() { deadline_at_ = Deadline::max(); }
    void run_timer();
    void on_timer();
    std::string client_address();

    using Deadline = std::chrono::steady_clock::time_point;
    ClientStream stream_;
    boost::asio::steady_timer timer_;
    Deadline deadline_at_ = Deadline::max(), timer_at_ = Deadline::max();
    boost::asio::steady_timer heartbeat_;
    Application& application_;
    const Patience& patience_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    Request request_;
    bool keep_alive_ = false, head_only_ = false, timed_out_ = false, stopping_ = false;
    bool refused_ = false;
    std::chrono::steady_clock::time_point logged_from_{};  ///< where requests are logged
    std::string_view logged_route_;
    Method logged_method_{};
    Answer (*worded_)(const hallpass::Error&) = Answer::problem;  ///< how a refusal is worded
    std::string peer_;  // its address, once it was asked for
    std::shared_ptr<Subscription> events_;
    char unasked_ = 0;  // what a reader of events should not send
    std::string outgoing_;
    bool writing_ = false;
};

}  // namespace hallpass::server
