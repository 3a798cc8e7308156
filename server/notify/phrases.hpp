#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "notify/language.hpp"

namespace hallpass::server {

/// Everything that is told, once. `…_user` to the user, `…_agent` to the agent, `…_team` to a
/// channel that looks on.
// clang-format off
#define HALLPASS_PHRASES(X)                                                                  \
    X(requested_user) X(answered_user) X(withdrawn_user) X(unanswered_user)                  \
    X(revoked_by_agent_user) X(revoked_by_system_user) X(expired_user)                       \
    X(started_user) X(stopped_user) X(ended_user) X(session_revoked_user)                    \
    X(session_expired_user) X(session_ending_user) X(grant_ending_user)                      \
    X(granted_agent) X(declined_agent) X(revoked_by_user_agent) X(revoked_by_system_agent)   \
    X(expired_agent) X(unanswered_agent)                                                     \
    X(requested_team) X(granted_team) X(declined_team) X(revoked_team) X(amended_team)       \
    X(expired_team) X(started_team) X(ended_team) X(ending_team)
// clang-format on

enum class Phrase : std::uint8_t {
#define HALLPASS_X(phrase) phrase,
    HALLPASS_PHRASES(HALLPASS_X)
#undef HALLPASS_X
};

/// The words of one phrase. `{agent}`, `{user}`, `{until}` and `{through}` stand for what differs.
struct Wording {
    std::string_view title, text;
};
Wording wording(Phrase phrase, Language language);

/// Words of the details below a text, and why somebody gets a mail.
struct Labels {
    std::string_view reason, ticket, any_agent, why_user, why_agent;
};
Labels labels(Language language);

/// What takes the places in a wording.
struct Particulars {
    std::string agent, user, until, through;
};
/// Puts the particulars in their places. What they hold is never looked at again, so that a name
/// like "{until}" stays what it is.
std::string filled(std::string_view words, const Particulars& particulars);

}  // namespace hallpass::server
