#include "input.hpp"

using namespace hallpass;
using namespace hallpass::fuzz;

// Two lists of scopes, one a line: read, compared and narrowed by each other.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = text_of(data, size);
    const auto line = text.find('\n');
    const auto first = text.substr(0, line);
    const auto second = line == text.npos ? text.substr(text.size()) : text.substr(line + 1);

    const auto available = ScopeSet::parse(first, "scopes");
    const auto requested = ScopeSet::parse(second, "scopes");
    const auto patterns = ScopePatterns::parse(second, "neverCarried");
    for (const auto* set : {&available, &requested}) {
        if (!*set) {
            expect_sound(set->error());
            continue;
        }
        expect(ScopeSet::parse((*set)->text(), "scopes")->text() == (*set)->text());
        expect((*set)->view().list().size() == (*set)->view().size());
        for (const auto scope : (*set)->view().list()) expect((*set)->view().contains(scope));
    }
    if (!patterns) expect_sound(patterns.error());
    if (!available) return 0;
    if (requested) {
        const auto both = intersection(*available, *requested);
        expect(both.view().is_subset_of(*available) && both.view().is_subset_of(*requested));
        const auto narrowed = narrow({*available, requested->view(), nullptr, false});
        expect(narrowed.ok() == requested->view().is_subset_of(*available));
        if (!narrowed) expect_sound(narrowed.error());
    }
    if (patterns) {
        const auto carried = narrow({*available, std::nullopt, &*patterns, true});
        expect(carried.ok());
        for (const auto scope : carried->view().list()) {
            expect(!patterns->matches(scope) && is_read_scope(scope));
        }
    }
    return 0;
}
