#include "hallpass/scope.hpp"

#include <algorithm>

#include "hallpass/limits.hpp"
#include "received_text.hpp"

namespace hallpass {
namespace {

/// Takes the next space-separated word off `text`; empty at the end.
std::string_view take_word(std::string_view& text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

bool scope_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

/// Two or more non-empty parts, joined by ':'.
bool valid_scope(std::string_view scope) {
    bool part_empty = true;
    bool colon = false;
    for (const char c : scope) {
        if (c == ':') {
            if (part_empty) return false;
            part_empty = true;
            colon = true;
        } else if (scope_char(c)) {
            part_empty = false;
        } else {
            return false;
        }
    }
    return colon && !part_empty && scope.size() <= limits::scope_max_bytes;
}

bool valid_pattern(std::string_view pattern) {
    if (pattern == "*") return true;
    if (!pattern.ends_with(":*")) return valid_scope(pattern);
    pattern.remove_suffix(1);
    return valid_scope(std::string{pattern} + "x");
}

bool pattern_matches(std::string_view pattern, std::string_view scope) {
    if (pattern == "*") return true;
    if (!pattern.ends_with(":*")) return pattern == scope;
    pattern.remove_suffix(1);
    return scope.starts_with(pattern);
}

/// Joined by single spaces.
std::string joined(const std::vector<std::string_view>& words) {
    std::string text;
    for (const auto word : words) {
        if (!text.empty()) text += ' ';
        text += word;
    }
    return text;
}

Result<std::string> parse_words(const std::vector<std::string_view>& given, std::string_view field,
                                bool (*valid)(std::string_view), std::size_t max_count) {
    for (const auto word : given) {
        if (valid(word)) continue;
        const auto reason =
            word.size() > limits::scope_max_bytes ? Reason::too_long : Reason::malformed;
        const auto shown = word.substr(0, std::min(word.size(), limits::scope_max_bytes));
        return invalid(field, reason,
                       "a scope must look like resource:action and be at most 96 bytes long",
                       reason == Reason::too_long ? std::string{} : received_text(shown));
    }
    // Sorted and distinct all the time: a long list of the same few costs no more than its length.
    std::vector<std::string_view> words;
    for (const auto word : given) {
        const auto place = std::lower_bound(words.begin(), words.end(), word);
        if (place != words.end() && *place == word) continue;
        if (words.size() == max_count) {
            return invalid(field, Reason::too_long, "there are too many scopes", {},
                           {.max = static_cast<std::int64_t>(max_count)});
        }
        const auto at = place - words.begin();
        words.emplace_back();
        std::move_backward(words.begin() + at, words.end() - 1, words.end());
        words[static_cast<std::size_t>(at)] = word;
    }
    return joined(words);
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    for (auto word = take_word(text); !word.empty(); word = take_word(text)) words.push_back(word);
    return words;
}

/// Whether these are scopes as a set keeps them. Most are, as they were in one before.
bool canonical(std::string_view text) {
    std::string_view before;
    for (std::size_t count = 0; count < limits::scopes_max_count; ++count) {
        const auto scope = text.substr(0, text.find(' '));
        if (!valid_scope(scope) || scope <= before) return false;
        if (scope.size() == text.size()) return true;
        text.remove_prefix(scope.size() + 1);
        before = scope;
    }
    return false;
}

Refusal refused(Reason reason, std::string_view message, std::string offenders) {
    auto error = make_error(ErrorCode::INSUFFICIENT_SCOPE, message, "scopes", reason);
    error->constraints.one_of = std::move(offenders);
    return error;
}

/// The scopes of `set` for which `keep` holds, as canonical text.
template <class Predicate>
std::string filtered(ScopeView set, Predicate keep) {
    std::string text;
    auto rest = set.text();
    for (auto scope = take_word(rest); !scope.empty(); scope = take_word(rest)) {
        if (!keep(scope)) continue;
        if (!text.empty()) text += ' ';
        text += scope;
    }
    return text;
}

}  // namespace

std::size_t ScopeView::size() const {
    if (text_.empty()) return 0;
    return 1 + static_cast<std::size_t>(std::count(text_.begin(), text_.end(), ' '));
}

bool ScopeView::contains(std::string_view scope) const {
    auto rest = text_;
    for (auto each = take_word(rest); !each.empty(); each = take_word(rest)) {
        if (each == scope) return true;
    }
    return false;
}

bool ScopeView::is_subset_of(ScopeView other) const {
    // The same text in the same place needs no reading.
    if (text_.data() == other.text_.data() && text_.size() == other.text_.size()) return true;
    if (text_ == other.text_) return true;
    auto mine = text_;
    auto theirs = other.text_;
    for (auto scope = take_word(mine); !scope.empty(); scope = take_word(mine)) {
        auto candidate = take_word(theirs);
        while (!candidate.empty() && candidate < scope) candidate = take_word(theirs);
        if (candidate != scope) return false;
    }
    return true;
}

std::vector<std::string_view> ScopeView::list() const { return split(text_); }

Result<ScopeSet> ScopeSet::parse(std::string_view text, std::string_view field) {
    if (canonical(text)) return trusted(std::string{text});
    return from_list(split(text), field);
}

Result<ScopeSet> ScopeSet::from_list(const std::vector<std::string_view>& scopes,
                                     std::string_view field) {
    auto text = parse_words(scopes, field, valid_scope, limits::scopes_max_count);
    if (!text) return std::move(text).refusal();
    return trusted(*std::move(text));
}

ScopeSet ScopeSet::trusted(std::string canonical_text) {
    ScopeSet set;
    set.text_ = std::move(canonical_text);
    return set;
}

Result<ScopePatterns> ScopePatterns::parse(std::string_view text, std::string_view field) {
    auto words = parse_words(split(text), field, valid_pattern, limits::scope_patterns_max_count);
    if (!words) return std::move(words).refusal();
    ScopePatterns patterns;
    patterns.text_ = *std::move(words);
    return patterns;
}

bool ScopePatterns::matches(std::string_view scope) const {
    std::string_view rest = text_;
    for (auto pattern = take_word(rest); !pattern.empty(); pattern = take_word(rest)) {
        if (pattern_matches(pattern, scope)) return true;
    }
    return false;
}

bool is_read_scope(std::string_view scope) {
    const auto colon = scope.rfind(':');
    if (colon == std::string_view::npos) return false;
    const auto action = scope.substr(colon + 1);
    for (const std::string_view verb : {"read", "list", "view", "get", "search"}) {
        if (action == verb) return true;
        if (action.starts_with(verb) && action[verb.size()] == '-') return true;
    }
    return false;
}

ScopeSet intersection(ScopeView left, ScopeView right) {
    return ScopeSet::trusted(
        filtered(left, [&](std::string_view scope) { return right.contains(scope); }));
}

Refusal narrow_into(ScopeSet& narrowed, const Narrowing& narrowing) {
    const auto never_carried = [&](std::string_view scope) {
        return narrowing.never_carried != nullptr && narrowing.never_carried->matches(scope);
    };
    if (!narrowing.requested) {
        narrowed = ScopeSet::trusted(filtered(narrowing.available, [&](std::string_view scope) {
            return !never_carried(scope) && (!narrowing.read_only || is_read_scope(scope));
        }));
        return std::nullopt;
    }
    const auto& requested = *narrowing.requested;
    if (!requested.is_subset_of(narrowing.available)) {
        return refused(
            Reason::scope_exceeded, "these scopes go beyond what was given; ask for fewer",
            filtered(requested,
                     [&](std::string_view scope) { return !narrowing.available.contains(scope); }));
    }
    if (narrowing.never_carried != nullptr && !narrowing.never_carried->empty()) {
        auto offenders = filtered(requested, never_carried);
        if (!offenders.empty()) {
            return refused(Reason::scope_never_carried,
                           "acting as a user never carries these scopes; leave them out",
                           std::move(offenders));
        }
    }
    if (narrowing.read_only) {
        auto offenders = filtered(requested, [](std::string_view s) { return !is_read_scope(s); });
        if (!offenders.empty()) {
            return refused(Reason::read_only, "only viewing is allowed; leave these scopes out",
                           std::move(offenders));
        }
    }
    narrowed.assign(requested);
    return std::nullopt;
}

Result<ScopeSet> narrow(const Narrowing& narrowing) {
    Result<ScopeSet> narrowed{std::in_place};
    if (auto refusal = narrow_into(*narrowed, narrowing)) narrowed = std::move(refusal);
    return narrowed;
}

}  // namespace hallpass
