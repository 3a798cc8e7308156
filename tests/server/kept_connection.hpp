#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <optional>
#include <string>
#include <utility>

#include "test_server.hpp"
#include "timed_socket.hpp"

namespace hallpass::server::test {

/// A connection that is kept, to a server that may die.
class KeptConnection {
  public:
    KeptConnection(std::uint16_t port, std::string bearer)
        : socket_(port), bearer_(std::move(bearer)) {}
    /// @returns nothing where the server was gone before it had answered
    std::optional<Reply> post(const std::string& path, const std::string& body) {
        namespace http = boost::beast::http;
        http::request<http::string_body> request{http::verb::post, path, 11, body};
        request.set(http::field::host, "127.0.0.1");
        request.set(http::field::authorization, "Bearer " + bearer_);
        request.set(http::field::content_type, "application/json");
        request.prepare_payload();
        boost::system::error_code error;
        http::write(socket_, request, error);
        http::response<http::string_body> response;
        if (!error) http::read(socket_, buffer_, response, error);
        if (error) return std::nullopt;
        return Reply{static_cast<int>(response.result_int()), {}, response.body()};
    }

  private:
    TimedSocket socket_;
    std::string bearer_;
    boost::beast::flat_buffer buffer_;
};

}  // namespace hallpass::server::test
