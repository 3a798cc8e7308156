#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hallpass::server {

/// Something that happened, as told to those whom it concerns once it is durable.
struct LiveEvent {
    std::int64_t sequence = 0;  ///< of the record entry; the event's `id`
    std::string name;           ///< the record's event name
    std::string data;           ///< JSON
    std::string tenant_id, subject_id;
    std::optional<std::string> agent_id;    ///< nothing: standing access, every agent of the tenant
    std::optional<std::string> session_id;  ///< where it is about one session

    /// Not an event for anyone's eyes: streams of this user must close, their standing has changed.
    std::optional<std::string> close_streams_of;
};

}  // namespace hallpass::server
