// expect: could not convert|no viable conversion|cannot convert|no known conversion
#include "hallpass/session.hpp"

hallpass::SessionEnd ask(hallpass::Instant now) {
    using std::chrono::minutes;
#ifdef MISUSE
    return hallpass::session_end(std::nullopt, now, 60, 30);
#else
    return hallpass::session_end(std::nullopt, now, minutes{60}, minutes{30});
#endif
}
