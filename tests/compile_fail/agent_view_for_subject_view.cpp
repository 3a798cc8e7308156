// expect: could not convert|no viable conversion|cannot convert|no known conversion|no matching
#include "hallpass/session.hpp"

hallpass::ActiveSession make(hallpass::AgentId::View agent, hallpass::SubjectId::View subject) {
#ifdef MISUSE
    return {subject, agent, hallpass::Instant{}};
#else
    return {agent, subject, hallpass::Instant{}};
#endif
}
