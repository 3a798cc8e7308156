#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/origin.hpp"
#include "hallpass/json.hpp"
#include "store/connection.hpp"
#include "store/rows.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// Names of entries of our own, beside the contract's.
inline constexpr std::string_view event_settings_changed = "settings_changed";
inline constexpr std::string_view event_membership_changed = "membership_changed";
inline constexpr std::string_view event_policy_changed = "policy_changed";
inline constexpr std::string_view event_user_provisioned = "user_provisioned";
inline constexpr std::string_view event_user_deactivated = "user_deactivated";
inline constexpr std::string_view event_user_activated = "user_activated";

/// An entry that says what happened, by whom and from where; whom it is about comes next.
RecordRow entry_of(std::string_view event, const Origin& origin);

/// An entry as told to those who listen, still without its data.
LiveEvent event_of(const RecordRow& entry);
/// Writes the entry and tells everybody whom it concerns. @param data JSON, for their eyes
void announce(Transaction& transaction, RecordRow entry, std::string data);
/// Writes an entry after which its subject may see something else than before: their event streams
/// end.
void record_new_standing(Transaction& transaction, RecordRow entry);

/// The wire form of an entry. The network address and user agent are told only where `with_origin`
/// says so: they are for those who oversee.
void write_entry(json::Writer& writer, Connection& store, const RecordRow& row, bool with_origin);

/// A member that is left out where there is nothing to say.
void write_optional(json::Writer& writer, std::string_view name,
                    const std::optional<std::string>& text);
/// A member that is null where there is nothing to say.
void write_nullable(json::Writer& writer, std::string_view name,
                    const std::optional<std::string>& text);

}  // namespace hallpass::server
