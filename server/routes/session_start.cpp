#include <algorithm>

#include "access/hand_over.hpp"
#include "access/record_entries.hpp"
#include "access/settlement.hpp"
#include "application.hpp"
#include "random.hpp"
#include "routes/parties.hpp"
#include "routes/session_access.hpp"

namespace hallpass::server {
namespace {

constexpr std::chrono::seconds code_good_for{60};

struct StartBody {
    NamedTenant tenant;
    std::string subject_id, reason;
    std::optional<std::chrono::minutes> ttl;
    std::optional<ScopeSet> scopes;
    std::optional<std::string> ticket_id;
    bool read_only = false;
};

Result<StartBody> read_start(const Call& call, Connection& store, const char* duration) {
    wire::ObjectReader body{call.body()};
    StartBody start;
    start.tenant = read_tenant(body, call, store);
    start.subject_id = body.required_id("targetUserId");
    // The reason and the ttl's limits are the core's to judge, in their place in the order.
    start.reason = body.required_string("reason", 0, 10'000);
    if (const auto ttl = body.optional_integer(duration, -1'000'000, 1'000'000)) {
        start.ttl = std::chrono::minutes{*ttl};
    }
    start.scopes = body.optional_scopes("scopes");
    start.ticket_id = read_optional_id(body, "ticketId");
    start.read_only = body.optional_boolean("readOnly").value_or(false);
    if (auto error = body.finish()) return *error;
    return start;
}

/// What the core must know of this subject's grants and sessions; keeps alive what facts point
/// into.
struct History {
    std::vector<GrantRow> rows;
    std::vector<Grant> grants;
    std::vector<GrantFacts> facts;
    std::vector<SessionRow> session_rows;  ///< in every tenant
    std::vector<ActiveSession> sessions;

    History(Connection& store, const std::string& tenant_id, const std::string& subject_id,
            Instant now) {
        add_grants(store.select<GrantRow>("WHERE subject_id = :subject AND tenant_id = :tenant"
                                          " AND status IN ('pending', 'granted')",
                                          {{"subject", subject_id}, {"tenant", tenant_id}}),
                   now);
        session_rows = store.select<SessionRow>("WHERE subject_id = :subject AND status = 'active'",
                                                {{"subject", subject_id}});
        for (const auto& row : session_rows) {
            if (row.tenant_id != tenant_id) continue;
            sessions.push_back({AgentId::View::trusted(row.agent_id),
                                SubjectId::View::trusted(row.subject_id),
                                from_unix_ms(row.expires_at_unix_ms)});
        }
    }

    void add_grants(std::vector<GrantRow> more, Instant now) {
        std::move(more.begin(), more.end(), std::back_inserter(rows));
        grants.clear();
        facts.clear();
        for (const auto& row : rows) grants.push_back(to_grant(row));
        for (const auto& grant : grants) facts.push_back(facts_of(grant, now));
    }

    /// Whether the clock has ended something of it that nobody has written down.
    bool unsettled(Instant now) const {
        const auto over = [now](const SessionRow& row) {
            return now >= from_unix_ms(row.expires_at_unix_ms);
        };
        const auto due = [now](const Grant& grant) {
            const auto status = status_at(grant, now);
            return status != GrantStatus::pending && status != GrantStatus::granted;
        };
        return std::any_of(session_rows.begin(), session_rows.end(), over) ||
               std::any_of(grants.begin(), grants.end(), due);
    }
};

/// Why not, told with this agent's latest closed grants in view; no closed grant lets anybody in.
Error refusal_of(StartFacts facts, History& history, const Call& call, Connection& store) {
    history.add_grants(
        store.select<GrantRow>("WHERE agent_id = :agent AND subject_id = :subject"
                               " AND tenant_id = :tenant AND status NOT IN ('pending', 'granted')"
                               " ORDER BY created_at_unix_ms DESC, id DESC LIMIT 5",
                               {{"agent", call.identity.user_id()},
                                {"subject", facts.subject.id.view()},
                                {"tenant", facts.tenant.view()}}),
        call.now);
    facts.grants = history.facts;
    return plan_session(facts, call.now).error();
}

SessionRow row_of(const Call& call, const StartBody& start, const History& history,
                  const SessionPlan& plan) {
    SessionRow row;
    row.id = timed_id("ses_", call.now);
    row.tenant_id = start.tenant.id;
    row.subject_id = start.subject_id;
    row.agent_id = call.identity.user_id();
    row.ticket_id = start.ticket_id;
    if (plan.grant_index) {
        const auto& grant = history.rows[*plan.grant_index];
        row.grant_id = grant.id;
        if (!row.ticket_id) row.ticket_id = grant.ticket_id;
    }
    const auto reason = AccessReason::parse(start.reason);
    row.reason = reason ? reason->str() : start.reason;
    row.status = to_string(SessionStatus::active);
    row.started_at_unix_ms = to_unix_ms(plan.started_at);
    row.expires_at_unix_ms = to_unix_ms(plan.expires_at);
    row.ttl_minutes = plan.ttl.count();
    row.limited_by = to_string(plan.limited_by);
    row.scopes = plan.scopes.text();
    row.scopes_narrowed = plan.scopes_narrowed;
    row.exclusive_key =
        exclusive_key(start.tenant.policy().active_per(), row.agent_id, row.subject_id);
    return row;
}

Result<Answer> record_start(const Call& call, Transaction& transaction, const Tenant& tenant,
                            const Parties& parties, SessionRow row) {
    auto& store = transaction.store();
    const auto& tokens = call.application.tokens();
    const auto code = tokens.hand_over_code(row.id);
    row.code_sha256 = kept_code(code);
    row.code_expires_at_unix_ms = to_unix_ms(call.now + code_good_for);
    try {
        store.insert(row);
    } catch (const ConstraintViolation&) {
        return make_error(ErrorCode::ACTIVE_SESSION_EXISTS,
                          "another session is active; end it first");
    }
    const auto token = tokens.issue(transaction, row, tenant.policy.tenant_claim());
    const auto& subject = parties.subject_row();
    json::Writer writer;
    writer.begin_object().key("session");
    write_session(writer,
                  {&tenant, subject ? &*subject : nullptr,
                   call.identity.user ? std::optional{call.identity.user->name} : std::nullopt},
                  row, call.now);
    const auto told = std::move(writer.end_object()).text();
    announce(transaction, entry_about(row, AuditEvent::impersonation_started, call.origin()), told);
    auto entry = entry_about(row, AuditEvent::token_issued, call.origin());
    json::Writer metadata;
    metadata.begin_object().member("tokenId", token.row.id);
    entry.metadata = std::move(metadata.end_object()).text();
    transaction.record(std::move(entry));

    auto answer = Answer::json(201, told);
    answer.token_id = token.row.id;
    answer.secret_members = [&application = call.application, code, text = token.text] {
        return secret_members(application, code, text());
    };
    return answer;
}

Result<Answer> start_session(const Call& call, Transaction& transaction, const char* duration) {
    auto& store = transaction.store();
    const auto start = read_start(call, store, duration);
    if (!start) return start.error();
    const Parties parties{call, store, start->tenant, start->subject_id};
    std::optional<History> history;
    history.emplace(store, start->tenant.id, start->subject_id, call.now);
    if (start->tenant.found && history->unsettled(call.now)) {
        settle_subject(transaction, start->tenant.id, start->subject_id);
        history.emplace(store, start->tenant.id, start->subject_id, call.now);
    }
    const auto policy = start->tenant.policy();
    StartFacts facts{parties.agent(),
                     TenantId::View::trusted(start->tenant.id),
                     start->tenant.found.has_value(),
                     policy,
                     parties.subject(),
                     start->reason,
                     std::nullopt,
                     start->ttl,
                     std::nullopt,
                     start->read_only,
                     history->facts,
                     history->sessions};
    if (start->ticket_id) facts.ticket = TicketId::View::trusted(*start->ticket_id);
    if (start->scopes) facts.scopes = *start->scopes;
    const auto plan = plan_session(facts, call.now);
    if (!plan) {
        auto error = refusal_of(facts, *history, call, store);
        // The core speaks of ttlMinutes; the caller may have called it durationMinutes.
        if (error.field == "ttlMinutes") error.field = duration;
        return error;
    }
    auto& allowances = call.application.allowances();
    if (auto limited = allowances.start(start->tenant.id, start->subject_id, call.now)) {
        return *std::move(limited);
    }
    return record_start(call, transaction, *start->tenant.found, parties,
                        row_of(call, *start, *history, *plan));
}

std::function<void(Connection&)> foresee_start(const Application& application, Exchange& exchange) {
    const auto text = [body = exchange.body->root()](std::string_view name) {
        return std::string{body.find(name).string().value_or("")};
    };
    auto tenant = text("tenantId"), subject = text("targetUserId");
    if (tenant.empty()) tenant = text("lawFirmId");
    // The handler refuses others. Nothing longer is worth looking up, whoever asks for it.
    if (!is_valid_id(tenant) || !is_valid_id(subject)) return nullptr;
    return [&application, agent = exchange.credential.user_id, tenant = std::move(tenant),
            subject = std::move(subject)](Connection& store) {
        find_tenant(store, tenant);
        for (const auto& user : {agent, subject}) membership_scopes(store, tenant, user);
        find_user(store, subject);
        const History ahead{store, tenant, subject, application.clock().now()};
    };
}

Result<Answer> start_by_request(const Call& call, Transaction& transaction) {
    return start_session(call, transaction, "ttlMinutes");
}
Result<Answer> start_by_session(const Call& call, Transaction& transaction) {
    return start_session(call, transaction, "durationMinutes");
}

}  // namespace

std::vector<Route> session_start_routes() {
    Route by_request{Method::post, "/admin/support-access/requests", Who::person_or_act_as,
                     BodyKind::json, start_by_request};
    Route by_session{Method::post, "/api/v1/support-access/support-sessions", Who::person_or_act_as,
                     BodyKind::json, start_by_session};
    by_request.foresight = by_session.foresight = foresee_start;
    return {by_request, by_session};
}

}  // namespace hallpass::server
