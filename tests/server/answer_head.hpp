#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hallpass_catch.hpp"
#include "http/call.hpp"
#include "test_server.hpp"
#include "timed_socket.hpp"

namespace hallpass::server::test {

/// What comes before an answer's body.
struct Head {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> fields;  ///< names in lower case

    std::vector<std::string> values(std::string_view name) const {
        std::vector<std::string> found;
        for (const auto& [each, value] : fields) {
            if (each == name) found.push_back(value);
        }
        return found;
    }
};

/// What a request is made of, line by line, so that anything can be in it.
struct Lines {
    std::string method, target, host = "localhost", more{}, body{};
};

/// The head alone: some answers go on for ever.
inline Head head_of(const TestServer& server, const Lines& lines) {
    TimedSocket socket{server.port()};
    const auto length =
        lines.body.empty() ? "" : "Content-Length: " + std::to_string(lines.body.size()) + "\r\n";
    boost::asio::write(socket, boost::asio::buffer(lines.method + " " + lines.target +
                                                   " HTTP/1.1\r\nHost: " + lines.host + "\r\n" +
                                                   lines.more + length + "\r\n" + lines.body));
    std::string text;
    TimedSocket::Error error;
    while (text.find("\r\n\r\n") == std::string::npos && !error) {
        char part[4096];
        text.append(part, socket.read_some(boost::asio::buffer(part), error));
    }
    INFO(lines.method << " " << lines.target << "\n" << text);
    REQUIRE_THAT(text, Catch::StartsWith("HTTP/1.1 "));
    Head head;
    head.status = std::stoi(text.substr(9));
    for (auto at = text.find("\r\n") + 2; text.compare(at, 2, "\r\n") != 0;) {
        const auto colon = text.find(": ", at), end = text.find("\r\n", at);
        REQUIRE(colon < end);
        auto name = text.substr(at, colon - at);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        head.fields.emplace_back(std::move(name), text.substr(colon + 2, end - colon - 2));
        at = end + 2;
    }
    return head;
}

inline std::string name_of(Method method) {
    const auto text = boost::beast::http::to_string(method);
    return {text.data(), text.size()};
}

inline std::string path_of(const Route& route, const std::string& parameter = "1") {
    std::string path{route.pattern};
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
        path.replace(open, path.find('}') - open + 1, parameter);
    }
    return path;
}

}  // namespace hallpass::server::test
