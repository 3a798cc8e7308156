#include "access/settlement.hpp"

#include "access/directory.hpp"
#include "access/grants.hpp"
#include "access/sessions.hpp"

namespace hallpass::server {
namespace {

void settle(Transaction& transaction, SessionRow row) {
    end_session(transaction, row, SessionStatus::expired, "expired", {});
}

}  // namespace

void settle(Transaction& transaction, GrantRow row) {
    const auto tenant = find_tenant(transaction.store(), row.tenant_id);
    if (!tenant) throw StoreFault("a grant's tenant is gone");
    const auto grant = to_grant(row);
    const GrantEvent event = std::holds_alternative<Pending>(grant.state)
                                 ? GrantEvent{GrantPendingTimeout{}}
                                 : GrantEvent{GrantEnd{}};
    const auto settled = transition(grant, event, {tenant->policy, {}}, transaction.now());
    if (!settled) return;  // not due after all
    put_state(row, *settled);
    update(transaction.store(), row);
    announce(transaction, row, entry_about(row, AuditEvent::access_expired, {}));
}

void settle_subject(Transaction& transaction, const std::string& tenant_id,
                    const std::string& subject_id) {
    auto& store = transaction.store();
    const Binds binds{
        {"tenant", tenant_id}, {"subject", subject_id}, {"now", to_unix_ms(transaction.now())}};
    // In whichever tenant: what has run out must not stand in the way of the next one per user.
    for (auto& session : store.select<SessionRow>(
             "WHERE subject_id = :subject AND status = 'active' AND expires_at_unix_ms <= :now",
             {{"subject", subject_id}, {"now", to_unix_ms(transaction.now())}})) {
        settle(transaction, std::move(session));
    }
    for (auto& grant :
         store.select<GrantRow>("WHERE subject_id = :subject AND tenant_id = :tenant"
                                " AND status IN ('pending', 'granted') AND"
                                " ((status = 'pending' AND pending_until_unix_ms <= :now) OR"
                                "  (status = 'granted' AND granted_until_unix_ms <= :now))",
                                binds)) {
        settle(transaction, std::move(grant));
    }
}

bool settle_all(Transaction& transaction, int max_rows) {
    auto& store = transaction.store();
    const Binds binds{{"now", to_unix_ms(transaction.now())}, {"most", max_rows}};
    auto sessions = store.select<SessionRow>(
        "WHERE status = 'active' AND expires_at_unix_ms <= :now ORDER BY expires_at_unix_ms"
        " LIMIT :most",
        binds);
    auto asked = store.select<GrantRow>(
        "WHERE status = 'pending' AND pending_until_unix_ms <= :now ORDER BY pending_until_unix_ms"
        " LIMIT :most",
        binds);
    auto granted = store.select<GrantRow>(
        "WHERE status = 'granted' AND granted_until_unix_ms <= :now ORDER BY granted_until_unix_ms"
        " LIMIT :most",
        binds);
    const auto most = static_cast<std::size_t>(max_rows);
    const bool more = sessions.size() == most || asked.size() == most || granted.size() == most;
    for (auto& session : sessions) settle(transaction, std::move(session));
    for (auto& grant : asked) settle(transaction, std::move(grant));
    for (auto& grant : granted) settle(transaction, std::move(grant));
    return more;
}

}  // namespace hallpass::server
