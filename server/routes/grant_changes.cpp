#include <algorithm>

#include "access/sessions.hpp"
#include "application.hpp"
#include "routes/consent_end.hpp"
#include "routes/grant_access.hpp"
#include "routes/parties.hpp"

namespace hallpass::server {
namespace {

/// A grant that the caller may see, with what a change must respect.
struct Subject {
    GrantRow row;
    Policy policy;
    ScopeSet scopes;  ///< what the user holds now
    std::string time_zone;
};

Result<Subject> subject_of_change(const Call& call, Connection& store) {
    auto row = visible_grant(call, store, call.path("id"));
    if (!row) return std::move(row).error();
    auto tenant = find_tenant(store, row->tenant_id);
    const auto user = find_user(store, row->subject_id);
    if (!tenant || !user) throw StoreFault("a grant's tenant or user is gone");
    auto scopes = membership_scopes(store, row->tenant_id, row->subject_id).value_or(ScopeSet{});
    const bool own = row->subject_id == call.identity.user_id();
    if (own) scopes = consentable(call, scopes);
    return Subject{*std::move(row), tenant->policy, std::move(scopes), user->time_zone};
}

/// What the user has and was asked for, or what they consented to already.
ScopeSet within_grant(const Subject& subject) {
    const auto grant = to_grant(subject.row);
    const auto* granted = std::get_if<Granted>(&grant.state);
    const auto& ceiling = granted && granted->scopes ? granted->scopes : grant.requested_scopes;
    return ceiling ? intersection(subject.scopes, *ceiling) : subject.scopes;
}

/// Applies the event, stores the new state and tells everybody.
Result<Answer> apply(const Call& call, Transaction& transaction, Subject subject,
                     const GrantEvent& event, AuditEvent name,
                     const std::optional<ShownWording>& shown = std::nullopt) {
    const auto changed =
        transition(to_grant(subject.row), event, {subject.policy, subject.scopes}, call.now);
    if (!changed) return changed.error();
    put_state(subject.row, *changed);
    update(transaction.store(), subject.row);
    auto entry = entry_about(subject.row, name, call.origin());
    if (Receipts::due(subject.row, name)) {
        auto receipt =
            call.application.receipts().give(transaction, subject.row, name, call.origin(), shown);
        if (!receipt) return receipt.error();
        entry.metadata = *std::move(receipt);
    }
    announce(transaction, subject.row, std::move(entry));
    if (name == AuditEvent::access_revoked) {
        end_sessions_under(transaction, subject.row, call.origin());
    }
    return grant_answer(200, transaction.store(), subject.row, call.now);
}

/// The same of an event about which a body has nothing to say.
Result<Answer> apply_bare(const Call& call, Transaction& transaction, const GrantEvent& event,
                          AuditEvent name) {
    wire::ObjectReader body{call.body()};
    if (auto error = body.finish()) return *error;
    auto subject = subject_of_change(call, transaction.store());
    if (!subject) return subject.error();
    return apply(call, transaction, *std::move(subject), event, name);
}

Result<Answer> grant(const Call& call, Transaction& transaction) {
    wire::ObjectReader body{call.body()};
    const auto wish = ConsentWish::read(body);
    const auto shown = ShownWording::read(body);
    if (auto error = body.finish()) return *error;
    auto subject = subject_of_change(call, transaction.store());
    if (!subject) return subject.error();
    const auto by = SubjectId::trusted(call.identity.user_id());
    // A consent that cannot count is refused for that, before its end is looked at.
    const auto now_status = status_at(to_grant(subject->row), call.now);
    if (by.str() == subject->row.subject_id && now_status == GrantStatus::pending) {
        const auto end = consent_end(call, wish, subject->time_zone, subject->policy);
        if (!end) return end.error();
        subject->row.time_zone = end->time_zone;
        subject->row.tzdata_version = call.application.zones().version();
        auto scopes = consented(call, wish, within_grant(*subject), subject->policy);
        return apply(call, transaction, *std::move(subject),
                     GrantConsent{by, end->until, std::move(scopes)}, AuditEvent::access_granted,
                     shown);
    }
    return apply(call, transaction, *std::move(subject), GrantConsent{by, call.now, wish.scopes},
                 AuditEvent::access_granted);
}

Result<Answer> decline(const Call& call, Transaction& transaction) {
    return apply_bare(call, transaction, GrantDecline{SubjectId::trusted(call.identity.user_id())},
                      AuditEvent::access_declined);
}

Result<Answer> withdraw(const Call& call, Transaction& transaction) {
    return apply_bare(call, transaction, GrantWithdraw{AgentId::trusted(call.identity.user_id())},
                      AuditEvent::access_revoked);
}

Result<Answer> revoke(const Call& call, Transaction& transaction) {
    wire::ObjectReader body{call.body()};
    const auto shown = ShownWording::read(body);
    if (auto error = body.finish()) return *error;
    auto subject = subject_of_change(call, transaction.store());
    if (!subject) return subject.error();
    const auto& caller = call.identity.user_id();
    if (shown && subject->row.subject_id != caller) {
        return invalid("shown", Reason::not_yours,
                       "only the user's own client says what they read");
    }
    GrantEvent event = GrantRevokeByUser{SubjectId::trusted(caller)};
    if (subject->row.agent_id == caller) {
        event = GrantRevokeByAgent{AgentId::trusted(caller)};
    } else if (subject->row.subject_id != caller &&
               oversees(call, transaction.store(), subject->row.tenant_id)) {
        event = GrantRevokeBySystem{};
    }
    return apply(call, transaction, *std::move(subject), event, AuditEvent::access_revoked, shown);
}

/// Shortens and narrows the sessions under an amended grant; never lengthens or widens one.
void apply_to_sessions(const Call& call, Transaction& transaction, const GrantRow& row,
                       std::string_view tenant_claim) {
    auto& store = transaction.store();
    const auto grant = to_grant(row);
    for (auto& session : store.select<SessionRow>("WHERE grant_id = :grant AND status = 'active'",
                                                  {{"grant", row.id}})) {
        const SessionLimits before{from_unix_ms(session.expires_at_unix_ms),
                                   ScopeSet::trusted(session.scopes)};
        const auto after = limits_under(before, grant, call.now);
        if (after == before) continue;
        if (after.expires_at < before.expires_at) session.limited_by = to_string(LimitedBy::grant);
        session.expires_at_unix_ms = to_unix_ms(after.expires_at);
        if (!(after.scopes == before.scopes)) session.scopes_narrowed = true;
        session.scopes = after.scopes.text();
        store.execute(
            "UPDATE sessions SET expires_at_unix_ms = :expires_at, scopes = :scopes,"
            " scopes_narrowed = :narrowed, limited_by = :limited_by WHERE id = :id",
            {{"expires_at", session.expires_at_unix_ms},
             {"scopes", session.scopes},
             {"narrowed", session.scopes_narrowed},
             {"limited_by", session.limited_by},
             {"id", session.id}});
        // The old token says more than holds now. The agent fetches a new one for the same session.
        ActAsTokens::revoke(transaction, session.id);
        const auto token = call.application.tokens().issue(transaction, session, tenant_claim);
        auto entry = entry_about(session, AuditEvent::token_issued, call.origin());
        json::Writer metadata;
        metadata.begin_object().member("tokenId", token.row.id).member("because", "access_amended");
        entry.metadata = std::move(metadata.end_object()).text();
        transaction.record(std::move(entry));
        announce(transaction, session,
                 entry_about(session, AuditEvent::access_amended, call.origin()));
    }
}

Result<Answer> amend(const Call& call, Transaction& transaction) {
    wire::ObjectReader body{call.body()};
    const auto wish = ConsentWish::read(body);
    const auto shown = ShownWording::read(body);
    if (auto error = body.finish()) return *error;
    auto subject = subject_of_change(call, transaction.store());
    if (!subject) return subject.error();
    GrantAmend event{SubjectId::trusted(call.identity.user_id()), std::nullopt, wish.scopes};
    const bool counts = event.by.str() == subject->row.subject_id &&
                        status_at(to_grant(subject->row), call.now) == GrantStatus::granted;
    if (counts && wish.names_an_end()) {
        const auto end = consent_end(call, wish, subject->time_zone, subject->policy);
        if (!end) return end.error();
        event.until = end->until;
        event.scopes = consented(call, wish, within_grant(*subject), subject->policy);
        subject->row.time_zone = end->time_zone;
        subject->row.tzdata_version = call.application.zones().version();
    }
    const auto id = subject->row.id;
    const std::string tenant_claim{subject->policy.tenant_claim()};
    auto answer =
        apply(call, transaction, *std::move(subject), event, AuditEvent::access_amended, shown);
    if (!answer) return answer;
    const auto row = transaction.store().find<GrantRow>("WHERE id = :id", {{"id", id}});
    apply_to_sessions(call, transaction, row.value(), tenant_claim);
    return answer;
}

}  // namespace

std::vector<Route> grant_change_routes() {
    const auto ending = [](std::string_view pattern, WriteHandler handler) {
        Route route{Method::post, pattern, Who::person, BodyKind::json, handler};
        route.always_heard = true;
        return route;
    };
    return {
        {Method::post, "/api/v1/support-access/grants/{id}/grant", Who::person, BodyKind::json,
         grant},
        ending("/api/v1/support-access/grants/{id}/decline", decline),
        ending("/api/v1/support-access/grants/{id}/withdraw", withdraw),
        ending("/api/v1/support-access/grants/{id}/revoke", revoke),
        {Method::post, "/api/v1/support-access/grants/{id}/amend", Who::person, BodyKind::json,
         amend},
    };
}

}  // namespace hallpass::server
