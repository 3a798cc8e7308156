#include "log.hpp"

#include <csignal>
#include <regex>
#include <sstream>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "kept_log.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

/// The lines, each of which must be one JSON object with a time in UTC, a level and a message.
std::vector<json::Document> entries_of(const std::string& log) {
    const std::regex time{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"};
    std::vector<json::Document> entries;
    std::istringstream lines{log};
    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        auto entry = json::Document::parse(line);
        REQUIRE(entry.ok());
        CHECK(std::regex_match(std::string{entry->root().find("time").string().value()}, time));
        CHECK(entry->root().find("level").string().has_value());
        CHECK(entry->root().find("message").string().has_value());
        entries.push_back(*std::move(entry));
    }
    return entries;
}

/// The request's entry, as "POST /api/v1/… 201".
std::string request_of(const json::Document& entry) {
    const auto root = entry.root();
    if (root.find("message").string() != "request") return {};
    CHECK(root.find("durationMs").number_text().has_value());
    CHECK(root.find("bytes").number_text().has_value());
    CHECK_FALSE(root.find("request").string().value().empty());
    return std::string{root.find("method").string().value()} + " " +
           std::string{root.find("route").string().value_or("null")} + " " +
           std::string{root.find("status").number_text().value()};
}

/// Everything that somebody might know somebody by, or get in with.
struct Secrets {
    std::vector<std::string> texts{TestServer::secret,
                                   "Piet de Boer",
                                   "example.nl",
                                   "piet",
                                   "127.0.0.1",
                                   "203.0.113.77",
                                   "T-1",
                                   "The parcel does",
                                   "a-wrong-token-of-nobody"};

    void check_none_in(const std::string& whole) const {
        // A request's own id is made of chance, which may spell any of the short ones.
        const auto log = std::regex_replace(whole, std::regex{R"("request":"[\w-]+",)"}, "");
        for (const auto& text : texts) {
            INFO(text);
            REQUIRE(text.size() > 2);
            CHECK(log.find(text) == std::string::npos);
        }
        CHECK_FALSE(std::regex_search(log, std::regex{R"(\b(jan|ada|els)\b)"}));
    }
};

void journey_through(TestServer& server, Secrets& secrets) {
    Journey journey{server};
    With with;
    with.headers["X-Forwarded-For"] = "203.0.113.77";
    with.bearer = server.bearer("piet");
    with.body = "{}";
    secrets.texts.push_back(with.bearer);
    const auto cookie = server.request("POST", "/api/v1/session", with).headers.at("set-cookie");
    secrets.texts.push_back(cookie.substr(cookie.find('=') + 1, 43));
    const auto grant = journey.request_grant();
    secrets.texts.push_back(grant);
    journey.consent(grant);
    const auto started = journey.start();
    REQUIRE(started.status == 201);
    const auto token = started.text("delegatedToken");
    const auto url = started.text("uiSwitchUrl");
    for (const auto& each :
         {token, url.substr(url.find("token=") + 6), started.text("session.id")}) {
        secrets.texts.push_back(each);
    }
    With form{"token=" + token, server.bearer("jan"), {}, {}, "application/x-www-form-urlencoded"};
    CHECK(server.request("POST", "/oauth/introspect", form).status == 200);
    CHECK(server.request("POST", "/oauth/revoke", form).status == 200);
    with.bearer = "a-wrong-token-of-nobody";
    CHECK(server.request("POST", "/api/v1/session", with).status == 401);
    CHECK(server.post("/api/v1/admin/users/piet/ban", R"({"reason":"Because of it"})", "jan")
              .status == 403);
    CHECK(server.get("/people/piet?mail=piet@example.nl").status == 404);
}

/// A request that the store cannot answer, with all of its values on the way to the database.
void meet_a_fault(TestServer& server) {
    const auto run = [&](const std::string& statement) {
        server.server().application().store().write_now(
            [&](Transaction& transaction) { transaction.store().run(statement); });
    };
    run("ALTER TABLE grants RENAME TO grants_elsewhere");
    const auto met = server.post("/api/v1/support-access/grants",
                                 R"({"tenantId":"de-akker","targetUserId":"piet","ticketId":"T-1",)"
                                 R"("reason":"The parcel does not show"})",
                                 "jan");
    CHECK(met.status >= 500);
    run("ALTER TABLE grants_elsewhere RENAME TO grants");
}

}  // namespace

TEST_CASE("the log of a whole journey holds no token and nobody's data") {
    KeptLog log;
    Secrets secrets;
    {
        TestServer server{[](Settings& settings) {
            settings.log_requests = true;
            settings.log_format = LogFormat::json;
            settings.trusted_proxies = {"127.0.0.1"};
        }};
        journey_through(server, secrets);
        meet_a_fault(server);
    }
    const auto text = log.text();
    INFO(text);
    std::vector<std::string> requests;
    bool fault_told = false;
    for (const auto& entry : entries_of(text)) {
        if (const auto request = request_of(entry); !request.empty()) requests.push_back(request);
        fault_told = fault_told || entry.root().find("level").string() == "error";
    }
    CHECK(fault_told);
    CHECK(requests == std::vector<std::string>{
                          "POST /api/v1/session 200", "POST /api/v1/support-access/grants 201",
                          "POST /api/v1/support-access/grants/{id}/grant 200",
                          "POST /admin/support-access/requests 201", "POST /oauth/introspect 200",
                          "POST /oauth/revoke 200", "POST /api/v1/session 401",
                          "POST /api/v1/admin/users/{id}/ban 403", "GET null 404",
                          "POST /api/v1/support-access/grants 503"});
    secrets.check_none_in(text);
}

TEST_CASE("without the setting no request is logged, and what is said is escaped", "[sqlite]") {
    KeptLog log;
    {
        const TestServer server;
        CHECK(server.get("/healthz").status == 200);
    }
    CHECK(log.text().empty());
    spdlog::warn("a \"name\"\nwith \x1b and {}", "\xff\xc3\xa9");
    const auto entries = entries_of(log.text());
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].root().find("level").string() == "warning");
    CHECK(entries[0].root().find("message").string() == "a \"name\"\nwith \x1b and ???");
}

TEST_CASE("hallpassd writes its log as it is told", "[sqlite]") {
    const TemporaryFolder folder;
    const auto serve = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{
            "serve", "--demo", "--port", "0", "--database", "sqlite:" + folder.file("hallpass.db")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        HallpassProcess server{arguments};
        const auto port = server.port();
        CHECK(get_from(port, "/healthz").status == 200);
        server.signal(SIGTERM);
        auto output = server.finish().output;
        return output.substr(output.find('\n', output.find("hallpassd listens on")) + 1);
    };
    const auto entries = entries_of(serve({"--log-format", "json", "--log-requests"}));
    REQUIRE(entries.size() == 2);
    CHECK(request_of(entries[0]) == "GET /healthz 200");
    CHECK(entries[1].root().find("message").string() == "stopping");

    const auto text = serve({"--log-requests"});
    INFO(text);
    CHECK(std::regex_search(text, std::regex{R"(request \S+: GET /healthz 200 \d+\.\d{3} ms )"}));
    CHECK(serve({}).find("request") == std::string::npos);
}
