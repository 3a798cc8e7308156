#include "access/retold.hpp"

#include "access/grants.hpp"
#include "access/record_entries.hpp"
#include "access/sessions.hpp"

namespace hallpass::server {

LiveEvent retold(const RecordRow& row, Connection& store, Instant now) {
    auto event = event_of(row);
    json::Writer data;
    data.begin_object();
    if (const auto session = row.session_id ? find_session(store, *row.session_id) : std::nullopt) {
        data.key("session");
        write_session(data, store, *session, now);
    } else if (const auto grant =
                   row.grant_id ? store.find<GrantRow>("WHERE id = :id", {{"id", *row.grant_id}})
                                : std::nullopt) {
        data.key("grant");
        write_grant(data, store, *grant, now);
    }
    event.data = std::move(data.end_object()).text();
    return event;
}

}  // namespace hallpass::server
