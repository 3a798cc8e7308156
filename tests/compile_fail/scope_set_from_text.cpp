// expect: could not convert|no viable conversion|cannot convert|no known conversion|no
// matching|conversion from
#include "hallpass/scope.hpp"

hallpass::ScopeSet make(const std::string& text) {
#ifdef MISUSE
    return text;
#else
    return hallpass::ScopeSet::trusted(text);
#endif
}
