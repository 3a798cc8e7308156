// expect: private|no matching
#include "hallpass/verify.hpp"

bool make(hallpass::json::Document payload) {
#ifdef MISUSE
    hallpass::SignedToken token{std::move(payload)};
    (void)token;
    return true;
#else
    return payload.root().present();
#endif
}
