// expect: unused-result|nodiscard
#include "hallpass/session.hpp"

void call(const hallpass::StartFacts& facts, hallpass::Instant now) {
#ifdef MISUSE
    hallpass::plan_session(facts, now);
#else
    if (!hallpass::plan_session(facts, now)) return;
#endif
}
