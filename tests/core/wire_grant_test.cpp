#include "hallpass/wire.hpp"

#include "grant_parties.hpp"
#include "hallpass_catch.hpp"

using namespace parties;

namespace {

std::string written(const Grant& grant, Instant now) {
    json::Writer writer;
    writer.begin_object();
    wire::write_members(writer, grant, now);
    writer.end_object();
    return writer.text();
}
Result<Grant> read(std::string_view text) {
    const auto document = json::Document::parse(text);
    REQUIRE(document.ok());
    return wire::read_grant(document->root());
}
std::string refusal(std::string_view text) {
    const auto grant = read(text);
    if (grant) return "ok";
    CHECK(grant.error().code == ErrorCode::VALIDATION_ERROR);
    return grant.error().field + " " + std::string{to_string(grant.error().reason)};
}

const std::string ids =
    R"("id":"g","tenantId":"t","subjectId":"s","createdAt":"2025-10-18T14:30:00Z")";
const std::string pending = R"(,"status":"pending","pendingUntil":"2025-10-25T14:30:00Z")";

}  // namespace

TEST_CASE("wire: a grant in every state comes back as it went") {
    const auto odd = milliseconds{123};
    const Granted whole{noon - hours{1}, noon + hours{1} + odd, std::nullopt};
    const Granted narrowed{noon - hours{1}, noon + hours{1}, scopes("a:b c:d")};
    const Granted none{noon - hours{1}, noon + hours{1}, scopes("")};
    const GrantState states[] = {
        Pending{noon + odd},
        whole,
        narrowed,
        none,
        Declined{noon - odd},
        Revoked{noon, RevokedBy::user, whole},
        Revoked{noon, RevokedBy::agent, std::nullopt},
        Revoked{noon, RevokedBy::system, narrowed},
        Expired{noon, std::nullopt},
        Expired{noon + odd, none},
    };
    for (const auto& state : states) {
        for (int bits = 0; bits < 16; ++bits) {
            auto grant = grant_in(state);
            if ((bits & 1) != 0) grant.agent.reset();
            if ((bits & 2) != 0) grant.ticket.reset();
            if ((bits & 4) != 0) grant.reason.reset();
            if ((bits & 8) != 0) grant.requested_scopes = scopes("a:b");
            const auto text = written(grant, noon - minutes{1});
            CAPTURE(text);
            const auto again = read(text);
            REQUIRE(again.ok());
            CHECK(*again == grant);
        }
    }
}

TEST_CASE("wire: a grant is written as it stands at the given time") {
    const auto grant = grant_in(Granted{noon - hours{1}, noon, scopes("a:b")});
    CHECK(
        written(grant, noon - milliseconds{1}) ==
        R"({"id":"grant-1","tenantId":"farm","subjectId":"piet","agentId":"jan","ticketId":"ticket-1",)"
        R"("reason":"look into it","status":"granted","requestedScopes":null,"createdAt":"2027-01-15T07:00:00Z",)"
        R"("grantedAt":"2027-01-15T07:00:00Z","grantedUntil":"2027-01-15T08:00:00Z","scopes":["a:b"]})");
    CHECK(
        written(grant, noon) ==
        R"({"id":"grant-1","tenantId":"farm","subjectId":"piet","agentId":"jan","ticketId":"ticket-1",)"
        R"("reason":"look into it","status":"expired","requestedScopes":null,"createdAt":"2027-01-15T07:00:00Z",)"
        R"("grantedAt":"2027-01-15T07:00:00Z","grantedUntil":"2027-01-15T08:00:00Z","scopes":["a:b"],)"
        R"("expiredAt":"2027-01-15T08:00:00Z"})");
    CHECK(written(grant_in(Pending{noon}), noon).find(R"("status":"expired")") !=
          std::string::npos);
}

TEST_CASE("wire: further members of a grant are ignored") {
    CHECK(refusal("{" + ids + pending + R"(,"labels":{"a":[1]},"subjectName":"Piet"})") == "ok");
}

TEST_CASE("wire: every member of a grant that is missing or wrong is named") {
    const auto without = [](std::string_view member) {
        const auto whole = json::Document::parse("{" + ids + pending + "}");
        REQUIRE(whole.ok());
        json::Writer writer;
        writer.begin_object();
        for (auto each = whole->root().first(); each; each = each.next()) {
            if (each.name() != member) writer.key(each.name()).raw(each.excerpt());
        }
        writer.end_object();
        return refusal(writer.text());
    };
    for (const std::string member :
         {"id", "tenantId", "subjectId", "createdAt", "status", "pendingUntil"}) {
        CHECK(without(member) == member + " required");
    }
    const auto with = [](const std::string& members) { return refusal("{" + ids + members + "}"); };
    CHECK(with(pending) == "ok");
    CHECK(with(pending + R"(,"agentId":5)") == "agentId wrong_type");
    CHECK(with(pending + R"(,"agentId":"")") == "agentId required");
    CHECK(with(pending + R"(,"agentId":" a")") == "agentId malformed");
    CHECK(with(pending + R"(,"ticketId":[])") == "ticketId wrong_type");
    CHECK(with(pending + R"(,"reason":5)") == "reason wrong_type");
    CHECK(with(pending + R"(,"reason":"why")") == "reason too_short");
    CHECK(with(pending + R"(,"requestedScopes":"a:b")") == "requestedScopes wrong_type");
    CHECK(with(pending + R"(,"requestedScopes":["a"])") == "requestedScopes malformed");
    CHECK(with(R"(,"status":"open")") == "status not_one_of");
    CHECK(with(R"(,"status":5)") == "status wrong_type");
    CHECK(with(R"(,"status":"pending","pendingUntil":"soon")") == "pendingUntil malformed");
    CHECK(with(R"(,"status":"granted","grantedAt":"2025-10-18T14:30:00Z")") ==
          "grantedUntil required");
    CHECK(with(R"(,"status":"granted","grantedUntil":"2025-10-18T14:30:00Z")") ==
          "grantedAt required");
    CHECK(with(R"(,"status":"declined")") == "declinedAt required");
    CHECK(with(R"(,"status":"expired")") == "expiredAt required");
    CHECK(with(R"(,"status":"revoked","revokedBy":"user")") == "revokedAt required");
    CHECK(with(R"(,"status":"revoked","revokedAt":"2025-10-18T14:30:00Z")") ==
          "revokedBy required");
    CHECK(with(R"(,"status":"revoked","revokedAt":"2025-10-18T14:30:00Z","revokedBy":"admin")") ==
          "revokedBy not_one_of");
    CHECK(
        with(
            R"(,"status":"expired","expiredAt":"2025-10-18T14:30:00Z","grantedAt":"2025-10-18T14:30:00Z")") ==
        "grantedUntil required");
    for (const std::string_view bad : {"[]", "null", "5"}) CHECK(refusal(bad) == " wrong_type");
}
