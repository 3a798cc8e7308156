#include "access/sessions.hpp"

#include <algorithm>

#include "access/directory.hpp"
#include "access/record_entries.hpp"
#include "signing/act_as_tokens.hpp"

namespace hallpass::server {
std::optional<SessionRow> find_session(Connection& store, const std::string& id) {
    return store.find<SessionRow>("WHERE id = :id", {{"id", id}});
}

SessionStatus status_of(const SessionRow& row, Instant now) {
    return status_of(row.status, row.expires_at_unix_ms, now);
}

SessionStatus status_of(const std::string& stored, std::int64_t expires_at_unix_ms, Instant now) {
    const auto status = parse_session_status(stored);
    if (!status) throw StoreFault("a session's status is not known");
    return session_status_at(*status, from_unix_ms(expires_at_unix_ms), now);
}

void write_session(json::Writer& writer, Connection& store, const SessionRow& row, Instant now) {
    const auto tenant = find_tenant(store, row.tenant_id);
    const auto subject = find_user(store, row.subject_id);
    write_session(
        writer,
        {tenant ? &*tenant : nullptr, subject ? &*subject : nullptr, name_of(store, row.agent_id)},
        row, now);
}

void write_session(json::Writer& writer, const SessionParties& parties, const SessionRow& row,
                   Instant now) {
    const auto status = status_of(row, now);
    const auto* tenant = parties.tenant;
    const auto* subject = parties.subject;
    writer.begin_object().member("id", row.id).member("tenantId", row.tenant_id);
    if (tenant && tenant->policy.tenant_claim() != "tenantId") {
        writer.member(tenant->policy.tenant_claim(), row.tenant_id);
    }
    if (tenant) writer.member("tenantName", tenant->name);
    writer.member("targetUserId", row.subject_id);
    writer.member("targetUserName", subject ? subject->name : row.subject_id);
    if (subject) writer.member("targetUserEmail", subject->email);
    writer.member("actorAdminUserId", row.agent_id);
    write_nullable(writer, "actorName", parties.agent_name);
    write_nullable(writer, "ticketId", row.ticket_id);
    write_nullable(writer, "grantId", row.grant_id);
    writer.member("reason", row.reason).member("status", to_string(status));
    writer.member("startedAt", format_rfc3339(from_unix_ms(row.started_at_unix_ms)));
    writer.member("expiresAt", format_rfc3339(from_unix_ms(row.expires_at_unix_ms)));
    auto ended_at = row.ended_at_unix_ms;
    if (status == SessionStatus::expired && !ended_at) ended_at = row.expires_at_unix_ms;
    if (ended_at) writer.member("endedAt", format_rfc3339(from_unix_ms(*ended_at)));
    if (row.end_reason) {
        writer.member("endReason", *row.end_reason);
    } else if (status == SessionStatus::expired) {
        writer.member("endReason", "expired");
    }
    writer.member("ttlMinutes", row.ttl_minutes).member("limitedBy", row.limited_by);
    writer.member("scopesNarrowed", row.scopes_narrowed).key("scopes");
    if (row.scopes_narrowed) {
        writer.begin_array();
        for (const auto scope : ScopeView::trusted(row.scopes).list()) writer.string(scope);
        writer.end_array();
    } else {
        writer.null();
    }
    writer.end_object();
}

RecordRow entry_about(const SessionRow& row, AuditEvent event, const Origin& origin) {
    auto entry = entry_of(to_string(event), origin);
    entry.subject_id = row.subject_id;
    entry.agent_id = row.agent_id;
    entry.tenant_id = row.tenant_id;
    entry.ticket_id = row.ticket_id;
    entry.grant_id = row.grant_id;
    entry.session_id = row.id;
    return entry;
}

void announce(Transaction& transaction, const SessionRow& row, RecordRow entry) {
    json::Writer data;
    data.begin_object().key("session");
    write_session(data, transaction.store(), row, transaction.now());
    announce(transaction, std::move(entry), std::move(data.end_object()).text());
}

void end_session(Transaction& transaction, SessionRow& row, SessionStatus how,
                 std::string_view reason, const Origin& origin) {
    const bool ran_out = transaction.now() >= from_unix_ms(row.expires_at_unix_ms);
    row.status = to_string(ran_out ? SessionStatus::expired : how);
    // A clock that was set back since makes no session shorter than nothing.
    row.ended_at_unix_ms = ran_out
                               ? row.expires_at_unix_ms
                               : std::max(row.started_at_unix_ms, to_unix_ms(transaction.now()));
    row.end_reason = ran_out ? "expired" : std::string{reason};
    const auto changed = transaction.store().execute(
        "UPDATE sessions SET status = :status, ended_at_unix_ms = :ended_at,"
        " end_reason = :end_reason WHERE id = :id AND status = 'active'",
        {{"status", row.status},
         {"ended_at", row.ended_at_unix_ms},
         {"end_reason", row.end_reason},
         {"id", row.id}});
    if (changed == 0) return;
    ActAsTokens::revoke(transaction, row.id);
    auto entry = entry_about(row, AuditEvent::impersonation_ended, ran_out ? Origin{} : origin);
    json::Writer metadata;
    metadata.begin_object().member("status", row.status).member("reason", *row.end_reason);
    entry.metadata = std::move(metadata.end_object()).text();
    entry.duration_ms = *row.ended_at_unix_ms - row.started_at_unix_ms;
    announce(transaction, row, std::move(entry));
}

void end_sessions_under(Transaction& transaction, const GrantRow& grant, const Origin& origin) {
    auto sessions = transaction.store().select<SessionRow>(
        "WHERE grant_id = :grant AND status = 'active'", {{"grant", grant.id}});
    for (auto& session : sessions) {
        end_session(transaction, session, SessionStatus::revoked, "grant_revoked", origin);
    }
}

std::string exclusive_key(ActivePer active_per, const std::string& agent_id,
                          const std::string& subject_id) {
    if (active_per == ActivePer::user) return subject_id;
    // Length first, so that no two pairs give the same key.
    return std::to_string(agent_id.size()) + ":" + agent_id + subject_id;
}

}  // namespace hallpass::server
