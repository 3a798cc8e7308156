// What a server does when PostgreSQL is not as it should be.
#include <set>

#include "store/migrations.hpp"
#include "two_servers.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;
TEST_CASE("programs that start at once make the tables once", "[.postgresql]") {
    for (int round = 0; round < 10; ++round) {
        const TestDatabase database{"", false};
        const auto open = [&] {
            Connection connection{database.url()};
            migrate(connection);
        };
        at_once(open, open);
        Connection look{database.url()};
        CHECK(look.number("SELECT COUNT(*) FROM schema_versions") ==
              look.number("SELECT MAX(version) FROM schema_versions"));
    }
}

TEST_CASE("texts are sent in UTF-8, whatever encoding the URL asks for", "[.postgresql]") {
    const TestDatabase database{""};
    const auto sign = database.url().find('?') == std::string::npos ? "?" : "&";
    for (const std::string encoding : {"SJIS", "GBK", "LATIN1"}) {
        Connection connection{database.url() + sign + "client_encoding=" + encoding};
        INFO(encoding);
        // The last byte and the quote are one character in some.
        CHECK(connection.number("SELECT LENGTH(CAST(:text AS TEXT))", {{"text", "作\""}}) == 2);
    }
}

TEST_CASE("a connection that is cut is not noticed by who asks", "[.postgresql]") {
    TestServer server;
    Watch watch{server, "jan"};
    REQUIRE(cut_connections(server.settings().database) >= 2);
    // What cannot hear other servers any more has no streams.
    CHECK(watch.ends());
    // The writer begins again: nothing of the change was lost, nothing is doubled.
    Journey journey{server};
    const auto grant = journey.request_grant();
    CHECK(server.number("SELECT COUNT(*) FROM grants") == 1);
    CHECK(soon([&] { return server.get("/readyz").status == 200; }));
    Watch again{server, "jan"};
    journey.consent(grant);
    CHECK(again.sees("event: access_granted"));
}

TEST_CASE("PostgreSQL may stop and come back", "[.postgresql]") {
    TestServer server;
    Journey journey{server};
    journey.consent(journey.request_grant());
    Watch watch{server, "jan"};
    cluster("stop");
    const auto refused = journey.start();
    CHECK(refused.status == 503);
    CHECK(refused.error() == "SERVICE_UNAVAILABLE");
    CHECK(refused.headers.at("content-type") == "application/problem+json");
    CHECK(refused.headers.count("retry-after") == 1);
    CHECK(server.get("/api/v1/me", "jan").status == 503);
    CHECK(server.get("/readyz").status == 503);
    // It lives: who starts it again for that would have no server left, with no database.
    CHECK(server.get("/healthz").status == 200);
    CHECK(server.get("/openapi.json").status == 200);
    CHECK(server.get("/api/v1/events", "jan").status == 503);
    CHECK(watch.ends());
    cluster("start");
    CHECK(soon([&] { return server.get("/readyz").status == 200; }));
    CHECK(server.number("SELECT COUNT(*) FROM sessions") == 0);
    CHECK(journey.start().status == 201);
    check_record(server);
}

TEST_CASE("what was answered survives a crash of PostgreSQL, whole", "[.postgresql]") {
    Pair servers;
    std::set<std::string> answered;
    int refused = 0, unexpected = 0;
    std::jthread busy{[&](const std::stop_token& stop) {
        Journey journey{servers.second};
        while (!stop.stop_requested()) {
            const auto started = journey.start("jan", "piet", "bureau");
            if (started.status != 201) {
                if (started.status != 503 && started.status != 409) ++unexpected;
                ++refused;
                // The start of which no answer came may be there: it is in the way until it ends.
                const auto active = servers.second.get(std::string{sessions} + "active", "jan");
                const auto found = active.body.find("ses_");
                if (active.status != 200 || found == std::string::npos) continue;
                const auto id = active.body.substr(found, active.body.find('"', found) - found);
                servers.second.post(sessions + id + "/end", "{}", "jan");
                continue;
            }
            answered.insert(started.text("session.id"));
            servers.second.post(sessions + started.text("session.id") + "/end", "{}", "jan");
        }
    }};
    for (int round = 0; round < 3; ++round) {
        const auto before = servers.first.number("SELECT COUNT(*) FROM sessions");
        CHECK(soon(
            [&] { return servers.first.number("SELECT COUNT(*) FROM sessions") > before + 5; }));
        cluster("crash");
        cluster("start");
        CHECK(soon([&] { return servers.first.get("/readyz").status == 200; }));
        CHECK(soon([&] { return servers.second.get("/readyz").status == 200; }));
    }
    busy.request_stop();
    busy.join();
    CHECK(!answered.empty());
    CHECK(unexpected == 0);
    std::set<std::string> stored;
    servers.first.server().application().store().read([&](Connection& store) {
        store.query("SELECT id FROM sessions", "t", {},
                    [&](Columns& row) { stored.insert(row.text()); });
    });
    for (const auto& id : answered) CHECK(stored.count(id) == 1);
    // A start that was not answered is there at most where its answer was a 503.
    CHECK(stored.size() <= answered.size() + static_cast<std::size_t>(refused));
    CHECK(servers.first.number("SELECT COUNT(*) FROM sessions s WHERE 1 <> (SELECT COUNT(*) FROM"
                               " record r WHERE r.session_id = s.id AND"
                               " r.event = 'impersonation_started')") == 0);
    check_record(servers.first);
}

TEST_CASE("a text that PostgreSQL cannot hold is refused, not cut", "[.postgresql]") {
    const TestDatabase database{""};
    Connection connection{database.url()};
    const std::string with_nul{"piet\0x", 6};
    CHECK_THROWS_AS(connection.find<UserRow>("WHERE id = :id", {{"id", with_nul}}), StoreFault);
    // Nor is it sent, as one refusal costs all that share the transaction.
    connection.begin_read();
    CHECK_THROWS_AS(connection.find<UserRow>("WHERE id = :id", {{"id", "piet\xff"}}), StoreFault);
    CHECK(connection.number("SELECT COUNT(*) FROM users") == 0);
    connection.end_read();
}

TEST_CASE("what fails leaves no statement behind in PostgreSQL", "[.postgresql]") {
    const TestDatabase database{""};
    Connection connection{database.url()};
    const auto fails = [](auto work) {
        try {
            work();
        } catch (const StoreFault&) {
        } catch (const Spoiled&) {
        }
    };
    const auto tenant = TenantRow{"a", "A tenant", "{}"};
    connection.insert(tenant);
    const auto round = [&] {
        for (const bool hurried : {false, true}) {
            hurried ? connection.begin_hurried_write() : connection.begin_write();
            connection.number("SELECT COUNT(*) FROM tenants");
            fails([&] {
                connection.insert(tenant);
                connection.put("UPDATE tenants SET name = :name", {{"name", "Another"}});
                connection.number("SELECT COUNT(*) FROM users");
            });
            connection.rollback();
        }
        connection.begin_read();
        fails([&] { connection.number("SELECT 1 / COUNT(*) FROM users"); });
        connection.rollback();
        return connection.number("SELECT COUNT(*) FROM pg_prepared_statements");
    };
    const auto first = round();
    for (int more = 0; more < 20; ++more) round();
    CHECK(round() <= first + 2);  // what tells of it, and a statement that was not needed before
    CHECK(connection.find<TenantRow>("WHERE id = 'a'")->name == "A tenant");
}

TEST_CASE("a lock that is waited for in vain is no job's fault", "[.postgresql]") {
    const TestDatabase database{""};
    Connection holder{database.url()};
    holder.begin_write();
    const auto sign = database.url().find('?') == std::string::npos ? "?" : "&";
    Connection waiter{database.url() + sign + "options=-c%20lock_timeout%3D100ms"};
    waiter.begin_hurried_write();
    waiter.foresee([&] { waiter.find<TenantRow>("WHERE id = 'a'"); });
    // Not a spoiled transaction, whose jobs would be run one by one, each after another wait.
    CHECK_THROWS_AS(waiter.settle(), LockTimeout);
    waiter.rollback();
    holder.rollback();
    waiter.begin_hurried_write();
    CHECK(waiter.settle());
    waiter.rollback();
}

TEST_CASE("a database that cannot be used is refused at once", "[.postgresql]") {
    CHECK_THROWS_AS(Connection{"postgresql://nobody@/postgres?host=/nonexistent"}, StoreFault);
    CHECK_THROWS_AS(Connection{"postgresql://a:secret@b:notaport/c?whatever=1"}, StoreFault);
    CHECK_THROWS_AS(Connection{"mysql://x"}, StoreFault);
}
