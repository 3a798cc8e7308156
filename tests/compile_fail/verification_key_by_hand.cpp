// expect: private
#include "hallpass/verify.hpp"

std::size_t make(std::string_view jwks) {
#ifdef MISUSE
    (void)jwks;
    hallpass::VerificationKey key;
    return key.material().size();
#else
    const auto keys = hallpass::KeySet::parse(jwks);
    return keys ? keys->keys().size() : 0;
#endif
}
