// expect: private
#include "hallpass/verify.hpp"

bool make(std::string_view text) {
#ifdef MISUSE
    (void)text;
    hallpass::UnverifiedToken token;
    return token.signature().empty();
#else
    return hallpass::UnverifiedToken::parse(text, {"at+jwt"}).ok();
#endif
}
