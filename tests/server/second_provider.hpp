#pragma once

#include <fstream>

#include "directory/import.hpp"
#include "hallpass_catch.hpp"
#include "identity/bearer.hpp"
#include "test_server.hpp"

namespace hallpass::server::test {

constexpr const char* grants = "/api/v1/support-access/grants";

/// A server that trusts a second provider, as its settings say.
struct SecondProvider {
    TestServer server;

    explicit SecondProvider(const std::string& more)
        : server([&](Settings& settings) {
              const auto secret = settings.key_file + ".second";
              std::ofstream{secret} << key;
              settings.issuers.push_back(IssuerSettings::parse(
                  "issuer=https://second.test,audience=hallpass,secret=" + secret + "," + more));
          }) {}

    With as(const std::string& user, const std::string& claims = {},
            const std::string& body = {}) const {
        With with;
        with.body = body;
        with.bearer = TestServer::signed_jwt(
            R"({"alg":"HS256","typ":"JWT"})",
            R"({"iss":"https://second.test","aud":"hallpass","exp":4000000000,"sub":")" + user +
                "\"" + claims + "}",
            key);
        return with;
    }
    test::Reply get(const std::string& path, const With& with) const {
        return server.request("GET", path, with);
    }
    test::Reply ask(const std::string& agent, const std::string& claims) const {
        return server.request("POST", grants,
                              as(agent, claims,
                                 R"({"tenantId":"de-akker","targetUserId":"piet","ticketId":"T-9",)"
                                 R"("reason":"The parcel does not show"})"));
    }
    void import(const std::string& lines) {
        std::istringstream input{lines};
        auto& application = server.server().application();
        REQUIRE(
            import_directory(application.store(), application.zones(), application.roles(), input)
                .ok());
    }

    static inline const std::string key = "another-secret-of-more-than-32-bytes!";
};

}  // namespace hallpass::server::test
