// Personal data is erased from the record, on request and after its time; the tree stays.
#include "audit/erasure.hpp"

#include <fstream>

#include "audit/leaf.hpp"
#include "audit_record.hpp"
#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

constexpr const char* support_sessions = "/api/v1/support-access/support-sessions/";
constexpr const char* named =
    "SELECT COUNT(*) FROM record WHERE subject_id IS NOT NULL OR actor_id IS NOT NULL"
    " OR agent_id IS NOT NULL OR ip IS NOT NULL OR user_agent IS NOT NULL";
constexpr auto listed_for = 27h;  // the longest token, and a day on its status list

/// What an erasure of a user came to: "" where it was not refused.
std::string refusal_of(TestServer& server, const std::string& user) {
    try {
        erase_user(server.server().application().store(), user);
    } catch (const ErasureRefused& refused) {
        return std::string{to_string(refused.refusal())};
    }
    return "";
}

/// The whole path of an access: asked, granted, used, ended, revoked.
std::string lived_through(TestServer& server, const std::string& user = "piet") {
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

std::int64_t count(TestServer& server, const std::string& from) {
    return server.number("SELECT COUNT(*) FROM " + from);
}

Outcome audit(const TestServer& server, std::vector<std::string> words) {
    words.insert(words.begin(), "audit");
    words.insert(words.end(), {"--database", server.settings().database, "--key-file",
                               server.settings().key_file});
    return hallpassd(words);
}

}  // namespace

TEST_CASE("what a running session, a request, a consent or a message needs is not erased") {
    TestServer server;
    Journey journey{server};
    const auto unchanged = [&](const std::string& refusal) {
        server.server().application().look_elsewhere();
        const auto entries = count(server, "record"), names = server.number(named);
        CHECK(refusal_of(server, "piet") == refusal);
        CHECK(count(server, "record") == entries);
        CHECK(server.number(named) == names);
    };
    const auto grant = journey.request_grant();
    unchanged("request_open");
    journey.consent(grant);
    unchanged("grant_live");
    const auto session = journey.start().text("session.id");
    unchanged("session_running");
    const auto outcome = audit(server, {"erase", "--user", "piet"});
    INFO(outcome.output);
    CHECK(outcome.exit_code == 2);
    CHECK_THAT(outcome.output, Contains("REFUSED: session_running"));
    // Retention passes by the running session and the consent as well.
    erase_older(server.server().application().store(), server.server().application().clock().now(),
                100);
    CHECK(server.number("SELECT COUNT(*) FROM record WHERE subject_id IS NULL AND session_id ="
                        " '" +
                        session + "'") == 0);
    CHECK(server.number("SELECT COUNT(*) FROM record WHERE subject_id IS NULL AND grant_id = '" +
                        grant + "'") == 0);

    REQUIRE(server.post(support_sessions + session + "/end", "{}", "jan").status == 200);
    unchanged("grant_live");
    REQUIRE(
        server.post("/api/v1/support-access/grants/" + grant + "/revoke", "{}", "piet").status ==
        200);
    unchanged("token_listed");
    server.advance(listed_for);
    CHECK(refusal_of(server, "piet").empty());
}

TEST_CASE("what nobody was told of yet is not erased") {
    const AuditRecord record{5};
    auto store = record.open();
    store.execute("INSERT INTO outbox (sequence) VALUES (3)");
    const auto refused = record.audit("erase --user piet");
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.output, Contains("REFUSED: message_waiting"));
    CHECK(store.number("SELECT COUNT(*) FROM record WHERE subject_id = 'piet'") == 5);
    store.execute("DELETE FROM outbox");
    CHECK(record.audit("erase --user piet").exit_code == 0);
}

TEST_CASE("a message that is still on its way keeps what it is about") {
    TestServer server;
    lived_through(server);
    server.advance(listed_for);
    auto& store = server.server().application().store();
    store.write_now([](Transaction& transaction) {
        transaction.store().execute(
            "INSERT INTO messages (id, channel, target, event, tenant_id, title, body,"
            " created_at_unix_ms, due_at_unix_ms, attempts, leased_until_unix_ms, sequence)"
            " SELECT 'msg_1', 'webhook:gone', '', event, 'de-akker', '', 'piet', 0, 0, 0, 0,"
            " sequence FROM record WHERE subject_id = 'piet' ORDER BY sequence LIMIT 1");
    });
    CHECK(refusal_of(server, "piet") == "message_waiting");
    store.write_now([](Transaction& transaction) {
        transaction.store().execute("UPDATE messages SET dead_at_unix_ms = 1");
    });
    CHECK(refusal_of(server, "piet").empty());
    CHECK(count(server, "messages") == 0);
}

TEST_CASE("all about one user is erased, and the tree holds as before") {
    TestServer server;
    const auto session = lived_through(server);
    lived_through(server, "els");
    server.advance(listed_for);
    const auto others = server.number("SELECT COUNT(*) FROM record WHERE subject_id = 'els'");
    const auto receipts_of_els =
        server.number("SELECT COUNT(*) FROM receipts WHERE subject_id = 'els'");
    const auto head = server.get("/api/v1/audit/checkpoint", "ada").body;
    const auto entries = count(server, "record");

    const auto result = erase_user(server.server().application().store(), "piet");
    CHECK(result.erased.entries >= 6);
    CHECK(result.erased.parts == 3 * result.erased.entries);
    CHECK(result.erased.sessions == 1);
    CHECK(result.erased.grants == 1);
    CHECK(result.erased.receipts >= 1);
    for (const std::string table : {"record", "sessions", "grants", "receipts"}) {
        INFO(table);
        CHECK(count(server, table + " WHERE subject_id = 'piet'") == 0);
    }
    CHECK(count(server,
                "record WHERE session_id = '" + session +
                    "' AND (ip IS NOT NULL OR"
                    " user_agent IS NOT NULL OR resource_id IS NOT NULL OR metadata <> '{}')") ==
          0);
    CHECK(count(server, "record WHERE subject_id = 'els'") == others);
    CHECK(count(server, "receipts WHERE subject_id = 'els'") == receipts_of_els);

    // Each change has its own entry, and nothing in it tells about whom it was.
    const auto told = server.server().application().store().read([&](Connection& store) {
        return store.select<RecordRow>("WHERE sequence > :last ORDER BY sequence",
                                       {{"last", entries}});
    });
    REQUIRE(!told.empty());
    std::int64_t parts = 0;
    for (const auto& entry : told) {
        CHECK(entry.event == "personal_data_erased");
        CHECK_FALSE((entry.subject_id || entry.actor_id || entry.agent_id || entry.ip));
        CHECK_THAT(entry.metadata, Contains(result.id) && !Contains("piet"));
        parts += json::Document::parse(entry.metadata)->root().find("parts").integer().value_or(0);
    }
    CHECK(parts == result.erased.parts);

    // The database, an export and a head from before all still hold.
    const auto verified = audit(server, {"verify"});
    INFO(verified.output);
    CHECK(verified.exit_code == 0);
    CHECK_THAT(verified.output, Contains("parts about persons that were erased: " +
                                         std::to_string(result.erased.parts)));
    const auto& folder = server.folder();
    std::ofstream{folder.file("head")} << head;
    REQUIRE(audit(server, {"export", "--output", folder.file("all.jsonl")}).exit_code == 0);
    const auto from_file = audit(server, {"verify", "--file", folder.file("all.jsonl"),
                                          "--checkpoint", folder.file("head")});
    INFO(from_file.output);
    CHECK(from_file.exit_code == 0);
    CHECK_THAT(from_file.output, Contains("the expected head is part of it"));

    SECTION("a second time finds nothing and writes nothing") {
        const auto now_there = count(server, "record");
        CHECK_FALSE(erase_user(server.server().application().store(), "piet").erased.any());
        const auto again = audit(server, {"erase", "--user", "piet"});
        CHECK(again.exit_code == 0);
        CHECK_THAT(again.output, Contains("0 entries"));
        CHECK(count(server, "record") == now_there);
    }
    SECTION("an erased entry's place in the tree is proven as before") {
        const auto sequence = std::to_string(
            server.number("SELECT MIN(sequence) FROM record WHERE session_id = '" + session + "'"));
        const auto proof = server.get("/api/v1/audit/proof/inclusion/" + sequence, "ada");
        INFO(proof.body);
        CHECK(proof.status == 200);
        const auto document = proof.json();
        const auto leaf = document.root().find("leaf").string();
        REQUIRE(leaf);
        CHECK_THAT(std::string{*leaf}, Contains("\"sequence\":" + sequence));
        CHECK(proof.body.find("\"people\":{") == std::string::npos);
        // Whom it named it no longer names.
        CHECK(server.get("/api/v1/audit/proof/inclusion/" + sequence, "piet").status == 404);
    }
    SECTION("what is gone without an erasure on record is found") {
        server.server().application().store().write_now([](Transaction& transaction) {
            auto entry = *transaction.store().find<RecordRow>(
                "WHERE subject_id = 'els' ORDER BY sequence LIMIT 1");
            erase_part(entry, LeafPart::origin);
            transaction.store().execute(
                "UPDATE record SET ip = NULL, user_agent = NULL, seals = :seals"
                " WHERE sequence = :sequence",
                {{"seals", entry.seals}, {"sequence", entry.sequence}});
        });
        const auto found = audit(server, {"verify"});
        CHECK(found.exit_code == 2);
        CHECK_THAT(found.output, Contains("no erasure on record took"));
    }
}

TEST_CASE("retention erases what is older than its days, and only that") {
    TestServer server{[](Settings& settings) {
        settings.record_retention = 24h * 30;
        settings.sweep_every = 24h * 4;  // retention follows such steps of the clock at once
    }};
    auto& application = server.server().application();
    lived_through(server);
    const auto old = server.number(named);
    application.sweep();
    CHECK(server.number(named) == old);
    server.advance(24h * 29);
    lived_through(server);
    const auto both = server.number(named);
    application.sweep();
    CHECK(server.number(named) == both);
    server.advance(24h * 2);
    application.sweep();
    CHECK(server.number(named) == both - old);
    CHECK(count(server, "sessions") == 1);
    CHECK(count(server, "grants") == 1);
    CHECK(count(server, "record WHERE event = 'personal_data_expired'") == 1);
    application.sweep();  // nothing more is due
    CHECK(count(server, "record WHERE event = 'personal_data_expired'") == 1);
    server.advance(24h * 40);
    application.sweep();
    CHECK(server.number(named) == 0);
    CHECK(count(server, "sessions") + count(server, "tokens") + count(server, "receipts") == 0);
    CHECK(count(server, "record WHERE event = 'personal_data_expired'") == 2);
    CHECK(audit(server, {"verify"}).exit_code == 0);
    // The server goes on as before.
    lived_through(server);
}

TEST_CASE("without retention nothing is erased, however old") {
    TestServer server;
    lived_through(server);
    const auto names = server.number(named);
    server.advance(24h * 3000);
    server.server().application().sweep();
    CHECK(server.number(named) >= names);
    CHECK(count(server, "record WHERE event = 'personal_data_expired'") == 0);
}

TEST_CASE("an entry that is not as it was written is not erased: it is evidence") {
    TestServer server;
    lived_through(server);
    server.advance(listed_for);
    auto& store = server.server().application().store();
    store.write_now([](Transaction& transaction) {
        transaction.store().execute(
            "UPDATE record SET metadata = '{\"changed\":true}' WHERE sequence ="
            " (SELECT MIN(sequence) FROM record WHERE subject_id = 'piet')");
    });
    CHECK_THROWS_WITH(erase_user(store, "piet"), Contains("not as it was written"));
    CHECK(count(server, "record WHERE metadata = '{\"changed\":true}'") == 1);
    CHECK(audit(server, {"verify"}).exit_code == 2);
}

TEST_CASE("audit erase takes a long record in bounded changes") {
    const AuditRecord record{900};
    const auto erased = record.audit("erase --user piet");
    INFO(erased.output);
    CHECK(erased.exit_code == 0);
    CHECK_THAT(erased.output, Contains("900 entries' personal data (2700 parts)"));
    auto store = record.open();
    CHECK(store.number("SELECT COUNT(*) FROM record WHERE subject_id IS NOT NULL") == 0);
    CHECK(store.number("SELECT COUNT(*) FROM record WHERE event = 'personal_data_erased'") == 5);
    CHECK(record.audit("verify").exit_code == 0);
    CHECK(record.audit("erase --user piet").exit_code == 1);  // nobody knows them any more
}

TEST_CASE("audit erase --before takes what is older, beside a running server") {
    TestServer server;
    server.server().application().demo_clock().advance(-24h * 10);
    lived_through(server);
    const auto names = server.number(named);
    const auto day = [](std::chrono::hours ago) {
        return format_rfc3339(std::chrono::floor<std::chrono::seconds>(SystemClock{}.now() - ago));
    };
    CHECK_THAT(audit(server, {"erase", "--before", day(24h * 11)}).output, Contains("0 entries"));
    CHECK(server.number(named) == names);
    const auto erased = audit(server, {"erase", "--before", day(24h * 9)});
    INFO(erased.output);
    CHECK(erased.exit_code == 0);
    CHECK_THAT(erased.output, Contains(std::to_string(names) + " entries"));
    CHECK(server.number(named) == 0);
    CHECK(count(server, "sessions") == 0);
    CHECK(audit(server, {"verify"}).exit_code == 0);
}

TEST_CASE("bad input to audit erase erases nothing") {
    const AuditRecord record{5};
    for (const std::string words :
         {"erase", "erase --user", "erase --user piet --before 2026-01-01",
          "erase --before yesterday", "erase --before 9999-01-01",
          "erase --user nobody-of-that-name",
          "erase --user piet --database sqlite:/nonexistent.db"}) {
        INFO(words);
        CHECK(record.audit(words).exit_code != 0);
    }
    auto store = record.open();
    CHECK(store.number("SELECT COUNT(*) FROM record WHERE subject_id = 'piet'") == 5);
    CHECK(store.number("SELECT COUNT(*) FROM record") == 5);
}
