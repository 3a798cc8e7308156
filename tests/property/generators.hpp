#pragma once

#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "hallpass/hallpass.hpp"
#include "hallpass_catch.hpp"

/// Random values of the core's types, for properties that hold for all of them.
namespace hallpass::property {

/// Runs a property as a Catch2 assertion; its parameters come from rapidcheck.
template <class Property>
void holds(const std::string& description, Property&& property) {
    INFO(description);
    REQUIRE(rc::check(description, std::forward<Property>(property)));
}

/// Any instant that has a wire form.
rc::Gen<Instant> instants();
/// In the years that time zones are exact for, with some room at the end.
rc::Gen<Instant> instants_1970_to_2099();
rc::Gen<TimeZone> zones();
/// Well-formed UTF-8 of any code points, control characters and NUL among them.
rc::Gen<std::string> texts();
/// JSON numbers in every spelling, of moderate size.
rc::Gen<std::string> json_numbers();

/// Few enough different ones that sets overlap.
rc::Gen<std::string> scope_words();
rc::Gen<ScopeSet> scope_sets();
rc::Gen<ScopePatterns> scope_patterns();
rc::Gen<std::string> id_texts();
rc::Gen<AccessReason> reasons();
/// In every state.
rc::Gen<Grant> grants();
rc::Gen<PolicyOverrides> policy_overrides();
rc::Gen<Policy> policies();
rc::Gen<Error> errors();

template <class T>
rc::Gen<std::optional<T>> optionally(rc::Gen<T> gen) {
    return rc::gen::mapcat(rc::gen::arbitrary<bool>(), [gen](bool present) {
        if (!present) return rc::gen::construct<std::optional<T>>();
        return rc::gen::map(gen, [](T value) { return std::optional<T>{std::move(value)}; });
    });
}

}  // namespace hallpass::property

namespace hallpass {

// What rapidcheck prints of a counterexample.
void showValue(const TimeZone& zone, std::ostream& out);
void showValue(const ScopeSet& scopes, std::ostream& out);
void showValue(const ScopePatterns& patterns, std::ostream& out);
void showValue(const Grant& grant, std::ostream& out);
void showValue(const Policy& policy, std::ostream& out);
void showValue(const Error& error, std::ostream& out);

}  // namespace hallpass
