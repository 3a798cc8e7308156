#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hallpass/result.hpp"

namespace hallpass {

/// Why access is asked for, in the agent's words. Unicode white space and zero-width blanks at both
/// ends are dropped.
class AccessReason {
  public:
    /// 5 to 500 Unicode code points of well-formed UTF-8 after trimming, without control characters
    /// other than tab and line breaks.
    /// @errors VALIDATION_ERROR, field "reason": too_short, too_long, malformed
    static Result<AccessReason> parse(std::string_view text);
    /// Adopts text that was checked when it was stored.
    static AccessReason trusted(std::string text) { return AccessReason{std::move(text)}; }
    const std::string& str() const { return text_; }
    friend bool operator==(const AccessReason&, const AccessReason&) = default;

  private:
    explicit AccessReason(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// The same check as AccessReason::parse without keeping the text: nothing where it may be a
/// reason.
Refusal refuse_reason(std::string_view text);

}  // namespace hallpass
