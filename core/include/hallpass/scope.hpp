#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/result.hpp"

namespace hallpass {

/// A non-owning canonical scope set: distinct `resource:action` scopes in byte order, joined by
/// single spaces - the very text of the token's `scope` claim (RFC 8693 section 4.2, RFC 6749
/// section 3.3). Empty text is the empty set.
class ScopeView {
  public:
    constexpr ScopeView() = default;
    /// Adopts text that is canonical already (it came from a ScopeSet).
    static constexpr ScopeView trusted(std::string_view canonical) { return ScopeView{canonical}; }

    constexpr std::string_view text() const { return text_; }
    constexpr bool empty() const { return text_.empty(); }
    std::size_t size() const;
    bool contains(std::string_view scope) const;
    /// One merge walk over both texts, without allocation.
    bool is_subset_of(ScopeView other) const;
    std::vector<std::string_view> list() const;
    friend constexpr bool operator==(ScopeView, ScopeView) = default;

  private:
    explicit constexpr ScopeView(std::string_view text) : text_(text) {}
    std::string_view text_;
};

/// An owning, canonical scope set.
class ScopeSet {
  public:
    ScopeSet() = default;

    /// Reads scopes separated by single or several spaces and makes them canonical; duplicates
    /// fold. One scope is `resource:action`, each part 1 or more of `a-z A-Z 0-9 _ . -`, further
    /// `:` parts allowed ("support:access:create"), at most 96 bytes; at most 64 scopes. `*` is
    /// refused.
    /// @errors VALIDATION_ERROR with `field`: malformed, too_long; names the offender
    static Result<ScopeSet> parse(std::string_view text, std::string_view field);
    static Result<ScopeSet> from_list(const std::vector<std::string_view>& scopes,
                                      std::string_view field);
    static ScopeSet trusted(std::string canonical);

    /// Takes on the scopes of a view, in the memory that is held already where it suffices.
    void assign(ScopeView scopes) { text_ = scopes.text(); }

    operator ScopeView() const { return ScopeView::trusted(text_); }
    ScopeView view() const { return *this; }
    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    friend bool operator==(const ScopeSet&, const ScopeSet&) = default;

  private:
    std::string text_;
};

/// Scope patterns of a policy list: `resource:action`, `resource:*` (every action, at any depth)
/// or `*` alone. Wildcards exist here only; a scope never matches by prefix otherwise.
class ScopePatterns {
  public:
    ScopePatterns() = default;
    /// @errors VALIDATION_ERROR with `field`: malformed, too_long
    static Result<ScopePatterns> parse(std::string_view text, std::string_view field);
    bool matches(std::string_view scope) const;
    bool empty() const { return text_.empty(); }
    const std::string& text() const { return text_; }
    friend bool operator==(const ScopePatterns&, const ScopePatterns&) = default;

  private:
    std::string text_;  // canonical, space-separated
};

/// Whether a scope only reads: its last part is `read`, `list`, `view`, `get` or `search`, or
/// begins with one of them and `-` ("view-inbox").
bool is_read_scope(std::string_view scope);

/// The scopes that are in both.
ScopeSet intersection(ScopeView left, ScopeView right);

/// What one narrowing step must respect.
struct Narrowing {
    ScopeView available;                           ///< what the next higher level holds
    std::optional<ScopeView> requested;            ///< nothing: all that is available and allowed
    const ScopePatterns* never_carried = nullptr;  ///< policy list; may be null
    bool read_only = false;                        ///< keep read scopes only
};

/// The one narrowing rule: the result is a subset of `available`, or an error names the offenders.
/// What was asked for by name must be allowed; what was not asked for is filtered silently.
/// @errors INSUFFICIENT_SCOPE, field "scopes": scope_exceeded, scope_never_carried or read_only,
///         offenders in constraints.one_of
Result<ScopeSet> narrow(const Narrowing& narrowing);
/// The same into a set that is there already, for callers who count nanoseconds. After a refusal,
/// which is returned, the set holds what it held.
Refusal narrow_into(ScopeSet& narrowed, const Narrowing& narrowing);

}  // namespace hallpass
