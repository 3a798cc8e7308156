#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "hallpass_catch.hpp"
#include "test_server.hpp"
#include "timed_socket.hpp"

namespace hallpass::server::test {

/// A stream of events, read until something is seen.
class Stream {
  public:
    /// @param receive_bytes what the system keeps for it until it reads; 0: as much as it likes
    Stream(const TestServer& server, const std::string& bearer, const std::string& more = {},
           int receive_bytes = 0)
        : Stream(server.port(), bearer, more, receive_bytes) {}
    Stream(std::uint16_t port, const std::string& bearer, const std::string& more = {},
           int receive_bytes = 0)
        : socket_(port, 10, receive_bytes) {
        boost::asio::write(
            socket_, boost::asio::buffer("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" +
                                         more + "Authorization: Bearer " + bearer + "\r\n\r\n"));
        REQUIRE(sees("\r\n\r\n"));
    }
    /// Whether the text comes before the deadline or the stream's end.
    bool sees(const std::string& text) {
        boost::system::error_code error;
        std::size_t searched = 0;  // what came may be long: nothing of it is searched twice
        while (received_.find(text, searched) == std::string::npos && !error) {
            searched = received_.size() - std::min(received_.size(), text.size());
            char part[4096];
            const auto size = socket_.read_some(boost::asio::buffer(part), error);
            received_.append(part, size);
        }
        return received_.find(text, searched) != std::string::npos;
    }
    bool ends() {
        sees("this never comes");
        boost::system::error_code error;
        char one[1];
        socket_.read_some(boost::asio::buffer(one), error);
        return error == boost::asio::error::eof;
    }
    /// What was seen is not searched again.
    void forget() { received_.clear(); }
    const std::string& received() const { return received_; }

  private:
    TimedSocket socket_;
    std::string received_;
};

}  // namespace hallpass::server::test
