#pragma once

#include <algorithm>
#include <string>

#include "hallpass/token.hpp"
#include "hallpass_catch.hpp"
#include "test_server.hpp"
#include "timed_socket.hpp"

namespace hallpass::server::test {

/// An edge that listens.
class Edge {
  public:
    explicit Edge(const TestServer& server, const std::string& headers = {},
                  const std::string& method = "GET", int receive_bytes = 0)
        : socket_(server.port(), 20, receive_bytes) {
        boost::asio::write(
            socket_, boost::asio::buffer(
                         method + " /api/v1/token-status/events HTTP/1.1\r\nHost: 127.0.0.1:" +
                         std::to_string(server.port()) + "\r\n" + headers + "\r\n"));
    }
    bool sees(const std::string& text, std::size_t from = 0) {
        boost::system::error_code error;
        auto searched = from;  // what came is long: nothing of it is searched twice
        while (received_.find(text, searched) == std::string::npos && !error) {
            searched = std::max(from, received_.size() - std::min(received_.size(), text.size()));
            char part[4096];
            const auto size = socket_.read_some(boost::asio::buffer(part), error);
            received_.append(part, size);
        }
        return received_.find(text, searched) != std::string::npos;
    }
    /// The same, after all that was told of before.
    bool sees_next(const std::string& text) {
        if (!sees(text, told_)) return false;
        told_ = received_.find(text, told_) + text.size();
        return true;
    }
    bool ends() {
        boost::system::error_code error;
        char part[4096];
        while (!error) {
            const auto size = socket_.read_some(boost::asio::buffer(part), error);
            received_.append(part, size);
        }
        return error == boost::asio::error::eof || error == boost::asio::error::connection_reset;
    }
    const std::string& received() const { return received_; }
    /// The last `id:` that came.
    std::int64_t last_id() const {
        const auto at = received_.rfind("\nid: ");
        return at == std::string::npos ? 0 : std::stoll(received_.substr(at + 5));
    }

  private:
    TimedSocket socket_;
    std::string received_;
    std::size_t told_ = 0;
};

inline std::string claims_of(const std::string& token) {
    const auto first = token.find('.') + 1;
    return *base64url_decode(token.substr(first, token.find('.', first) - first));
}
/// As the feed names a token: `{"uri":"…","idx":…}`.
inline std::string entry_of(const std::string& token) {
    const auto document = json::Document::parse(claims_of(token));
    const auto place = document->root().find("status").find("status_list");
    return R"({"uri":")" + std::string{*place.find("uri").string()} + R"(","idx":)" +
           std::to_string(*place.find("idx").integer()) + "}";
}

inline void end(TestServer& server, const Reply& started) {
    REQUIRE(
        server
            .post("/api/v1/support-access/support-sessions/" + started.text("session.id") + "/end",
                  "{}", "jan")
            .status == 200);
}

}  // namespace hallpass::server::test
