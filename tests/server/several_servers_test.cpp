// Several servers on one PostgreSQL are as one.
#include <set>

#include "login_cookie.hpp"
#include "store/postgresql/locks.hpp"
#include "two_servers.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

TEST_CASE("what one server revokes, the other refuses and tells", "[.postgresql]") {
    Pair servers;
    const auto grant = servers.journey.request_grant();
    servers.journey.consent(grant);
    const auto started = servers.journey.start();
    REQUIRE(started.status == 201);
    const auto token = started.text("delegatedToken");
    REQUIRE(verdict(servers.second, token) == "true");

    Watch watch{servers.second, "jan"};
    std::atomic<bool> done{false};
    Moment last_valid{};
    std::set<std::string> verdicts;
    std::thread asking{[&] {
        while (!done) {
            const auto sent = now();
            const auto answer = verdict(servers.second, token);
            if (answer == "true") last_valid = sent;
            verdicts.insert(answer);
        }
    }};
    const auto revoked = servers.first.post(grants + grant + "/revoke", "{}", "piet");
    const auto answered = now();
    const bool told = watch.sees("event: access_revoked") && watch.sees("impersonation_ended");
    done = true;
    asking.join();
    CHECK(revoked.status == 200);
    CHECK(told);
    CHECK(last_valid < answered);
    CHECK((verdicts == std::set<std::string>{"false"} ||
           verdicts == std::set<std::string>{"false", "true"}));
}

TEST_CASE("a ban on one server closes the streams on the other", "[.postgresql]") {
    Pair servers;
    Watch watch{servers.second, "jan"};
    REQUIRE(
        servers.first.post("/api/v1/admin/users/jan/ban", R"({"reason":"Left the company"})", "ada")
            .status == 200);
    CHECK(watch.ends());
    CHECK(servers.second.get("/api/v1/me", "jan").status == 403);
}

TEST_CASE("signing out on one server closes the streams on the other", "[.postgresql]") {
    Pair servers;
    Watch watch{servers.second, "jan"};
    With with;
    with.cookie = cookie_of(servers.first.post("/api/v1/session", "{}", "jan"));
    with.headers["Sec-Fetch-Site"] = "same-origin";
    REQUIRE(servers.first.request("DELETE", "/api/v1/session", with).status == 204);
    CHECK(watch.ends());
}

TEST_CASE("of two starts on two servers, one wins", "[.postgresql]") {
    Pair servers;
    servers.journey.consent(servers.journey.request_grant());
    Journey elsewhere{servers.second};
    for (int round = 0; round < 200; ++round) {
        test::Reply here, there;
        at_once([&] { here = servers.journey.start(); }, [&] { there = elsewhere.start(); });
        INFO(round << here.body << there.body);
        REQUIRE(here.status + there.status == 201 + 409);
        REQUIRE(servers.first.number("SELECT COUNT(*) FROM sessions WHERE status = 'active'") == 1);
        const auto& winner = here.status == 201 ? here : there;
        // Ended where it was not started.
        const auto& other = here.status == 201 ? servers.second : servers.first;
        REQUIRE(other.post(sessions + winner.text("session.id") + "/end", "{}", "jan").status ==
                200);
    }
    check_record(servers.second);
}

TEST_CASE("a start on one server does not outlive a revocation on the other", "[.postgresql]") {
    Pair servers;
    Journey elsewhere{servers.second};
    for (int round = 0; round < 100; ++round) {
        const auto grant = servers.journey.request_grant();
        servers.journey.consent(grant);
        test::Reply started, revoked;
        at_once([&] { started = elsewhere.start(); },
                [&] { revoked = servers.first.post(grants + grant + "/revoke", "{}", "piet"); });
        INFO(started.body);
        REQUIRE(revoked.status == 200);
        REQUIRE((started.status == 201 || started.error() == "CONSENT_REQUIRED"));
        REQUIRE(servers.first.number("SELECT COUNT(*) FROM sessions WHERE status = 'active'") == 0);
    }
    check_record(servers.first);
}

TEST_CASE("one server is on duty, and another follows it", "[.postgresql]") {
    TestServer first;
    auto& store = first.server().application().store();
    REQUIRE(soon([&] { return store.on_duty(); }));
    auto leaving = std::make_unique<TestServer>([&](Settings& settings) {
        settings.database = first.settings().database;
        settings.key_file = first.settings().key_file;
    });
    CHECK(!leaving->server().application().store().on_duty());
    // The first loses its connection: PostgreSQL gives the duty to whoever asks next.
    auto& other = leaving->server().application().store();
    first.number(
        std::string{
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory'"
            " AND objid = "} +
        std::to_string(duty_lock & 0xffffffff) +
        " AND database = (SELECT oid FROM pg_database"
        " WHERE datname = current_database())");
    CHECK(soon([&] { return store.on_duty() != other.on_duty(); }));
    leaving.reset();
    CHECK(soon([&] { return store.on_duty(); }));
}
