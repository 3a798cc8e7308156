// expect: invalid initialization of reference|no viable conversion|cannot convert|no matching|no
// known conversion
#include "hallpass/verify.hpp"

bool check(const hallpass::UnverifiedToken& unverified, const hallpass::SignedToken& signed_token,
           const hallpass::VerifierRules& rules, hallpass::Instant now) {
#ifdef MISUSE
    (void)signed_token;
    return hallpass::LiveSession::check(unverified, rules, now).ok();
#else
    (void)unverified;
    return hallpass::LiveSession::check(signed_token, rules, now).ok();
#endif
}
