#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/directory.hpp"
#include "access/origin.hpp"
#include "hallpass/audit.hpp"
#include "hallpass/json.hpp"
#include "hallpass/session.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

std::optional<SessionRow> find_session(Connection& store, const std::string& id);
/// The status at `now`, derived from the clock.
SessionStatus status_of(const SessionRow& row, Instant now);
/// The same of one of which only this was read. @throws StoreFault where no such status is known
SessionStatus status_of(const std::string& stored, std::int64_t expires_at_unix_ms, Instant now);

/// Whom a session is about, as far as they are known.
struct SessionParties {
    const Tenant* tenant = nullptr;
    const UserRow* subject = nullptr;
    std::optional<std::string> agent_name;
};
/// The wire form, with the status at `now` and the parties' names.
void write_session(json::Writer& writer, const SessionParties& parties, const SessionRow& row,
                   Instant now);
/// The same, with the parties as the store has them.
void write_session(json::Writer& writer, Connection& store, const SessionRow& row, Instant now);

RecordRow entry_about(const SessionRow& row, AuditEvent event, const Origin& origin);
/// Writes the entry and tells everybody whom the session concerns.
void announce(Transaction& transaction, const SessionRow& row, RecordRow entry);

/// Ends a session that is stored as active: status, tokens, record, event. A session that the clock
/// has ended already becomes `expired` at its own end, whatever was asked for.
void end_session(Transaction& transaction, SessionRow& row, SessionStatus how,
                 std::string_view reason, const Origin& origin);
/// Ends every session under the grant.
void end_sessions_under(Transaction& transaction, const GrantRow& grant, const Origin& origin);

/// What a session's uniqueness is judged by: the subject, or the agent and the subject.
std::string exclusive_key(ActivePer active_per, const std::string& agent_id,
                          const std::string& subject_id);

}  // namespace hallpass::server
