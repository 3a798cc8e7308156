// expect: private|could not convert|no viable conversion|conversion from
#include "hallpass/scope.hpp"

hallpass::ScopeView make(std::string_view text) {
#ifdef MISUSE
    return hallpass::ScopeView(text);
#else
    return hallpass::ScopeView::trusted(text);
#endif
}
