#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

#include "hallpass/limits.hpp"
#include "hallpass/result.hpp"

namespace hallpass {

/// @returns whether `text` may be an id: 1 to 128 bytes of well-formed UTF-8 without control
/// characters (NUL included), spaces at either end, or bidirectional overrides.
bool is_valid_id(std::string_view text);

/// A non-owning id of one kind; different kinds neither convert nor compare.
template <class Kind>
class IdView {
  public:
    constexpr std::string_view view() const { return text_; }
    friend constexpr bool operator==(IdView, IdView) = default;
    friend constexpr auto operator<=>(IdView, IdView) = default;

    /// Adopts text that was checked before (read back from storage, or by the caller).
    static constexpr IdView trusted(std::string_view text) { return IdView{text}; }

  private:
    explicit constexpr IdView(std::string_view text) : text_(text) {}
    std::string_view text_;
};

/// An owning id of one kind. Ids are opaque: compared byte by byte, never normalised.
template <class Kind>
class Id {
  public:
    using View = IdView<Kind>;

    /// @errors VALIDATION_ERROR with `field`: required, too_long or malformed
    static Result<Id> parse(std::string_view text, std::string_view field);
    /// Adopts text that was checked when it was stored.
    static Id trusted(std::string text) { return Id{std::move(text)}; }

    const std::string& str() const { return text_; }
    operator View() const { return View::trusted(text_); }
    friend bool operator==(const Id&, const Id&) = default;
    friend auto operator<=>(const Id&, const Id&) = default;

  private:
    explicit Id(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

Result<std::string> parse_id_text(std::string_view text, std::string_view field);

template <class Kind>
Result<Id<Kind>> Id<Kind>::parse(std::string_view text, std::string_view field) {
    auto checked = parse_id_text(text, field);
    if (!checked) return std::move(checked).refusal();
    return Id{*std::move(checked)};
}

using SubjectId = Id<struct SubjectKind>;  ///< the person whose account is accessed
using AgentId = Id<struct AgentKind>;      ///< the support agent who acts
using TenantId = Id<struct TenantKind>;
using TicketId = Id<struct TicketKind>;
using GrantId = Id<struct GrantKind>;
using SessionId = Id<struct SessionKind>;
using TokenId = Id<struct TokenKind>;  ///< `jti`

}  // namespace hallpass
