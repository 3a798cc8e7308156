// expect: no match for .operator==|invalid operands
#include "hallpass/ids.hpp"

bool same(const hallpass::SubjectId& subject, const hallpass::AgentId& agent) {
#ifdef MISUSE
    return subject == agent;
#else
    return subject == subject && agent == agent;
#endif
}
