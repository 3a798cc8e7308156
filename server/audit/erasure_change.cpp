#include "audit/erasure_change.hpp"

#include <algorithm>

#include "access/record_entries.hpp"
#include "audit/leaf.hpp"
#include "hallpass/json.hpp"
#include "signing/status_list.hpp"

namespace hallpass::server {
namespace {

/// Whoever is to be told of an entry reads what it is about.
std::string nobody_waits_for(const std::string& id_in_record, const std::string& id) {
    return " AND NOT EXISTS (SELECT 1 FROM outbox JOIN record ON record.sequence = outbox.sequence"
           " WHERE record." +
           id_in_record + " = " + id + ")";
}

std::vector<std::string> ids_of(Connection& store, const std::string& sql, const Binds& binds) {
    std::vector<std::string> ids;
    store.query(sql, "t", binds, [&](Columns& row) { ids.push_back(row.text()); });
    return ids;
}

}  // namespace

std::int64_t unlisted_before(Instant now) {
    return to_unix_ms(now - StatusLists::told_after_expiry);
}

void ErasureChange::take(RecordRow entry) {
    if (hash_text(leaf_hash_of(entry)) != entry.hash) {
        throw StoreFault("entry " + std::to_string(entry.sequence) +
                         " is not as it was written; run audit verify");
    }
    const auto parts_before = erased_.parts;
    for (const auto part : leaf_parts) {
        if (erased(entry, part)) continue;
        erase_part(entry, part);
        ++erased_.parts;
    }
    if (erased_.parts == parts_before) return;
    ++erased_.entries;
    auto& store = transaction_.store();
    store.execute(
        "UPDATE record SET actor_id = NULL, subject_id = NULL, agent_id = NULL, ip = NULL,"
        " user_agent = NULL, resource_id = NULL, metadata = :metadata, seals = :seals"
        " WHERE sequence = :sequence",
        {{"metadata", entry.metadata}, {"seals", entry.seals}, {"sequence", entry.sequence}});
    const Binds about{{"sequence", entry.sequence}};
    store.execute("DELETE FROM notification_reads WHERE sequence = :sequence", about);
    take_letters("sequence = :sequence", about);
}

void ErasureChange::take_entry(std::int64_t sequence) {
    auto entry = transaction_.store().find<RecordRow>("WHERE sequence = :sequence",
                                                      {{"sequence", sequence}});
    if (entry) take(*std::move(entry));
}

bool ErasureChange::take_entries_before(Instant before, int most) {
    // Entries that name nobody hold nothing about persons; those of erasures are among them.
    auto entries = transaction_.store().select<RecordRow>(
        "WHERE at_unix_ms < :before AND"
        " (actor_id IS NOT NULL OR subject_id IS NOT NULL OR agent_id IS NOT NULL"
        " OR ip IS NOT NULL OR user_agent IS NOT NULL)"
        " AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.id = record.session_id"
        " AND sessions.status = 'active')"
        " AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.id = record.grant_id"
        " AND grants.status IN ('pending', 'granted'))"
        " AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.sequence = record.sequence)"
        " ORDER BY at_unix_ms, sequence LIMIT :most",
        {{"before", to_unix_ms(before)}, {"most", most}});
    for (auto& entry : entries) take(std::move(entry));
    return entries.size() == static_cast<std::size_t>(most);
}

bool ErasureChange::take_access_of(const std::string& subject_id, int most) {
    const Binds binds{{"subject", subject_id}};
    const bool sessions = take_sessions("subject_id = :subject", binds, most);
    const bool grants = take_grants("subject_id = :subject", binds, most);
    return sessions || grants;
}

bool ErasureChange::take_access_before(Instant before, int most) {
    const Binds binds{{"before", to_unix_ms(before)}};
    const bool sessions = take_sessions("ended_at_unix_ms < :before", binds, most);
    const bool grants = take_grants(
        "COALESCE(declined_at_unix_ms, revoked_at_unix_ms, expired_at_unix_ms) < :before", binds,
        most);
    return sessions || grants;
}

bool ErasureChange::take_sessions(const std::string& which, Binds binds, int most) {
    auto& store = transaction_.store();
    binds.emplace_back("since", unlisted_before(transaction_.now()));
    binds.emplace_back("most", most);
    const auto ids = ids_of(store,
                            "SELECT id FROM sessions WHERE status <> 'active' AND " + which +
                                " AND NOT EXISTS (SELECT 1 FROM tokens WHERE"
                                " tokens.session_id = sessions.id"
                                " AND tokens.expires_at_unix_ms > :since)" +
                                nobody_waits_for("session_id", "sessions.id") + " LIMIT :most",
                            binds);
    for (const auto& id : ids) {
        const Binds of_session{{"session", id}};
        store.execute(
            "DELETE FROM rejected_tokens WHERE token_id IN"
            " (SELECT id FROM tokens WHERE session_id = :session)",
            of_session);
        store.execute("DELETE FROM tokens WHERE session_id = :session", of_session);
        store.execute("DELETE FROM reported_events WHERE session_id = :session", of_session);
        erased_.sessions += store.execute("DELETE FROM sessions WHERE id = :session", of_session);
    }
    return ids.size() == static_cast<std::size_t>(most);
}

bool ErasureChange::take_grants(const std::string& which, Binds binds, int most) {
    auto& store = transaction_.store();
    binds.emplace_back("most", most);
    const auto ids =
        ids_of(store,
               "SELECT id FROM grants WHERE status NOT IN ('pending', 'granted') AND " + which +
                   " AND NOT EXISTS (SELECT 1 FROM sessions WHERE"
                   " sessions.grant_id = grants.id)" +
                   nobody_waits_for("grant_id", "grants.id") + " LIMIT :most",
               binds);
    for (const auto& id : ids) {
        const Binds of_grant{{"grant", id}};
        erased_.receipts += store.execute("DELETE FROM receipts WHERE grant_id = :grant", of_grant);
        erased_.grants += store.execute("DELETE FROM grants WHERE id = :grant", of_grant);
    }
    return ids.size() == static_cast<std::size_t>(most);
}

void ErasureChange::take_letters(const std::string& which, const Binds& binds) {
    erased_.letters += transaction_.store().execute(
        "DELETE FROM messages WHERE dead_at_unix_ms IS NOT NULL AND " + which, binds);
}

Erased ErasureChange::record(const Name& name) {
    if (!erased_.any()) return erased_;
    auto entry = entry_of(to_string(name.event), {});
    json::Writer metadata;
    metadata.begin_object().member("erasureId", name.id);
    if (name.before) metadata.member("before", format_rfc3339(*name.before));
    metadata.member("entries", erased_.entries).member("parts", erased_.parts);
    metadata.member("sessions", erased_.sessions).member("grants", erased_.grants);
    metadata.member("receipts", erased_.receipts).member("deadLetters", erased_.letters);
    entry.metadata = std::move(metadata.end_object()).text();
    transaction_.record(std::move(entry));
    return erased_;
}

bool tells_of_erasure(std::string_view event) {
    return event == to_string(AuditEvent::personal_data_erased) ||
           event == to_string(AuditEvent::personal_data_expired);
}

std::int64_t parts_erased_by(std::string_view event, std::string_view metadata) {
    if (!tells_of_erasure(event)) return 0;
    // More than any change takes: whoever writes an entry by hand does not make the sum overflow.
    constexpr std::int64_t most = 1'000'000;
    const auto document = json::Document::parse(metadata);
    const auto parts = document ? document->root().find("parts").integer() : std::nullopt;
    return std::clamp(parts.value_or(0), std::int64_t{0}, most);
}

std::int64_t parts_erased_on_record(Connection& store) {
    std::int64_t parts = 0;
    store.query("SELECT event, metadata FROM record WHERE event IN (:erased, :expired)", "tt",
                {{"erased", to_string(AuditEvent::personal_data_erased)},
                 {"expired", to_string(AuditEvent::personal_data_expired)}},
                [&](Columns& row) {
                    const auto event = row.text();
                    parts += parts_erased_by(event, row.text());
                });
    return parts;
}

}  // namespace hallpass::server
