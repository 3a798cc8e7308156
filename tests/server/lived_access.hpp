#pragma once

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "test_server.hpp"

namespace hallpass::server::test {

constexpr const char* support_sessions = "/api/v1/support-access/support-sessions/";
/// How many entries name anybody.
constexpr const char* named =
    "SELECT COUNT(*) FROM record WHERE subject_id IS NOT NULL OR actor_id IS NOT NULL"
    " OR agent_id IS NOT NULL OR ip IS NOT NULL OR user_agent IS NOT NULL";

/// The whole path of an access: asked, granted, used, ended, revoked.
inline std::string lived_through(TestServer& server, const std::string& user = "piet") {
    Journey journey{server};
    const auto grant = journey.request_grant("T-1", "jan", user);
    journey.consent(grant, user);
    const auto started = journey.start("jan", user);
    REQUIRE(started.status == 201);
    const auto session = started.text("session.id");
    With report;
    report.bearer = started.text("delegatedToken");
    report.body = R"({"events":[{"method":"GET","resourceType":"parcel","resourceId":"p-1"}]})";
    REQUIRE(server.request("POST", support_sessions + session + "/audit-logs", report)
                .text("accepted") == "1");
    REQUIRE(server.post(support_sessions + session + "/end", "{}", "jan").status == 200);
    REQUIRE(server.post("/api/v1/support-access/grants/" + grant + "/revoke", "{}", user).status ==
            200);
    return session;
}

inline std::int64_t count(TestServer& server, const std::string& from) {
    return server.number("SELECT COUNT(*) FROM " + from);
}

inline Outcome audit(const TestServer& server, std::vector<std::string> words) {
    words.insert(words.begin(), "audit");
    words.insert(words.end(), {"--database", server.settings().database, "--key-file",
                               server.settings().key_file});
    return hallpassd(words);
}

}  // namespace hallpass::server::test
