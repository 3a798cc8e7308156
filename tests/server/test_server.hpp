#pragma once

#include <boost/beast/http.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "hallpass/json.hpp"
#include "server.hpp"
#include "test_database.hpp"

namespace hallpass::server::test {

/// An answer as a client sees it.
struct Reply {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    json::Document json() const;
    /// The text of a member of the body's object, `a.b` for one inside another; "" where it is not.
    std::string text(std::string_view path) const;
    std::string error() const { return text("error"); }
};

/// How a request is made, beyond method and path.
struct With {
    std::string body;
    std::string bearer;
    std::string cookie;
    std::map<std::string, std::string> headers;
    std::string content_type = "application/json";
};

/// A folder that goes with the test.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string file(const std::string& name) const { return (path_ / name).string(); }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// A server on a free port, asked over TLS where it speaks that, with a directory of its own:
/// tenants de-akker (consent), hulp (helpdesk), bureau (support_access), firma (law_firm), elders
/// (consent, with nobody in common); users piet and els in all but elders, otto in elders alone;
/// agents jan, kim (not elders), admin ada (not elders), agent olga (elders alone).
class TestServer {
  public:
    explicit TestServer(const std::function<void(Settings&)>& adjust = {});
    ~TestServer();

    Reply request(std::string_view method, const std::string& path, const With& with = {}) const;
    Reply get(const std::string& path, const std::string& user = {}) const;
    Reply post(const std::string& path, const std::string& body,
               const std::string& user = {}) const;
    /// Sends bytes as they are, and reads until the other side closes or `seconds` are over.
    std::string raw(const std::string& bytes, int seconds = 20) const;
    /// Whether a request is served before long: who left may have seen the end of its connection
    /// before the server has given the place away.
    bool has_room() const;

    /// A bearer token of the configured issuer.
    std::string bearer(const std::string& user, const std::string& more_claims = {}) const;
    /// HS256 over whatever header and claims.
    static std::string signed_jwt(const std::string& header, const std::string& claims,
                                  const std::string& secret);

    void advance(std::chrono::seconds by);
    /// Stops and starts again on the same files.
    void restart();
    Server& server() { return *server_; }
    std::uint16_t port() const { return server_->port(); }
    const TemporaryFolder& folder() const { return folder_; }
    const Settings& settings() const { return settings_; }
    /// One number from the database.
    std::int64_t number(const std::string& sql);

    static inline const std::string secret = "a-test-secret-of-more-than-32-bytes!";

  private:
    void exchange(
        boost::beast::http::request<boost::beast::http::string_body>& request,
        boost::beast::http::response_parser<boost::beast::http::string_body>& parser) const;

    TemporaryFolder folder_;
    std::unique_ptr<TestDatabase> database_;
    Settings settings_;
    std::unique_ptr<Server> server_;
};

/// The steps that most tests begin with.
struct Journey {
    TestServer& server;
    std::string request_grant(const std::string& ticket = "T-1", const std::string& agent = "jan",
                              const std::string& user = "piet",
                              const std::string& tenant = "de-akker");
    /// Until the end of tomorrow, which no test reaches by running across midnight.
    void consent(const std::string& grant, const std::string& user = "piet",
                 const std::string& body = R"({"preset":"end_of_tomorrow"})");
    /// @returns the 201 answer
    Reply start(const std::string& agent = "jan", const std::string& user = "piet",
                const std::string& tenant = "de-akker", const std::string& more = {});
};

}  // namespace hallpass::server::test
