// expect: could not convert|no viable conversion|cannot convert|no known conversion
#include "hallpass/grant.hpp"

hallpass::GrantStatus ask(const hallpass::Grant& grant) {
#ifdef MISUSE
    return hallpass::status_at(grant, 1800000000);
#else
    return hallpass::status_at(grant, hallpass::from_unix_s(1800000000));
#endif
}
