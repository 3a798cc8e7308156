#pragma once

#include <string>

#include "access/origin.hpp"
#include "hallpass/audit.hpp"
#include "hallpass/grant.hpp"
#include "hallpass/json.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// A stored grant as the core knows it, and back.
Grant to_grant(const GrantRow& row);
GrantRow to_row(const Grant& grant);
/// Puts the grant's state into the row; time zone and its version stay as they are.
void put_state(GrantRow& row, const Grant& grant);
void update(Connection& store, const GrantRow& row);

/// The wire form, with the status at `now` and both names.
void write_grant(json::Writer& writer, Connection& store, const GrantRow& row, Instant now);

/// An entry of the record about this grant.
RecordRow entry_about(const GrantRow& row, AuditEvent event, const Origin& origin);
/// Writes the entry and tells everybody whom the grant concerns.
void announce(Transaction& transaction, const GrantRow& row, RecordRow entry);

}  // namespace hallpass::server
