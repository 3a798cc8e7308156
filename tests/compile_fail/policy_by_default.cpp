// expect: private|implicitly-deleted|calling a private
#include "hallpass/policy.hpp"

bool make() {
#ifdef MISUSE
    hallpass::Policy policy;
#else
    const auto policy = hallpass::Policy::of(hallpass::default_profile);
#endif
    return policy.consent_needed();
}
