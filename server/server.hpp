#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "application.hpp"

namespace hallpass::server {

class HttpConnection;

/// The running server: an application behind a listening socket and a pool of threads.
class Server {
  public:
    /// Binds, opens the store and starts the threads. @throws std::exception
    explicit Server(Settings settings);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const { return port_; }
    std::string address() const;
    Application& application() { return *application_; }
    /// Reads keys and certificate again; what cannot be used changes nothing.
    void reload();

    /// Refuses new connections, finishes replies and writes, ends streams, joins the threads.
    void stop();

  private:
    void accept();
    void on_accept(boost::asio::ip::tcp::socket socket);
    /// Whether what is done now and then may hold up the requests on its thread.
    enum class Takes { no_time, its_time };
    /// Does this every so often, from then on, until the server stops.
    void repeat(boost::asio::steady_timer& timer, std::chrono::milliseconds every, Takes takes,
                std::function<void()> work);
    void start_timers();

    // Before io_: handlers that are still queued when io_ goes hold connections, which look here.
    std::unique_ptr<Application> application_;
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer accept_timer_, sweep_timer_, key_timer_, look_timer_, head_timer_;
    std::uint16_t port_ = 0;
    std::mutex connections_mutex_;
    std::vector<std::weak_ptr<HttpConnection>> connections_;
    std::vector<std::thread> threads_;
    std::atomic<bool> stopped_{false};
};

}  // namespace hallpass::server
