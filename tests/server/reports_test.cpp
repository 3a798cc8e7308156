// Reports over real HTTP: the numbers, who may see them, and what is refused.
#include <sstream>

#include "directory/import.hpp"
#include "hallpass_catch.hpp"
#include "routes/user_agent_family.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

const std::string reports = "/api/v1/support-access/reports/";

/// The number `member` of the list's entry whose `name` is `value`; -1 where there is none.
std::int64_t number_of(const test::Reply& reply, std::string_view list, std::string_view name,
                       std::string_view value, std::string_view member = "count") {
    const auto document = reply.json();
    for (auto each = document.root().find(list).first(); each; each = each.next()) {
        if (each.find(name).string() == value) return each.find(member).integer().value_or(-2);
    }
    return -1;
}

/// Two sessions in bureau, each with reads and a refused write, the first ended after ten minutes.
void act(TestServer& server) {
    Journey journey{server};
    const auto report = [&](const test::Reply& started, const std::string& events) {
        With with;
        with.bearer = started.text("delegatedToken");
        with.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/128.0";
        with.body = R"({"events":[)" + events + "]}";
        const auto path = "/api/v1/support-access/support-sessions/" + started.text("session.id");
        REQUIRE(server.request("POST", path + "/audit-logs", with).status == 202);
        return path;
    };
    const std::string read = R"({"method":"GET","resourceType":"parcel","resourceId":"p-1"})";
    const std::string other = R"({"method":"GET","resourceType":"parcel","resourceId":"p-2"})";
    const std::string refused =
        R"({"method":"PUT","resourceType":"parcel","resourceId":"p-1","status":403})";
    const auto first = journey.start("jan", "piet", "bureau");
    REQUIRE(first.status == 201);
    const auto path = report(first, read + "," + other + "," + refused);
    server.advance(std::chrono::minutes{10});
    REQUIRE(server.post(path + "/end", "{}", "jan").status == 200);
    const auto second = journey.start("kim", "els", "bureau");
    REQUIRE(second.status == 201);
    report(second, read);
}

}  // namespace

TEST_CASE("sessions are counted by state, admin and reason, with their average length") {
    TestServer server;
    act(server);
    server.advance(std::chrono::hours{5});
    const auto report = server.get(reports + "sessions?tenantId=bureau", "ada");
    INFO(report.body);
    REQUIRE(report.status == 200);
    CHECK(report.text("count") == "2");
    CHECK(report.text("complete") == "true");
    CHECK(number_of(report, "byStatus", "status", "stopped") == 1);
    // Nothing has written down yet that the second one ran out.
    CHECK(number_of(report, "byStatus", "status", "expired") == 1);
    CHECK(number_of(report, "byAdmin", "actorId", "jan") == 1);
    CHECK(number_of(report, "byAdmin", "actorName", "Kim") == 1);
    CHECK(number_of(report, "topReasons", "reason", "The parcel does not show") == 2);
    // Ten minutes and what the machine took for it, and the default half hour.
    const auto jan = number_of(report, "byAdmin", "actorId", "jan", "averageSeconds");
    CHECK((jan >= 599 && jan <= 660));
    CHECK(number_of(report, "byAdmin", "actorId", "kim", "averageSeconds") == 1800);
}

TEST_CASE("actions, resources, origins and outcomes are counted") {
    TestServer server;
    act(server);
    const auto actions = server.get(reports + "actions", "ada");
    CHECK(number_of(actions, "byType", "event", "impersonation_started") == 2);
    CHECK(number_of(actions, "byType", "event", "resource_read") == 3);
    CHECK(number_of(actions, "byType", "event", "resource_write", "failure") == 1);
    const auto resources = server.get(reports + "resources", "ada");
    CHECK(number_of(resources, "byType", "resourceType", "parcel") == 4);
    CHECK(number_of(resources, "byType", "resourceType", "parcel", "resources") == 2);
    CHECK(number_of(resources, "topResources", "resourceId", "p-1", "reads") == 2);
    CHECK(number_of(resources, "topResources", "resourceId", "p-1", "writes") == 1);
    CHECK(number_of(resources, "topResources", "resourceId", "p-1", "failures") == 1);
    const auto origins = server.get(reports + "origins", "ada");
    CHECK(number_of(origins, "byUserAgent", "family", "Firefox") == 4);
    CHECK(number_of(origins, "byAddress", "ip", "127.0.0.1", "failure") == 1);
    const auto outcomes = server.get(reports + "outcomes", "ada");
    CHECK(outcomes.text("failure") == "1");
    CHECK(outcomes.text("success") ==
          std::to_string(server.number("SELECT COUNT(*) FROM record WHERE tenant_id = 'bureau'"
                                       " AND outcome = 'success'")));
    CHECK(number_of(outcomes, "byActor", "actorId", "jan", "failure") == 1);
}

TEST_CASE("a report covers its period, the beginning in, the end out") {
    TestServer server;
    act(server);
    const auto counted = [&](const std::string& period) {
        return server.get(reports + "sessions?" + period, "ada").text("count");
    };
    const auto started = [&](const std::string& order) {
        const auto ms = server.number(
            "SELECT started_at_unix_ms FROM sessions"
            " ORDER BY started_at_unix_ms " +
            order + " LIMIT 1");
        return format_rfc3339(from_unix_ms(ms));
    };
    const auto first = started("ASC"), second = started("DESC");
    CHECK(counted("") == "2");
    CHECK(counted("from=" + first) == "2");
    CHECK(counted("from=" + second) == "1");
    CHECK(counted("from=" + first + "&to=" + second) == "1");
    CHECK(counted("to=" + first) == "0");
    CHECK(server.get(reports + "sessions?to=" + first, "ada").text("averageSeconds") == "null");
}

TEST_CASE("an admin sees the tenants that they work for, and nobody else sees a report") {
    TestServer server;
    act(server);
    for (const std::string name : {"sessions", "actions", "resources", "origins", "outcomes"}) {
        INFO(name);
        const auto path = reports + name;
        CHECK(server.get(path, "ada").status == 200);
        for (const std::string user : {"piet", "jan", "olga"}) {
            CHECK(server.get(path, user).error() == "FORBIDDEN");
        }
        CHECK(server.get(path).error() == "UNAUTHORIZED");
        // One that is not there, and one where she does not work: the same answer.
        const auto hidden = server.get(path + "?tenantId=elders", "ada");
        CHECK(hidden.error() == "TENANT_NOT_FOUND");
        CHECK(hidden.body == server.get(path + "?tenantId=nowhere", "ada").body);
        CHECK(server.get(path + "?tenantId=hulp", "ada").text("counted") == "0");
    }
    // What happens in a tenant of others is in none of her numbers.
    std::istringstream lines{
        R"({"type":"user","id":"otta","name":"Otta","email":"o@example.nl","roles":["helpdeskAdmin"]})"
        "\n"
        R"({"type":"membership","tenantId":"elders","userId":"otta"})"
        "\n"};
    auto& application = server.server().application();
    REQUIRE(import_directory(application.store(), application.zones(), application.roles(), lines)
                .ok());
    Journey journey{server};
    const auto before = server.get(reports + "actions", "ada").text("counted");
    journey.request_grant("T-9", "olga", "otto", "elders");
    CHECK(server.get(reports + "actions", "ada").text("counted") == before);
    CHECK(server.get(reports + "actions", "otta").text("counted") == "1");
    CHECK(server.get(reports + "sessions", "otta").text("count") == "0");
}

TEST_CASE("a report refuses what it does not understand") {
    TestServer server;
    const std::pair<std::string, std::string> bad[] = {
        {"from=yesterday", "from"},
        {"to=2026-13-01T00:00:00Z", "to"},
        {"from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"},
        {"from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from"},
        {"from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from"},
        {"tenant=bureau", "tenant"},
        {"limit=5", "limit"},
    };
    for (const auto& [query, field] : bad) {
        INFO(query);
        const auto reply = server.get(reports + "actions?" + query, "ada");
        CHECK(reply.status == 400);
        CHECK(reply.error() == "VALIDATION_ERROR");
        CHECK(reply.text("field") == field);
    }
    CHECK(server.get(reports + "actions?tenantId=bureau'%20OR%201=1", "ada").error() ==
          "TENANT_NOT_FOUND");
    CHECK(server.get(reports + "nothing", "ada").status == 404);
}

TEST_CASE("reports read their rows by an index", "[sqlite]") {
    TestServer server;
    const auto plan = [&](const std::string& sql) {
        std::string text;
        server.server().application().store().read([&](Connection& store) {
            store.query("EXPLAIN QUERY PLAN " + sql, "nnnt", {}, [&](Columns& row) {
                row.number(), row.number(), row.number();
                text += row.text() + "\n";
            });
            return 0;
        });
        return text;
    };
    using Catch::Matchers::Contains;
    CHECK_THAT(plan("SELECT 1 FROM record WHERE tenant_id = 'a' AND at_unix_ms >= 1 AND"
                    " at_unix_ms < 2 ORDER BY at_unix_ms DESC LIMIT 10"),
               Contains("record_of_tenant") && !Contains("TEMP B-TREE"));
    CHECK_THAT(plan("SELECT 1 FROM sessions WHERE tenant_id = 'a' AND started_at_unix_ms >= 1 AND"
                    " started_at_unix_ms < 2 ORDER BY started_at_unix_ms DESC LIMIT 10"),
               Contains("sessions_of_tenant") && !Contains("TEMP B-TREE"));
}

TEST_CASE("a user agent's family is its browser, or its first product") {
    const std::pair<const char*, const char*> known[] = {
        {"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox"},
        {"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
         " Safari/537.36",
         "Chrome"},
        {"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
         " Safari/537.36 Edg/126.0",
         "Edge"},
        {"Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
         " Safari/605.1.15",
         "Safari"},
        {"curl/8.5.0", "curl"},
        {"node", "node"},
        {"", "unknown"},
        {"<script>", "unknown"},
    };
    for (const auto& [text, family] : known) CHECK(user_agent_family(text) == family);
    CHECK(user_agent_family(std::string(500, 'a')).size() == 40);
}
