#pragma once

#include <array>

#include "notify/phrases.hpp"

namespace hallpass::server {

// In the order of HALLPASS_PHRASES; the tests hold both dictionaries to it.
inline constexpr std::array english_words{
    Wording{"{agent} asks for access to your account",
            "Support agent {agent} would like to look into your account to solve your problem. "
            "Sign in to say until when, or to decline. Without an answer, the request lapses on "
            "{until} and nobody gets access."},
    Wording{"{agent} asks for access to your account",
            "Support agent {agent} wanted to look into your account to solve your problem. This "
            "request has been answered, or it has lapsed."},
    Wording{"{agent} no longer needs access",
            "{agent} has withdrawn the request for access to your account. Nobody was given "
            "access."},
    Wording{"A request for access has lapsed",
            "The request of {agent} was not answered in time. Nobody was given access."},
    Wording{"{agent} has handed back the access to your account",
            "{agent} can no longer look into your account."},
    Wording{"Access to your account was stopped",
            "Access was stopped by the service. {agent} can no longer look into your account."},
    Wording{"Access to your account has ended",
            "The access that you gave ended on {until}. {agent} can no longer look into your "
            "account."},
    Wording{"{agent} is looking into your account",
            "{agent} has started to look into your account as if they were you, until {until} at "
            "the latest. Everything they open or change is on record for you to read."},
    Wording{"{agent} has left your account",
            "{agent} has stopped looking into your account. You can read what they opened and "
            "changed."},
    Wording{"An administrator has ended the visit to your account",
            "{agent} can no longer see your account. You can read what they opened and changed."},
    Wording{"The visit to your account was stopped",
            "The access was withdrawn, and {agent} can no longer see your account. You can read "
            "what they opened and changed."},
    Wording{"The visit to your account is over",
            "Its time was up on {until}. You can read what {agent} opened and changed."},
    Wording{"The visit to your account is about to end",
            "{agent} can look into your account until {until}."},
    Wording{"Access to your account is about to end",
            "The access that you gave {agent} ends on {until}."},
    Wording{"{user} has given you access",
            "{user} has given you access {through}: it ends on {until}. You may start a session "
            "until then."},
    Wording{"{user} has declined your request", "You cannot look into the account of {user}."},
    Wording{"{user} has withdrawn access",
            "You can no longer look into the account of {user}. A session that was running is "
            "over."},
    Wording{"Access to the account of {user} was stopped",
            "The service has stopped it. A session that was running is over."},
    Wording{"Access to the account of {user} has ended", "It ended on {until}. You may ask again."},
    Wording{"{user} has not answered", "Your request for access has lapsed. You may ask again."},
    Wording{"Access requested", "{agent} asks {user} for access."},
    Wording{"Access granted", "{user} has given {agent} access until {until}."},
    Wording{"Access declined", "{user} has declined the request of {agent}."},
    Wording{"Access revoked", "{agent} no longer has access to the account of {user}."},
    Wording{"Access changed",
            "The access of {agent} to the account of {user} now ends on {until}."},
    Wording{"Access expired", "The request or access of {agent} to the account of {user} is over."},
    Wording{"Session started", "{agent} is acting as {user}, until {until} at the latest."},
    Wording{"Session ended", "{agent} no longer acts as {user}."},
    Wording{"About to end", "{agent} has access to the account of {user} until {until}."},
};

inline constexpr Labels english_labels{
    "Reason", "Ticket", "any support agent",
    "You get this message because it is about your account. Sign in to read more:",
    "You get this message because you asked for access. Sign in to read more:"};

}  // namespace hallpass::server
