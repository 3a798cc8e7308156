// expect: no matching function|no matching constructor
#include "hallpass/grant.hpp"

hallpass::GrantState make(hallpass::Instant now, hallpass::Instant until) {
#ifdef MISUSE
    hallpass::Granted granted;
    granted.granted_at = now;
    granted.granted_until = until;
    return granted;
#else
    return hallpass::Granted{now, until, std::nullopt};
#endif
}
