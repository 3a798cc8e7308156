#pragma once

#include <optional>
#include <string>

#include "hallpass/expiry.hpp"
#include "hallpass/wire.hpp"
#include "http/call.hpp"

namespace hallpass::server {

/// What the user chose in the prompt, as far as the body tells.
struct ConsentWish {
    std::optional<std::string> time_zone, preset, date;
    std::optional<Instant> until, expected_until;
    std::optional<ScopeSet> scopes;

    bool names_an_end() const { return preset || date || until; }
    static ConsentWish read(wire::ObjectReader& body);
};

/// What the caller may consent to at most: what the user has, as far as the caller's token carries
/// it, where its provider says what that is.
ScopeSet consentable(const Call& call, const ScopeSet& user_has);
/// What the caller consents to: what the body names, or else nothing in particular, which stands
/// for all that was asked; that must be named where the token does not carry all of it.
/// @param available consentable, and within what was asked
std::optional<ScopeSet> consented(const Call& call, const ConsentWish& wish, ScopeView available,
                                  const Policy& policy);

/// The end of consent, decided here and now.
struct ConsentEnd {
    Instant until;
    std::string time_zone;  ///< canonical spelling
};
/// @param time_zone the user's own, where the body names none
/// @errors VALIDATION_ERROR: timeZone, preset, date, until; `expectedUntil` where the user was
/// shown
///         another end than the one computed now
Result<ConsentEnd> consent_end(const Call& call, const ConsentWish& wish,
                               const std::string& time_zone, const Policy& policy);

}  // namespace hallpass::server
