// expect: invalid initialization of reference|no known conversion
#include "hallpass/ids.hpp"

void act_by(const hallpass::AgentId&);

void call(const hallpass::SubjectId& subject, const hallpass::AgentId& agent) {
#ifdef MISUSE
    act_by(subject);
#else
    (void)subject;
    act_by(agent);
#endif
}
