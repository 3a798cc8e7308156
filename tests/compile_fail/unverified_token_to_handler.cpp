// expect: invalid initialization of reference|no matching function|no viable conversion
#include "hallpass/verify.hpp"

void handle(const hallpass::LiveSession& session);

void call(const hallpass::UnverifiedToken& token, const hallpass::LiveSession& session) {
#ifdef MISUSE
    (void)session;
    handle(token);
#else
    (void)token;
    handle(session);
#endif
}
