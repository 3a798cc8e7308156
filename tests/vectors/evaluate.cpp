#include "evaluate.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/expiry.hpp"
#include "hallpass/reason.hpp"
#include "hallpass/scope.hpp"
#include "hallpass/session.hpp"
#include "hallpass/verify.hpp"
#include "hallpass/wire.hpp"

namespace hallpass::vectors {
namespace {

std::string_view text(json::Value object, std::string_view name) {
    return object.find(name).string().value_or(std::string_view{});
}
std::optional<std::string_view> optional_text(json::Value object, std::string_view name) {
    return object.find(name).string();
}
std::int64_t integer(json::Value object, std::string_view name, std::int64_t fallback = 0) {
    return object.find(name).integer().value_or(fallback);
}
bool flag(json::Value object, std::string_view name) {
    return object.find(name).boolean().value_or(false);
}
Instant instant(json::Value object, std::string_view name) {
    return from_unix_ms(integer(object, name));
}

std::string failure(const Error& error) {
    json::Writer writer;
    writer.begin_object()
        .member("ok", false)
        .key("error")
        .raw(wire::error_json(error))
        .end_object();
    return std::move(writer).text();
}

std::string day_text(date::year_month_day day) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "%04d-%02u-%02u", int{day.year()}, unsigned{day.month()},
                  unsigned{day.day()});
    return digits;
}

Result<ExpiryChoice> choice_of(json::Value request) {
    const auto name = text(request, "choice");
    if (name == "instant") return ExpiryChoice{instant(request, "until")};
    if (name == "date") {
        const auto day = parse_date(text(request, "date"));
        if (!day) return day.error();
        return ExpiryChoice{*day};
    }
    return ExpiryChoice{parse_expiry_preset(name).value_or(default_expiry_preset)};
}

std::string evaluate_expiry(json::Value request) {
    const auto zone = ZoneTable::embedded().find(text(request, "timeZone"));
    if (!zone) return failure(zone.error());
    const auto choice = choice_of(request);
    if (!choice) return failure(choice.error());
    std::optional<std::chrono::milliseconds> max_grant;
    if (const auto given = request.find("maxGrant").integer()) {
        max_grant = std::chrono::milliseconds{*given};
    }
    const auto result = expiry(*choice, instant(request, "now"), *zone, max_grant);
    if (!result) return failure(result.error());
    json::Writer writer;
    writer.begin_object().member("ok", true).member("until", to_unix_ms(result->until));
    writer.member("lastDay", day_text(result->last_day)).end_object();
    return std::move(writer).text();
}

std::string evaluate_remaining(json::Value request) {
    const auto left = remaining(instant(request, "expiresAt"), instant(request, "now"),
                                std::chrono::seconds{integer(request, "step", 1)});
    json::Writer writer;
    writer.begin_object().member("ok", true);
    writer.member("seconds", static_cast<std::int64_t>(left.left.count())).key("nextWake");
    left.next_wake ? writer.integer(to_unix_ms(*left.next_wake)) : writer.null();
    writer.member("over", left.over).end_object();
    return std::move(writer).text();
}

GrantState state_of(std::optional<GrantStatus> stored, Instant until) {
    switch (stored.value_or(GrantStatus::expired)) {
        case GrantStatus::pending: return Pending{until};
        case GrantStatus::granted: return Granted{until, until, {}};
        case GrantStatus::declined: return Declined{until};
        case GrantStatus::revoked: return Revoked{until, RevokedBy::user, {}};
        case GrantStatus::expired: break;
    }
    return Expired{until, {}};
}

std::string evaluate_status(json::Value request) {
    const auto until = instant(request, "until");
    const auto now = instant(request, "now");
    const auto stored = parse_grant_status(text(request, "stored"));
    const Grant grant{GrantId::trusted("g"),
                      TenantId::trusted("t"),
                      SubjectId::trusted("s"),
                      {},
                      {},
                      {},
                      {},
                      until,
                      state_of(stored, until)};
    return json::quoted(to_string(status_at(grant, now)));
}

std::string evaluate_narrow(json::Value request) {
    const auto available = ScopeSet::parse(text(request, "available"), "scopes");
    if (!available) return failure(available.error());
    std::optional<ScopeSet> requested;
    if (const auto given = optional_text(request, "requested")) {
        auto parsed = ScopeSet::parse(*given, "scopes");
        if (!parsed) return failure(parsed.error());
        requested = *std::move(parsed);
    }
    const auto never = ScopePatterns::parse(text(request, "neverCarried"), "neverCarried");
    if (!never) return failure(never.error());
    Narrowing narrowing{available->view(), std::nullopt, &*never, flag(request, "readOnly")};
    if (requested) narrowing.requested = requested->view();
    const auto narrowed = narrow(narrowing);
    if (!narrowed) return failure(narrowed.error());
    json::Writer writer;
    writer.begin_object().member("ok", true).member("scopes", narrowed->text()).end_object();
    return std::move(writer).text();
}

std::string evaluate_subset(json::Value request) {
    const auto mine = ScopeSet::parse(text(request, "mine"), "scopes");
    const auto theirs = ScopeSet::parse(text(request, "theirs"), "scopes");
    return mine && theirs && mine->view().is_subset_of(theirs->view()) ? "true" : "false";
}

std::string evaluate_reason(json::Value request) {
    const auto reason = AccessReason::parse(text(request, "text"));
    if (!reason) return failure(reason.error());
    json::Writer writer;
    writer.begin_object().member("ok", true).member("reason", reason->str()).end_object();
    return std::move(writer).text();
}

/// Texts of a start that views point into.
struct Held {
    std::vector<ScopeSet> scopes;
    std::vector<GrantFacts> grants;
    std::vector<ActiveSession> sessions;
};

template <class Id>
std::optional<typename Id::View> optional_id(json::Value object, std::string_view name) {
    const auto given = optional_text(object, name);
    if (!given) return std::nullopt;
    return Id::View::trusted(*given);
}

/// @returns the first scopes that are none, as an error
std::optional<Error> hold(json::Value value, Held& held, std::optional<ScopeView>& view) {
    const auto given = value.string();
    if (!given) return std::nullopt;
    auto parsed = ScopeSet::parse(*given, "scopes");
    if (!parsed) return parsed.error();
    held.scopes.push_back(*std::move(parsed));
    view = held.scopes.back().view();
    return std::nullopt;
}

std::optional<Error> hold_grants(json::Value grants, Held& held) {
    for (auto each = grants.first(); each; each = each.next()) {
        std::optional<ScopeView> scopes;
        if (auto error = hold(each.find("scopes"), held, scopes)) return error;
        std::optional<Instant> until;
        if (const auto given = each.find("grantedUntil").integer()) until = from_unix_ms(*given);
        held.grants.push_back({GrantId::View::trusted(text(each, "id")),
                               parse_grant_status(text(each, "status")).value(), until,
                               optional_id<AgentId>(each, "agentId"),
                               optional_id<TicketId>(each, "ticketId"), scopes});
    }
    return std::nullopt;
}

AgentFacts agent_of(json::Value agent) {
    PermissionSet permissions;
    for (auto role = agent.find("roles").first(); role; role = role.next()) {
        permissions = permissions | Roles{}.permissions_of(role.string().value_or(""));
    }
    return {AgentId::View::trusted(text(agent, "id")),
            {permissions, flag(agent, "banned"), flag(agent, "actingAs")},
            flag(agent, "known"),
            flag(agent, "inTenant")};
}

Result<Policy> policy_of(json::Value policy) {
    if (const auto name = policy.string()) return Policy::of(parse_profile(*name).value());
    return wire::read_policy(policy);
}

std::string spell(const SessionPlan& plan) {
    json::Writer writer;
    writer.begin_object().member("ok", true);
    writer.member("startedAt", to_unix_ms(plan.started_at));
    writer.member("expiresAt", to_unix_ms(plan.expires_at));
    writer.member("limitedBy", to_string(plan.limited_by));
    writer.member("ttlMinutes", static_cast<std::int64_t>(plan.ttl.count())).key("grantIndex");
    plan.grant_index ? writer.integer(static_cast<std::int64_t>(*plan.grant_index)) : writer.null();
    writer.member("scopes", plan.scopes.text());
    writer.member("scopesNarrowed", plan.scopes_narrowed).end_object();
    return std::move(writer).text();
}

std::string evaluate_session(json::Value request) {
    const auto given = request.find("facts");
    const auto policy = policy_of(given.find("policy"));
    if (!policy) return failure(policy.error());
    Held held;
    held.scopes.reserve(given.find("grants").size() + 2);  // views stay where they are
    std::optional<ScopeView> subject_scopes;
    std::optional<ScopeView> scopes;
    const auto subject = given.find("subject");
    if (auto error = hold(subject.find("scopes"), held, subject_scopes)) return failure(*error);
    if (auto error = hold(given.find("scopes"), held, scopes)) return failure(*error);
    if (auto error = hold_grants(given.find("grants"), held)) return failure(*error);
    const auto sessions = given.find("sessions");
    for (auto each = sessions.first(); each; each = each.next()) {
        held.sessions.push_back({AgentId::View::trusted(text(each, "agentId")),
                                 SubjectId::View::trusted(text(each, "subjectId")),
                                 instant(each, "expiresAt")});
    }
    std::optional<std::chrono::minutes> ttl;
    if (const auto minutes = given.find("ttlMinutes").integer())
        ttl = std::chrono::minutes{*minutes};
    const StartFacts facts{
        .agent = agent_of(given.find("agent")),
        .tenant = TenantId::View::trusted(text(given, "tenant")),
        .tenant_exists = flag(given, "tenantExists"),
        .policy = *policy,
        .subject = {SubjectId::View::trusted(text(subject, "id")),
                    subject_scopes.value_or(ScopeView{}), flag(subject, "existsInTenant"),
                    flag(subject, "staff"), flag(subject, "banned"), flag(subject, "optedOut")},
        .reason = text(given, "reason"),
        .ticket = optional_id<TicketId>(given, "ticket"),
        .ttl = ttl,
        .scopes = scopes,
        .read_only = flag(given, "readOnly"),
        .grants = held.grants,
        .sessions = held.sessions};
    const auto plan = plan_session(facts, instant(request, "now"));
    return plan ? spell(*plan) : failure(plan.error());
}

void member_or_null(json::Writer& writer, std::string_view name, const std::string* value) {
    writer.key(name);
    value != nullptr ? writer.string(*value) : writer.null();
}

template <class T>
const std::string* text_of(const std::optional<T>& id) {
    return id ? &id->str() : nullptr;
}

std::string spell(const LiveSession& session) {
    json::Writer writer;
    writer.begin_object().member("ok", true).key("session").begin_object();
    writer.member("id", session.session().str()).member("subject", session.subject().str());
    writer.member("actor", session.agent().str());
    member_or_null(writer, "tenant", text_of(session.tenant()));
    writer.member("tenantClaim", session.tenant_claim()).key("scopes");
    wire::write(writer, session.scopes().view());
    member_or_null(writer, "tokenId", text_of(session.token()));
    member_or_null(writer, "grantId", text_of(session.grant()));
    writer.member("expiresAt", to_unix_ms(session.not_after())).key("status");
    if (session.status()) {
        writer.begin_object();
        writer.member("index", static_cast<std::int64_t>(session.status()->index));
        writer.member("uri", session.status()->uri).end_object();
    } else {
        writer.null();
    }
    writer.end_object().end_object();
    return std::move(writer).text();
}

std::string evaluate_token(json::Value request) {
    std::vector<std::string> types;
    const auto given_types = request.find("types");
    for (auto type = given_types.first(); type; type = type.next()) {
        types.emplace_back(type.string().value_or(""));
    }
    const VerifierRules rules{std::string{text(request, "issuer")},
                              std::string{text(request, "audience")},
                              std::chrono::seconds{integer(request, "clockSkewSeconds")}};
    const auto keys = KeySet::parse(request.find("jwks").excerpt(1U << 20U));
    if (!keys) return failure(keys.error());
    auto token = UnverifiedToken::parse(text(request, "token"), types);
    if (!token) return failure(token.error());
    const auto key = token->select_key(*keys);
    if (!key) return failure(key.error());
    const auto holds =
        flag(request, "signatureHolds") ? SignatureCheck::valid : SignatureCheck::invalid;
    const auto signed_token = SignedToken::accept(*std::move(token), **key, holds);
    if (!signed_token) return failure(signed_token.error());
    const auto now = instant(request, "now");
    const auto session = LiveSession::check(*signed_token, rules, now);
    if (!session) return failure(session.error());
    const auto required = ScopeSet::parse(text(request, "requiredScopes"), "scopes");
    if (!required) return failure(required.error());
    const auto again = session->check_again(now, required->view());
    return again ? spell(*session) : failure(again.error());
}

}  // namespace

std::string evaluate(json::Value request) {
    const auto call = text(request, "call");
    if (call == "expiry") return evaluate_expiry(request);
    if (call == "remaining") return evaluate_remaining(request);
    if (call == "status") return evaluate_status(request);
    if (call == "narrow") return evaluate_narrow(request);
    if (call == "subset") return evaluate_subset(request);
    if (call == "reason") return evaluate_reason(request);
    if (call == "session") return evaluate_session(request);
    if (call == "token") return evaluate_token(request);
    return "\"no such call\"";
}

}  // namespace hallpass::vectors
