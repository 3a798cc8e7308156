#include "server.hpp"

#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <stdexcept>

#include "http/connection.hpp"

namespace hallpass::server {
namespace {

namespace asio = boost::asio;

// How soon those who listen hear what another process did.
constexpr std::chrono::milliseconds look_every{100};
// How soon another key file is taken up.
constexpr std::chrono::seconds follow_every{1};
// How old a signed head of a record that grew may be (C2SP tlog-checkpoint).
constexpr std::chrono::seconds sign_head_every{60};

asio::ip::tcp::endpoint endpoint_of(const Settings& settings) {
    const auto host = settings.listen == "localhost" ? "127.0.0.1" : settings.listen;
    return {asio::ip::make_address(host), settings.port};
}

// So many clients above the limit are told why and listened to until they have heard it.
constexpr std::int64_t refused_at_once_max = 1000;

// A client that is gone without a word, its network with it: what it has not acknowledged for so
// long ends the connection, and makes room (RFC 5482). Else the system would go on for a quarter of
// an hour.
constexpr unsigned unacknowledged_max_ms = 30'000;

void notice_gone(asio::ip::tcp::socket& socket) {
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_max_ms,
                 sizeof unacknowledged_max_ms);
}

std::string host_text(const std::string& listen) {
    return listen.find(':') == std::string::npos ? listen : "[" + listen + "]";
}

std::string address_of(const Settings& settings) {
    return (settings.tls.on() ? "https://" : "http://") + host_text(settings.listen) + ":" +
           std::to_string(settings.port);
}

}  // namespace

Server::Server(Settings settings)
    : io_(static_cast<int>(std::max(2U, settings.threads))),
      acceptor_(asio::make_strand(io_)),
      accept_timer_(acceptor_.get_executor()),
      sweep_timer_(asio::make_strand(io_)),
      key_timer_(asio::make_strand(io_)),
      look_timer_(asio::make_strand(io_)),
      head_timer_(asio::make_strand(io_)) {
    const auto endpoint = endpoint_of(settings);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    boost::system::error_code taken;
    acceptor_.bind(endpoint, taken);
    if (taken) {
        throw std::runtime_error(address_of(settings) +
                                 " cannot be listened at: " + taken.message());
    }
    port_ = acceptor_.local_endpoint().port();
    settings.port = port_;
    if (settings.public_url.empty()) {
        settings.public_url = address_of(settings);
    }
    application_ = std::make_unique<Application>(std::move(settings));
    acceptor_.listen(1024);
    accept();
    start_timers();
    const auto threads = std::max(2U, application_->settings().threads);
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { io_.run(); });
    }
}

Server::~Server() { stop(); }

std::string Server::address() const { return address_of(application_->settings()); }

void Server::accept() {
    if (stopped_) return;
    acceptor_.async_accept(asio::make_strand(io_), [this](boost::system::error_code error,
                                                          asio::ip::tcp::socket socket) {
        if (error == asio::error::operation_aborted) return;
        if (!error) {
            on_accept(std::move(socket));
            return accept();
        }
        // Out of file descriptors, most likely: wait a little rather than spin.
        accept_timer_.expires_after(std::chrono::milliseconds{50});
        accept_timer_.async_wait([this](boost::system::error_code cancelled) {
            if (!cancelled) accept();
        });
    });
}

void Server::on_accept(asio::ip::tcp::socket socket) {
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    notice_gone(socket);
    std::shared_ptr<HttpConnection> connection;
    try {
        connection = std::make_shared<HttpConnection>(std::move(socket),
                                                      application_->tls_context(), *application_);
    } catch (const std::bad_alloc&) {
        return;  // there is no room for this one; the others go on
    }
    const auto above = application_->metrics().connections() -
                       static_cast<std::int64_t>(application_->settings().max_connections);
    {
        const std::lock_guard lock{connections_mutex_};
        if (stopped_) return;  // nobody would close it
        // Forgets the ended ones whenever the list has doubled.
        if (connections_.size() == connections_.capacity()) {
            std::erase_if(connections_, [](const auto& each) { return each.expired(); });
        }
        connections_.push_back(connection);
    }
    if (above > 0) return connection->refuse_busy(above > refused_at_once_max);
    connection->start();
}

void Server::reload() {
    application_->follow_keys();
    application_->follow_providers();
    application_->follow_certificate();
}

void Server::repeat(asio::steady_timer& timer, std::chrono::milliseconds every, Takes takes,
                    std::function<void()> work) {
    timer.expires_after(every);
    timer.async_wait(
        [this, &timer, every, takes, work = std::move(work)](boost::system::error_code error) {
            if (error || stopped_) return;
            const auto again = [this, &timer, every, takes, work] {
                if (!stopped_) repeat(timer, every, takes, work);
            };
            if (takes == Takes::no_time) {
                work();
                return again();
            }
            application_->workers().run([this, &timer, work, again] {
                if (!stopped_) work();
                asio::post(timer.get_executor(), again);
            });
        });
}

void Server::start_timers() {
    auto& application = *application_;
    repeat(look_timer_, look_every, Takes::no_time, [&] { application.look_elsewhere(); });
    repeat(sweep_timer_, application.settings().sweep_every, Takes::its_time,
           [&] { application.sweep(); });
    repeat(key_timer_, follow_every, Takes::its_time, [&] { application.follow_others(); });
    repeat(head_timer_, sign_head_every, Takes::its_time, [&] { application.sign_head(); });
}

void Server::stop() {
    if (stopped_.exchange(true)) return;
    // Each where its own handlers run: what was under way there finds the server stopped.
    asio::post(acceptor_.get_executor(), [this] {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        accept_timer_.cancel();
    });
    for (auto* timer : {&sweep_timer_, &key_timer_, &look_timer_, &head_timer_}) {
        asio::post(timer->get_executor(), [timer] { timer->cancel(); });
    }
    if (application_) {
        application_->workers().hurry();
        application_->events().close_all();
    }
    {
        const std::lock_guard lock{connections_mutex_};
        for (const auto& each : connections_) {
            if (const auto connection = each.lock()) connection->stop();
        }
    }
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    if (application_) application_->stop();
}

}  // namespace hallpass::server
