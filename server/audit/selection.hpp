#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "hallpass/result.hpp"
#include "store/connection.hpp"
#include "store/rows.hpp"

namespace hallpass::server {

/// Which entries of the record are meant; what is empty does not narrow.
struct Selection {
    std::optional<std::int64_t> from_unix_ms;    ///< inclusive
    std::optional<std::int64_t> to_unix_ms;      ///< exclusive
    std::optional<std::int64_t> after_sequence;  ///< later entries than this one alone
    std::string tenant_id, subject_id, agent_id, session_id;

    bool everything() const {
        return !from_unix_ms && !to_unix_ms && !after_sequence && tenant_id.empty() &&
               subject_id.empty() && agent_id.empty() && session_id.empty();
    }
};

/// A moment as RFC 3339, or a date for its first instant in UTC; milliseconds since the epoch.
/// @errors VALIDATION_ERROR
Result<std::int64_t> parse_moment(const std::string& text, std::string_view field);

/// Hands over the chosen entries in the order of their sequence until `take` gives false. Memory
/// stays bounded however long the record is, and no transaction is held open meanwhile; entries
/// that are appended after the call began are left out.
/// @param looked_at_max after about so many entries, chosen or not, it goes no further
/// @returns the sequence of the last entry that it looked at, where others follow and `take` did
///          not end it
/// @throws StoreFault
std::optional<std::int64_t> each_entry(
    Connection& store, const Selection& selection,
    const std::function<bool(const RecordRow&)>& take,
    std::int64_t looked_at_max = std::numeric_limits<std::int64_t>::max());

}  // namespace hallpass::server
