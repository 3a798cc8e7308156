#pragma once

#include "tls_client.hpp"
#include "tls_place.hpp"

namespace hallpass::server::test {

/// A server with a certificate.
struct Encrypted {
    TlsPlace place;
    TestServer server;
    explicit Encrypted(const std::function<void(Settings&)>& adjust = {})
        : server([&](Settings& settings) {
              settings.tls = place.settings();
              settings.demo = false;
              if (adjust) adjust(settings);
          }) {}
};

constexpr const char* ask = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
inline const std::string ask_and_end =
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

inline std::string metrics_of(const TestServer& server) {
    With with;
    with.bearer = server.bearer("prometheus", R"(,"roles":["service"])");
    return server.request("GET", "/metrics", with).body;
}

}  // namespace hallpass::server::test
