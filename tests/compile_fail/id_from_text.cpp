// expect: private|could not convert|no viable conversion|conversion from
#include "hallpass/ids.hpp"

hallpass::GrantId make(const std::string& text) {
#ifdef MISUSE
    return hallpass::GrantId(text);
#else
    return hallpass::GrantId::trusted(text);
#endif
}
