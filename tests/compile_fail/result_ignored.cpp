// expect: unused-result|nodiscard
#include "hallpass/policy.hpp"

void call() {
#ifdef MISUSE
    hallpass::Policy::with(hallpass::Profile::consent, {});
#else
    const auto policy = hallpass::Policy::with(hallpass::Profile::consent, {});
    (void)policy;
#endif
}
