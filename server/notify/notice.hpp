#pragma once

#include <optional>
#include <string>

#include "hallpass/audit.hpp"
#include "hallpass/time_zone.hpp"
#include "notify/phrases.hpp"
#include "store/connection.hpp"
#include "store/rows.hpp"

namespace hallpass::server {

/// The record's event for a reminder; beside the core's events, as section 10 allows.
inline constexpr const char* access_ending = "access_ending";

/// Who is told: the user, the agent, or a channel that looks on.
enum class Audience { subject, agent, team };

/// An entry of the record with what there is to tell about it.
struct Notice {
    RecordRow entry;
    std::optional<GrantRow> grant;
    std::optional<SessionRow> session;
    std::optional<UserRow> subject, agent;
};
Notice notice_of(Connection& store, RecordRow entry);

/// Which words tell this to them; nothing where it does not concern them. Nobody is told of what
/// they did themselves, except that a visit to their account is over.
std::optional<Phrase> phrase_for(const Notice& notice, Audience audience);

/// When what the notice is about ends; nothing where there is no end to tell.
std::optional<Instant> end_of(const Notice& notice);

struct Told {
    std::string title, text;
};
/// The words, with times in the user's zone (the one of the consent, where there is one).
Told told(const Notice& notice, Phrase phrase, Language language, const ZoneTable& zones);

}  // namespace hallpass::server
