#include <algorithm>
#include <set>

#include "generators.hpp"

using namespace hallpass;
using namespace hallpass::property;

namespace {

using Words = std::set<std::string>;

Words words_of(ScopeView scopes) {
    const auto list = scopes.list();
    return {list.begin(), list.end()};
}

std::string joined(const Words& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

bool includes(const Words& whole, const Words& part) {
    return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

/// A plain second writing of what a policy's list matches.
bool matched_by(const ScopePatterns& patterns, const std::string& scope) {
    for (const auto pattern : ScopeView::trusted(patterns.text()).list()) {
        if (pattern == "*" || pattern == scope) return true;
        const bool wild = pattern.size() > 2 && pattern.substr(pattern.size() - 2) == ":*";
        if (wild && scope.rfind(pattern.substr(0, pattern.size() - 1), 0) == 0) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a scope set has one spelling, whatever the order, repetition and spaces") {
    holds("canonical", [] {
        const auto given = *rc::gen::container<std::vector<std::string>>(scope_words());
        std::string text;
        for (const auto& word : given) {
            text += std::string(*rc::gen::inRange<std::size_t>(1, 4), ' ') + word;
        }
        const auto set = ScopeSet::parse(text + " ", "scopes");
        RC_ASSERT(set.ok());
        const Words words{given.begin(), given.end()};
        RC_ASSERT(set->text() == joined(words));
        RC_ASSERT(words_of(*set) == words);
        RC_ASSERT(set->view().size() == words.size());
        RC_ASSERT(*ScopeSet::parse(set->text(), "scopes") == *set);
        RC_ASSERT(*ScopeSet::from_list({given.begin(), given.end()}, "scopes") == *set);
    });
}

TEST_CASE("subset, membership and intersection are those of sets") {
    holds("sets", [] {
        const auto left = *scope_sets();
        const auto right = *scope_sets();
        const auto lefts = words_of(left);
        const auto rights = words_of(right);
        RC_ASSERT(left.view().is_subset_of(right) == includes(rights, lefts));
        const auto both = intersection(left, right);
        RC_ASSERT(both == intersection(right, left));
        RC_ASSERT(both.view().is_subset_of(left));
        RC_ASSERT(both.view().is_subset_of(right));
        for (const auto& word : lefts) {
            RC_ASSERT(both.view().contains(word) == right.view().contains(word));
        }
    });
}

TEST_CASE("patterns match as their list says") {
    holds("patterns", [] {
        const auto patterns = *scope_patterns();
        const auto scope = *scope_words();
        RC_ASSERT(patterns.matches(scope) == matched_by(patterns, scope));
    });
}

TEST_CASE("narrowing gives a subset, or an error that names exactly the offenders") {
    holds("narrow", [] {
        const auto available = *scope_sets();
        const auto requested = *optionally(rc::gen::oneOf(
            scope_sets(), rc::gen::map(scope_sets(), [available](const ScopeSet& any) {
                return intersection(any, available);
            })));
        const auto never = *scope_patterns();
        const bool read_only = *rc::gen::arbitrary<bool>();
        std::optional<ScopeView> view;
        if (requested) view = requested->view();
        const auto answer = narrow({available, view, &never, read_only});
        const auto allowed = [&](const std::string& scope) {
            return !never.matches(scope) && (!read_only || is_read_scope(scope));
        };
        Words expected;
        for (const auto& word : words_of(requested ? *requested : available)) {
            if (available.view().contains(word) && allowed(word)) expected.insert(word);
        }
        if (answer) {
            RC_ASSERT(words_of(*answer) == expected);
            if (requested) RC_ASSERT(*answer == *requested);
            // Idempotent: narrowing what is narrow already changes nothing.
            RC_ASSERT(*narrow({*answer, view, &never, read_only}) == *answer);
            RC_ASSERT(*narrow({*answer, std::nullopt, &never, read_only}) == *answer);
            return;
        }
        RC_ASSERT(answer.error().code == ErrorCode::INSUFFICIENT_SCOPE);
        RC_ASSERT(requested.has_value());
        const auto offenders = words_of(ScopeView::trusted(answer.error().constraints.one_of));
        Words wrong;
        for (const auto& word : words_of(*requested)) {
            const bool bad =
                answer.error().reason == Reason::scope_exceeded ? !available.view().contains(word)
                : answer.error().reason == Reason::scope_never_carried ? never.matches(word)
                                                                       : !is_read_scope(word);
            if (bad) wrong.insert(word);
        }
        RC_ASSERT(!offenders.empty());
        RC_ASSERT(offenders == wrong);
    });
}

TEST_CASE("more to choose from never gives less") {
    holds("monotone", [] {
        const auto more = *scope_sets();
        const auto less = intersection(more, *scope_sets());
        const auto never = *scope_patterns();
        const bool read_only = *rc::gen::arbitrary<bool>();
        const auto narrow_less = narrow({less, std::nullopt, &never, read_only});
        const auto narrow_more = narrow({more, std::nullopt, &never, read_only});
        RC_ASSERT(narrow_less.ok());
        RC_ASSERT(narrow_more.ok());
        RC_ASSERT(narrow_less->view().is_subset_of(*narrow_more));
    });
}

TEST_CASE("text of any kind is a canonical scope set or refused") {
    holds("parse", [] {
        const auto text =
            *rc::gen::oneOf(texts(), rc::gen::container<std::string>(rc::gen::element(
                                         'a', 'B', '3', ':', ' ', '*', '-', '.', '_', '\n')));
        const auto set = ScopeSet::parse(text, "scopes");
        if (!set) {
            RC_ASSERT(set.error().field == "scopes");
            return;
        }
        RC_ASSERT(set->text().find('*') == std::string::npos);
        RC_ASSERT(*ScopeSet::parse(set->text(), "scopes") == *set);
        RC_ASSERT(joined(words_of(*set)) == set->text());
    });
}
