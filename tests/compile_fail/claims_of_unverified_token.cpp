// expect: private
#include "hallpass/verify.hpp"

std::string_view read(const hallpass::UnverifiedToken& token) {
#ifdef MISUSE
    return token.payload_->root().find("sub").string().value_or("");
#else
    return token.signing_input();
#endif
}
