#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "notify/notice.hpp"
#include "signing/key_ring.hpp"

namespace hallpass::server {

/// Who a security event comes from, whom it is for, and its name among all attempts to send it.
struct SecurityEventNames {
    std::string issuer, audience, id;
};

/// The claims of a Security Event Token (RFC 8417 section 2) for what happened, as OpenID CAEP 1.0
/// has it: `session-established` when a session starts, `session-revoked` when it ends before its
/// time. Its subject names session, user and tenant together, so that nobody ends the user's own
/// sessions.
/// @returns nothing for everything else: a session that ran out was never revoked
std::optional<std::string> security_event_claims(const Notice& notice,
                                                 const SecurityEventNames& names, Instant now);

/// Whether security events can be signed with the key that signs now; see signed_security_event.
bool signs_security_events(const KeyRing& ring);
inline constexpr const char* key_not_public =
    "the key that signs is not public; sign with EdDSA or ES256";

/// The signed token, `typ` `secevent+jwt`.
/// @returns nothing where the key that signs is a shared secret: who could check it could forge
///          act-as tokens
/// @throws KeyFault where the key cannot sign
std::optional<std::string> signed_security_event(const KeyRing& ring, std::string_view claims);

}  // namespace hallpass::server
