#include "hallpass/scope.hpp"

#include "hallpass/limits.hpp"
#include "hallpass_catch.hpp"

#include <algorithm>
#include <set>

using namespace hallpass;

namespace {
ScopeSet scopes(std::string_view text) {
    auto set = ScopeSet::parse(text, "scopes");
    REQUIRE(set.ok());
    return *std::move(set);
}
ScopePatterns patterns(std::string_view text) {
    auto list = ScopePatterns::parse(text, "neverCarried");
    REQUIRE(list.ok());
    return *std::move(list);
}
Reason refusal(std::string_view text) {
    const auto set = ScopeSet::parse(text, "scopes");
    if (set) return Reason::none;
    CHECK(set.error().field == "scopes");
    CHECK(set.error().received.size() <= 200);
    return set.error().reason;
}
}  // namespace

TEST_CASE("scopes: canonical text is sorted by bytes, distinct, single-spaced") {
    CHECK(scopes("").text().empty());
    CHECK(scopes("   ").text().empty());
    CHECK(scopes("b:x a:x").text() == "a:x b:x");
    CHECK(scopes("  b:x   a:x  b:x ").text() == "a:x b:x");
    CHECK(scopes("a:b a-b:c a.b:c a:a A:z a:b:c a_b:c 0:0").text() ==
          "0:0 A:z a-b:c a.b:c a:a a:b a:b:c a_b:c");
    CHECK(scopes("a:x b:x") == scopes("b:x a:x"));
    for (const std::string_view nearly :
         {" a:x b:x", "a:x b:x ", "a:x  b:x", "a:x a:x b:x", "a:x b:x b:x", "a:x b:x a:x"}) {
        CAPTURE(nearly);
        CHECK(scopes(nearly).text() == "a:x b:x");
    }
}

TEST_CASE("scopes: the grammar") {
    for (const std::string_view good :
         {"a:b", "support:access:create", "A.b_c-9:0", "a:b:c:d:e", "-:-", ".:.", "_:_"}) {
        CAPTURE(good);
        CHECK(refusal(good) == Reason::none);
    }
    for (const std::string_view bad : {"a",    ":",       "a:",      ":b",       "a::b",
                                       "::",   "a:b:",    "*",       "a:*",      "*:a",
                                       "a:b*", "a:b,c:d", "a/b:c",   "a:b\tc:d", "a:b\n",
                                       "a:é",  "a:b;",    "a:b\x7F", "a:\"b\"",  "a:b\\"}) {
        CAPTURE(bad);
        CHECK(refusal(bad) == Reason::malformed);
        CHECK(refusal("ok:yes " + std::string{bad}) == Reason::malformed);
    }
    CHECK(refusal(std::string_view{"a:b\0", 4}) == Reason::malformed);
    CHECK(refusal("a:\x80") == Reason::malformed);
}

TEST_CASE("scopes: the limits are exact") {
    const auto longest = "a:" + std::string(limits::scope_max_bytes - 2, 'x');
    CHECK(refusal(longest) == Reason::none);
    CHECK(refusal(longest + "x") == Reason::too_long);
    CHECK(refusal(longest + "x y:z") == Reason::too_long);
    std::string many;
    for (int i = 0; i < 64; ++i) many += "a:" + std::to_string(i) + " ";
    CHECK(refusal(many) == Reason::none);
    CHECK(refusal(many + many) == Reason::none);  // duplicates fold first
    CHECK(refusal(many + "a:x") == Reason::too_long);
    CHECK(scopes(many).view().size() == 64);
    const auto sorted = scopes(many).text();
    CHECK(scopes(sorted).text() == sorted);
    CHECK(refusal(sorted + " b:x") == Reason::too_long);
    CHECK(scopes("").view().size() == 0);
}

TEST_CASE("scopes: the offender is shown only where it can be shown safely") {
    const auto bad = ScopeSet::parse("a:b c:*", "scopes");
    REQUIRE_FALSE(bad.ok());
    CHECK(bad.error().received == "\"c:*\"");
    CHECK(ScopeSet::parse("a:\x80", "f").error().received.empty());
    CHECK(ScopeSet::parse("a:\x01", "f").error().received.empty());
}

TEST_CASE("scopes: containing is by whole scopes, never by prefix") {
    const auto set = scopes("cases:read cases:read-all documents:read");
    CHECK(set.view().contains("cases:read"));
    CHECK_FALSE(set.view().contains("cases"));
    CHECK_FALSE(set.view().contains("cases:rea"));
    CHECK_FALSE(set.view().contains("cases:read "));
    CHECK_FALSE(set.view().contains(""));
    CHECK_FALSE(set.view().contains("cases:read cases:read-all"));
}

TEST_CASE("scopes: subset and intersection agree with std::set over every pair of subsets") {
    const std::string_view names[] = {"a:a", "a:a:a", "a:b", "b:a", "b:a-b", "c:z"};
    constexpr unsigned all = 1U << std::size(names);
    const auto text_of = [&](unsigned bits) {
        std::string text;
        for (unsigned i = 0; i < std::size(names); ++i) {
            if ((bits >> i & 1U) != 0) text += std::string{names[i]} + ' ';
        }
        return text;
    };
    for (unsigned left = 0; left < all; ++left) {
        for (unsigned right = 0; right < all; ++right) {
            const auto a = scopes(text_of(left)), b = scopes(text_of(right));
            if (a.view().is_subset_of(b) != ((left & ~right) == 0))
                FAIL(a.text() << " | " << b.text());
            if (intersection(a, b) != scopes(text_of(left & right)))
                FAIL(a.text() << " | " << b.text());
        }
    }
}

TEST_CASE("patterns: a resource's wildcard covers every depth of it and nothing else") {
    const auto list = patterns("billing:* account:delete support:access:*");
    CHECK(list.matches("billing:read"));
    CHECK(list.matches("billing:read:all"));
    CHECK_FALSE(list.matches("billing2:read"));
    CHECK_FALSE(list.matches("billing"));
    CHECK(list.matches("account:delete"));
    CHECK_FALSE(list.matches("account:delete:x"));
    CHECK_FALSE(list.matches("account:del"));
    CHECK(list.matches("support:access:create"));
    CHECK_FALSE(list.matches("support:other"));
    CHECK(patterns("*").matches("any:thing"));
    CHECK_FALSE(ScopePatterns{}.matches("any:thing"));
    CHECK(ScopePatterns{}.empty());
}

TEST_CASE("patterns: wildcards stand alone or last") {
    for (const std::string_view bad :
         {"**", "*:a", "a:*:b", "a*", "a:b*", ":*", "a::*", "a", "*:*"}) {
        CAPTURE(bad);
        const auto list = ScopePatterns::parse(bad, "neverCarried");
        REQUIRE_FALSE(list.ok());
        CHECK(list.error().field == "neverCarried");
        CHECK(list.error().reason == Reason::malformed);
    }
}

TEST_CASE("read scopes: the verb is the whole last part or its first word") {
    for (const std::string_view good : {"a:read", "a:list", "a:view", "a:get", "a:search",
                                        "a:b:read", "helpdesk:view-inbox", "a:read-all"}) {
        CAPTURE(good);
        CHECK(is_read_scope(good));
    }
    for (const std::string_view bad :
         {"a:readwrite", "a:Read", "a:write", "a:read:write", "read:write", "read", "a:viewer",
          "a:getaway", "a:read_all", "a:unread", "a:delete-read", "a:lists", "a:", ""}) {
        CAPTURE(bad);
        CHECK_FALSE(is_read_scope(bad));
    }
}

TEST_CASE("narrowing: what was not asked for by name is filtered silently") {
    const auto available = scopes("billing:read cases:read cases:write");
    const auto never = patterns("billing:*");
    CHECK(narrow({available, std::nullopt, nullptr, false})->text() == available.text());
    CHECK(narrow({available, std::nullopt, &never, false})->text() == "cases:read cases:write");
    CHECK(narrow({available, std::nullopt, nullptr, true})->text() == "billing:read cases:read");
    CHECK(narrow({available, std::nullopt, &never, true})->text() == "cases:read");
    CHECK(narrow({ScopeView{}, std::nullopt, &never, true})->text().empty());
}

TEST_CASE("narrowing: what was asked for by name must be allowed, and offenders are named") {
    const auto available = scopes("billing:read cases:read cases:write");
    const auto never = patterns("billing:*");
    const auto ask = [&](std::string_view text, bool read_only) {
        const auto wanted = scopes(text);
        const auto result = narrow({available, wanted.view(), &never, read_only});
        if (result) return "ok " + result->text();
        CHECK(result.error().code == ErrorCode::INSUFFICIENT_SCOPE);
        CHECK(result.error().field == "scopes");
        return std::string{to_string(result.error().reason)} + " " +
               result.error().constraints.one_of;
    };
    CHECK(ask("cases:read", false) == "ok cases:read");
    CHECK(ask("cases:read cases:write", false) == "ok cases:read cases:write");
    CHECK(ask("", false) == "ok ");
    CHECK(ask("x:y cases:read cases:delete", false) == "scope_exceeded cases:delete x:y");
    CHECK(ask("billing:read cases:read", false) == "scope_never_carried billing:read");
    CHECK(ask("cases:read cases:write", true) == "read_only cases:write");
    CHECK(ask("billing:write cases:write", true) == "scope_exceeded billing:write");
    CHECK(ask("billing:read cases:write", true) == "scope_never_carried billing:read");
}
