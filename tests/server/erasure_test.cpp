// Personal data is erased from the record on request, unless something needs it yet; the tree
// stays.
#include "audit/erasure.hpp"

#include <fstream>

#include "audit/leaf.hpp"
#include "audit_record.hpp"
#include "lived_access.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

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
