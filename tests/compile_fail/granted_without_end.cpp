// expect: could not convert|no viable conversion|cannot convert|no known conversion|no matching
#include "hallpass/grant.hpp"

hallpass::GrantState make(hallpass::Instant now, hallpass::Instant until) {
#ifdef MISUSE
    (void)until;
    return hallpass::Granted{now};
#else
    return hallpass::Granted{now, until, std::nullopt};
#endif
}
