#pragma once

#include <sys/socket.h>

#include <boost/asio.hpp>

#include <string>

#include "hallpass_catch.hpp"
#include "test_server.hpp"

namespace hallpass::server::test {

/// A stream of events, read until something is seen.
class Stream {
  public:
    Stream(TestServer& server, const std::string& bearer, const std::string& more = {}) {
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), server.port()});
        const timeval limit{10, 0};
        setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        boost::asio::write(
            socket_, boost::asio::buffer("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" +
                                         more + "Authorization: Bearer " + bearer + "\r\n\r\n"));
        REQUIRE(sees("\r\n\r\n"));
    }
    /// Whether the text comes before the deadline or the stream's end.
    bool sees(const std::string& text) {
        boost::system::error_code error;
        while (received_.find(text) == std::string::npos && !error) {
            char part[4096];
            const auto size = socket_.read_some(boost::asio::buffer(part), error);
            received_.append(part, size);
        }
        return received_.find(text) != std::string::npos;
    }
    bool ends() {
        sees("this never comes");
        boost::system::error_code error;
        char one[1];
        socket_.read_some(boost::asio::buffer(one), error);
        return error == boost::asio::error::eof;
    }
    const std::string& received() const { return received_; }

  private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_{io_};
    std::string received_;
};

}  // namespace hallpass::server::test
