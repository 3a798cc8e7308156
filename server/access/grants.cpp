#include "access/grants.hpp"

#include "access/directory.hpp"
#include "access/record_entries.hpp"

namespace hallpass::server {
namespace {

std::optional<ScopeSet> scopes_from(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    return ScopeSet::trusted(*text);
}
std::optional<std::string> text_of(const std::optional<ScopeSet>& scopes) {
    if (!scopes) return std::nullopt;
    return scopes->text();
}

std::optional<Granted> consent_of(const GrantRow& row) {
    if (!row.granted_at_unix_ms || !row.granted_until_unix_ms) return std::nullopt;
    return Granted{from_unix_ms(*row.granted_at_unix_ms), from_unix_ms(*row.granted_until_unix_ms),
                   scopes_from(row.scopes)};
}

void put_consent(GrantRow& row, const Granted& granted) {
    row.granted_at_unix_ms = to_unix_ms(granted.granted_at);
    row.granted_until_unix_ms = to_unix_ms(granted.granted_until);
    row.scopes = text_of(granted.scopes);
}

GrantState state_of(const GrantRow& row) {
    const auto time = [](std::optional<std::int64_t> ms) {
        if (!ms) throw StoreFault("a grant's row lacks a time");
        return from_unix_ms(*ms);
    };
    const auto status = parse_grant_status(row.status);
    if (!status) throw StoreFault("a grant's status is not known");
    switch (*status) {
        case GrantStatus::pending: return Pending{time(row.pending_until_unix_ms)};
        case GrantStatus::granted: {
            const auto consent = consent_of(row);
            if (!consent) throw StoreFault("a grant's row lacks its end");
            return *consent;
        }
        case GrantStatus::declined: return Declined{time(row.declined_at_unix_ms)};
        case GrantStatus::revoked:
            return Revoked{
                time(row.revoked_at_unix_ms),
                parse_revoked_by(row.revoked_by.value_or("")).value_or(RevokedBy::system),
                consent_of(row)};
        case GrantStatus::expired: return Expired{time(row.expired_at_unix_ms), consent_of(row)};
    }
    throw StoreFault("a grant's status is not known");
}

struct StatePutter {
    GrantRow& row;
    void operator()(const Pending& state) const {
        row.status = to_string(GrantStatus::pending);
        row.pending_until_unix_ms = to_unix_ms(state.pending_until);
    }
    void operator()(const Granted& state) const {
        row.status = to_string(GrantStatus::granted);
        put_consent(row, state);
    }
    void operator()(const Declined& state) const {
        row.status = to_string(GrantStatus::declined);
        row.declined_at_unix_ms = to_unix_ms(state.declined_at);
    }
    void operator()(const Revoked& state) const {
        row.status = to_string(GrantStatus::revoked);
        row.revoked_at_unix_ms = to_unix_ms(state.revoked_at);
        row.revoked_by = to_string(state.revoked_by);
    }
    void operator()(const Expired& state) const {
        row.status = to_string(GrantStatus::expired);
        row.expired_at_unix_ms = to_unix_ms(state.expired_at);
    }
};

void write_time(json::Writer& writer, const char* name, const std::optional<std::int64_t>& ms) {
    if (ms) writer.member(name, format_rfc3339(from_unix_ms(*ms)));
}

void write_scopes(json::Writer& writer, const char* name, const std::optional<std::string>& text) {
    writer.key(name);
    if (!text) {
        writer.null();
        return;
    }
    writer.begin_array();
    for (const auto scope : ScopeView::trusted(*text).list()) writer.string(scope);
    writer.end_array();
}

}  // namespace

Grant to_grant(const GrantRow& row) {
    Grant grant{GrantId::trusted(row.id),
                TenantId::trusted(row.tenant_id),
                SubjectId::trusted(row.subject_id),
                std::nullopt,
                std::nullopt,
                std::nullopt,
                scopes_from(row.requested_scopes),
                from_unix_ms(row.created_at_unix_ms),
                state_of(row)};
    if (row.agent_id) grant.agent = AgentId::trusted(*row.agent_id);
    if (row.ticket_id) grant.ticket = TicketId::trusted(*row.ticket_id);
    if (row.reason) grant.reason = AccessReason::trusted(*row.reason);
    return grant;
}

GrantRow to_row(const Grant& grant) {
    GrantRow row;
    row.id = grant.id.str();
    row.tenant_id = grant.tenant.str();
    row.subject_id = grant.subject.str();
    if (grant.agent) row.agent_id = grant.agent->str();
    if (grant.ticket) row.ticket_id = grant.ticket->str();
    if (grant.reason) row.reason = grant.reason->str();
    row.requested_scopes = text_of(grant.requested_scopes);
    row.created_at_unix_ms = to_unix_ms(grant.created_at);
    put_state(row, grant);
    return row;
}

void put_state(GrantRow& row, const Grant& grant) { std::visit(StatePutter{row}, grant.state); }

void update(Connection& store, const GrantRow& row) {
    store.execute(
        "UPDATE grants SET status = :status, pending_until_unix_ms = :pending_until,"
        " granted_at_unix_ms = :granted_at, granted_until_unix_ms = :granted_until,"
        " scopes = :scopes, declined_at_unix_ms = :declined_at, revoked_at_unix_ms = :revoked_at,"
        " revoked_by = :revoked_by, expired_at_unix_ms = :expired_at, time_zone = :time_zone,"
        " tzdata_version = :tzdata_version WHERE id = :id",
        {{"status", row.status},
         {"pending_until", row.pending_until_unix_ms},
         {"granted_at", row.granted_at_unix_ms},
         {"granted_until", row.granted_until_unix_ms},
         {"scopes", row.scopes},
         {"declined_at", row.declined_at_unix_ms},
         {"revoked_at", row.revoked_at_unix_ms},
         {"revoked_by", row.revoked_by},
         {"expired_at", row.expired_at_unix_ms},
         {"time_zone", row.time_zone},
         {"tzdata_version", row.tzdata_version},
         {"id", row.id}});
}

void write_grant(json::Writer& writer, Connection& store, const GrantRow& stored, Instant now) {
    // What the clock has ended reads as expired, whether or not a sweep has been by.
    GrantRow row = stored;
    const auto grant = to_grant(row);
    const auto status = status_at(grant, now);
    if (status == GrantStatus::expired && !row.expired_at_unix_ms) {
        row.expired_at_unix_ms =
            row.granted_until_unix_ms ? row.granted_until_unix_ms : row.pending_until_unix_ms;
    }
    writer.begin_object().member("id", row.id).member("tenantId", row.tenant_id);
    const auto tenant = find_tenant(store, row.tenant_id);
    if (tenant && tenant->policy.tenant_claim() != "tenantId") {
        writer.member(tenant->policy.tenant_claim(), row.tenant_id);
    }
    writer.member("subjectId", row.subject_id);
    write_nullable(writer, "subjectName", name_of(store, row.subject_id));
    write_nullable(writer, "agentId", row.agent_id);
    write_nullable(writer, "agentName",
                   row.agent_id ? name_of(store, *row.agent_id) : std::nullopt);
    write_nullable(writer, "ticketId", row.ticket_id);
    if (row.reason) writer.member("reason", *row.reason);
    writer.member("status", to_string(status));
    write_scopes(writer, "requestedScopes", row.requested_scopes);
    write_scopes(writer, "scopes", row.scopes);
    write_time(writer, "createdAt", row.created_at_unix_ms);
    write_time(writer, "pendingUntil", row.pending_until_unix_ms);
    write_time(writer, "grantedAt", row.granted_at_unix_ms);
    write_time(writer, "grantedUntil", row.granted_until_unix_ms);
    write_time(writer, "declinedAt", row.declined_at_unix_ms);
    write_time(writer, "revokedAt", row.revoked_at_unix_ms);
    if (row.revoked_by) writer.member("revokedBy", *row.revoked_by);
    write_time(writer, "expiredAt", row.expired_at_unix_ms);
    if (row.time_zone) writer.member("timeZone", *row.time_zone);
    if (row.tzdata_version) writer.member("tzdataVersion", *row.tzdata_version);
    writer.end_object();
}

RecordRow entry_about(const GrantRow& row, AuditEvent event, const Origin& origin) {
    auto entry = entry_of(to_string(event), origin);
    entry.subject_id = row.subject_id;
    entry.agent_id = row.agent_id;
    entry.tenant_id = row.tenant_id;
    entry.ticket_id = row.ticket_id;
    entry.grant_id = row.id;
    return entry;
}

void announce(Transaction& transaction, const GrantRow& row, RecordRow entry) {
    json::Writer data;
    data.begin_object().key("grant");
    write_grant(data, transaction.store(), row, transaction.now());
    announce(transaction, std::move(entry), std::move(data.end_object()).text());
}

}  // namespace hallpass::server
