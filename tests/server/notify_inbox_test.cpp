// In-app notifications: who is told what, in which language, and what nobody can switch off.
#include "hallpass/wire.hpp"
#include "hallpass_catch.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

const std::string inbox = "/api/v1/me/notifications";

/// The events of a user's notifications, newest first: "a b c".
std::string events_of(TestServer& server, const std::string& user, const std::string& query = {}) {
    const auto page = server.get(inbox + query, user);
    INFO(page.body);
    REQUIRE(page.status == 200);
    const auto document = page.json();
    std::string events;
    for (auto item = document.root().find("items").first(); item; item = item.next()) {
        events += (events.empty() ? "" : " ") + std::string{*item.find("event").string()};
    }
    return events;
}

std::string newest(TestServer& server, const std::string& user, const std::string& name) {
    const auto document = server.get(inbox + "?limit=1", user).json();
    const auto value = document.root().find("items").first().find(name);
    const auto text = value ? value.string() : std::nullopt;
    return std::string{text.value_or("")};
}

void act(TestServer& server, const std::string& grant, const std::string& what,
         const std::string& user) {
    const auto reply =
        server.post("/api/v1/support-access/grants/" + grant + "/" + what, "{}", user);
    INFO(reply.body);
    REQUIRE(reply.status == 200);
}

void speak(TestServer& server, const std::string& user, const std::string& locale) {
    server.server().application().store().write_now([&](Transaction& transaction) {
        transaction.store().execute("UPDATE users SET locale = :locale WHERE id = :user",
                                    {{"locale", locale}, {"user", user}});
    });
}

/// Waits until the reminder for what the test does next is written, or not at all.
bool comes(TestServer& server, const std::string& user, const std::string& event) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (events_of(server, user).find(event) != std::string::npos) return true;
    }
    return false;
}

void look_often(Settings& settings) { settings.notify.poll_every = 10ms; }

}  // namespace

TEST_CASE("the user is told of a request, a start and an end, and the agent of the outcome") {
    TestServer server;
    Journey journey{server};
    const auto grant = journey.request_grant();
    CHECK(events_of(server, "piet") == "access_requested");
    CHECK(events_of(server, "jan").empty());
    CHECK(newest(server, "piet", "title") == "Jan asks for access to your account");
    CHECK(newest(server, "piet", "ticketId") == "T-1");
    CHECK(newest(server, "piet", "endsAt") ==
          server.get("/api/v1/support-access/grants/" + grant, "piet").text("pendingUntil"));
    CHECK(newest(server, "piet", "text").find("Without an answer") != std::string::npos);
    journey.consent(grant);
    // What was asked has its answer: it does not lapse any more, least of all when the consent
    // ends.
    CHECK(newest(server, "piet", "endsAt").empty());
    CHECK(newest(server, "piet", "text").find("Without an answer") == std::string::npos);
    CHECK(events_of(server, "jan") == "access_granted");
    CHECK(events_of(server, "piet") == "access_requested");
    const auto text = newest(server, "jan", "text");
    CHECK(text.find("Piet de Boer has given you access through ") == 0);
    CHECK(text.find("at 00:00 (Europe/Amsterdam, UTC+0") != std::string::npos);
    const auto started = journey.start();
    REQUIRE(started.status == 201);
    CHECK(events_of(server, "piet") == "impersonation_started access_requested");
    CHECK(newest(server, "piet", "endsAt") == started.text("session.expiresAt"));
    CHECK(server.get(inbox, "piet").body.find(started.text("delegatedToken")) == std::string::npos);
    act(server, grant, "revoke", "piet");
    CHECK(events_of(server, "piet") ==
          "impersonation_ended impersonation_started access_requested");
    CHECK(events_of(server, "jan") == "access_revoked access_granted");
    CHECK(newest(server, "jan", "title") == "Piet de Boer has withdrawn access");
    // Nobody else hears of it, admins included: the record is where they look.
    for (const auto* user : {"els", "kim", "ada", "otto"}) CHECK(events_of(server, user).empty());
}

TEST_CASE("each outcome has its own words") {
    TestServer server;
    Journey journey{server};
    act(server, journey.request_grant("T-1"), "decline", "piet");
    CHECK(newest(server, "jan", "title") == "Piet de Boer has declined your request");
    act(server, journey.request_grant("T-2"), "withdraw", "jan");
    CHECK(newest(server, "piet", "title") == "Jan no longer needs access");
    const auto handed_back = journey.request_grant("T-3");
    journey.consent(handed_back);
    act(server, handed_back, "revoke", "jan");
    CHECK(newest(server, "piet", "title") == "Jan has handed back the access to your account");
    const auto by_admin = journey.request_grant("T-4");
    journey.consent(by_admin);
    act(server, by_admin, "revoke", "ada");
    CHECK(newest(server, "piet", "title") == "Access to your account was stopped");
    CHECK(newest(server, "jan", "title") == "Access to the account of Piet de Boer was stopped");
    journey.request_grant("T-5");
    server.advance(7 * 24h);
    server.server().application().sweep();
    CHECK(newest(server, "piet", "title") == "A request for access has lapsed");
    CHECK(newest(server, "jan", "title") == "Piet de Boer has not answered");
    const auto ran_out = journey.request_grant("T-6");
    journey.consent(ran_out, "piet", R"({"preset":"end_of_tomorrow"})");
    server.advance(49h);
    server.server().application().sweep();
    CHECK(newest(server, "piet", "title") == "Access to your account has ended");
    CHECK(newest(server, "jan", "title") == "Access to the account of Piet de Boer has ended");
}

TEST_CASE("the end of a visit says how it ended") {
    TestServer server;
    Journey journey{server};
    const auto end = [&](const std::string& by) {
        const auto id = journey.start("jan", "piet", "bureau").text("session.id");
        const auto reply =
            server.post("/api/v1/support-access/support-sessions/" + id + "/end", "{}", by);
        REQUIRE(reply.status == 200);
        return newest(server, "piet", "title");
    };
    CHECK(end("jan") == "Jan has left your account");
    CHECK(end("ada") == "An administrator has ended the visit to your account");
    REQUIRE(journey.start("jan", "piet", "bureau").status == 201);
    server.advance(31min);
    server.server().application().sweep();
    CHECK(newest(server, "piet", "title") == "The visit to your account is over");
    REQUIRE(journey.start("jan", "piet", "bureau").status == 201);
    REQUIRE(server.post("/api/v1/admin/users/jan/ban", R"({"reason":"Abuse of access"})", "ada")
                .status == 200);
    CHECK(newest(server, "piet", "title") == "The visit to your account was stopped");
}

TEST_CASE("notifications speak the reader's language") {
    TestServer server;
    Journey journey{server};
    speak(server, "piet", "nl-NL");
    journey.consent(journey.request_grant());
    CHECK(newest(server, "piet", "title") == "Jan vraagt toegang tot uw account");
    CHECK(newest(server, "jan", "title") == "Piet de Boer has given you access");
    speak(server, "jan", "nl");
    CHECK(newest(server, "jan", "text").find("Piet de Boer heeft u toegang verleend t/m ") == 0);
    speak(server, "piet", "fr");
    CHECK(newest(server, "piet", "title") == "Jan asks for access to your account");
}

TEST_CASE("what was read is marked, one by one or all at once, by its reader alone") {
    TestServer server;
    Journey journey{server};
    journey.request_grant("T-1");
    journey.request_grant("T-2");
    const auto third = journey.request_grant("T-3");
    const auto page = server.get(inbox + "?limit=2", "piet");
    const auto id = newest(server, "piet", "id");
    CHECK(server.post(inbox + "/" + id + "/read", "{}", "els").status == 404);
    CHECK(server.post(inbox + "/999/read", "{}", "piet").status == 404);
    CHECK(server.post(inbox + "/x/read", "{}", "piet").status == 404);
    CHECK(server.post(inbox + "/" + id + "/read", "{}", "piet").status == 204);
    const auto read_at = newest(server, "piet", "readAt");
    CHECK_FALSE(read_at.empty());
    server.advance(1min);
    CHECK(server.post(inbox + "/" + id + "/read", "{}", "piet").status == 204);
    CHECK(newest(server, "piet", "readAt") == read_at);
    CHECK(events_of(server, "piet", "?unread=true") == "access_requested access_requested");
    const auto rest = server.get(inbox + "?limit=2&cursor=" + page.text("nextCursor"), "piet");
    CHECK(rest.text("nextCursor") == "null");
    CHECK(rest.json().root().find("items").size() == 1);
    CHECK(server.post(inbox + "/read", R"({"through":")" + id + "\"}", "piet").status == 204);
    CHECK(events_of(server, "piet", "?unread=true").empty());
    CHECK(events_of(server, "piet") == "access_requested access_requested access_requested");
    CHECK(server.post(inbox + "/read", R"({"through":"no"})", "piet").status == 400);
    CHECK(server.post(inbox + "/read", "{}", "piet").status == 400);
    CHECK(server.get(inbox + "?unread=maybe", "piet").status == 400);
    CHECK(server.get(inbox).status == 401);
    // One that comes later is unread again.
    act(server, third, "withdraw", "jan");
    CHECK(events_of(server, "piet", "?unread=true") == "access_revoked");
}

TEST_CASE("no setting keeps a notification from the user whom it concerns") {
    TestServer server;
    Journey journey{server};
    // Staff start without consent where the tenant allows it; even then the user is told.
    REQUIRE(journey.start("jan", "piet", "bureau").status == 201);
    CHECK(events_of(server, "piet") == "impersonation_started");
    // Who takes no requests still hears of every visit.
    REQUIRE(journey.start("kim", "stil", "bureau").status == 201);
    CHECK(events_of(server, "stil") == "impersonation_started");
    // An act-as token neither reads nor marks them.
    With acting;
    acting.bearer = journey.start("kim", "els", "bureau").text("delegatedToken");
    CHECK(server.request("GET", inbox, acting).status == 403);
    acting.body = R"({"through":"99"})";
    CHECK(server.request("POST", inbox + "/read", acting).status == 403);
    CHECK(events_of(server, "els", "?unread=true") == "impersonation_started");
    // And no policy has a switch for it.
    const auto accepted = [](const std::string& more) {
        const auto document = json::Document::parse(R"({"profile":"support_access")" + more + "}");
        return wire::read_policy(document->root()).ok();
    };
    REQUIRE(accepted(""));
    for (const auto* name : {"notifications", "notifyUser", "tellUser", "email"}) {
        INFO(name);
        CHECK_FALSE(accepted(std::string{",\""} + name + "\":false"));
    }
}

TEST_CASE("somebody is told shortly before the end, once for each end") {
    TestServer server{look_often};
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau", R"(,"ttlMinutes":30)");
    server.advance(24min);
    journey.request_grant("T-2", "jan", "els");  // something else happens meanwhile
    CHECK(events_of(server, "piet") == "impersonation_started");
    server.advance(61s);
    REQUIRE(comes(server, "piet", "access_ending"));
    CHECK(newest(server, "piet", "title") == "The visit to your account is about to end");
    CHECK(newest(server, "piet", "endsAt") == started.text("session.expiresAt"));
    // It is on record like everything, by nobody, and told once.
    CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'access_ending'"
                        " AND actor_id IS NULL AND session_id IS NOT NULL") == 1);
    server.advance(1min);
    journey.request_grant("T-3", "jan", "els");
    CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'access_ending'") == 1);
}

TEST_CASE("what ended early is not about to end, and a new end is told anew") {
    TestServer server{look_often};
    Journey journey{server};
    const auto grant = journey.request_grant();
    journey.consent(grant);
    const auto id =
        journey.start("jan", "piet", "de-akker", R"(,"ttlMinutes":30)").text("session.id");
    const auto now = server.server().application().clock().now();
    const auto amend = [&](std::chrono::minutes in) {
        const auto until = format_rfc3339(floor_to_second(now + in));
        const auto reply = server.post("/api/v1/support-access/grants/" + grant + "/amend",
                                       R"({"until":")" + until + "\"}", "piet");
        INFO(reply.body);
        REQUIRE(reply.status == 200);
    };
    // Ten minutes, of which a fifth is two.
    amend(10min);
    server.advance(8min + 2s);
    REQUIRE(comes(server, "piet", "access_ending"));
    REQUIRE(
        server.post("/api/v1/support-access/support-sessions/" + id + "/end", "{}", "jan").status ==
        200);
    // Without a session, the consent's own end is told; and when it is put off, that end too.
    const auto reminders = [&] {
        return server.number(
            "SELECT COUNT(*) FROM record WHERE event = 'access_ending' AND session_id IS NULL");
    };
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (reminders() < 1 && std::chrono::steady_clock::now() < deadline) {
    }
    CHECK(reminders() == 1);
    CHECK(newest(server, "piet", "title") == "Access to your account is about to end");
    amend(60min);
    server.advance(47min);
    while (reminders() < 2 && std::chrono::steady_clock::now() < deadline) {
    }
    CHECK(reminders() == 2);
    // A visit that is stopped in time is never about to end.
    const auto other = journey.start("kim", "els", "bureau", R"(,"ttlMinutes":30)");
    REQUIRE(
        server
            .post("/api/v1/support-access/support-sessions/" + other.text("session.id") + "/end",
                  "{}", "kim")
            .status == 200);
    server.advance(26min);
    REQUIRE(journey.start("kim", "stil", "bureau", R"(,"ttlMinutes":15)").status == 201);
    server.advance(13min);
    REQUIRE(comes(server, "stil", "access_ending"));
    CHECK(events_of(server, "els").find("access_ending") == std::string::npos);
}
