// expect: could not convert|no viable conversion|cannot convert|no known conversion
#include "hallpass/scope.hpp"

hallpass::ScopeSet make(const std::string& text) {
#ifdef MISUSE
    return text;
#else
    return hallpass::ScopeSet::trusted(text);
#endif
}
