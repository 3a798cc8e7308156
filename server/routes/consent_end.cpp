#include "routes/consent_end.hpp"

#include "application.hpp"

namespace hallpass::server {
namespace {

Result<ExpiryChoice> choice_of(const ConsentWish& wish) {
    if (wish.until) return ExpiryChoice{*wish.until};
    if (wish.date) {
        const auto date = parse_date(*wish.date);
        if (!date) return date.error();
        return ExpiryChoice{*date};
    }
    if (!wish.preset) return ExpiryChoice{default_expiry_preset};
    const auto preset = parse_expiry_preset(*wish.preset);
    if (!preset) {
        return invalid("preset", Reason::not_one_of, "this is not a preset",
                       json::quoted(*wish.preset));
    }
    return ExpiryChoice{*preset};
}

}  // namespace

ConsentWish ConsentWish::read(wire::ObjectReader& body) {
    ConsentWish wish;
    wish.time_zone = std::optional<std::string>{body.optional_string("timeZone", 1, 64)};
    wish.preset = std::optional<std::string>{body.optional_string("preset", 1, 32)};
    wish.date = std::optional<std::string>{body.optional_string("date", 1, 32)};
    wish.until = body.optional_instant("until");
    wish.expected_until = body.optional_instant("expectedUntil");
    wish.scopes = body.optional_scopes("scopes");
    if (int{wish.preset.has_value()} + int{wish.date.has_value()} + int{wish.until.has_value()} >
        1) {
        body.fail(invalid("preset", Reason::contradiction, "send one of preset, date and until"));
    }
    return wish;
}

Result<ConsentEnd> consent_end(const Call& call, const ConsentWish& wish,
                               const std::string& time_zone, const Policy& policy) {
    const auto zone = call.application.zones().find(wish.time_zone.value_or(time_zone));
    if (!zone) return zone.error();
    const auto choice = choice_of(wish);
    if (!choice) return choice.error();
    const auto end = expiry(*choice, call.now, *zone, policy.max_grant());
    if (!end) return end.error();
    if (wish.expected_until && *wish.expected_until != end->until) {
        return invalid("expectedUntil", Reason::mismatch,
                       "access would now end at " + format_rfc3339(end->until) +
                           "; show this end and ask again",
                       json::quoted(format_rfc3339(*wish.expected_until)));
    }
    return ConsentEnd{end->until, std::string{zone->name()}};
}

ScopeSet consentable(const Call& call, const ScopeSet& user_has) {
    const auto& carried = call.identity.credential.confines.scopes;
    return carried ? intersection(user_has, *carried) : user_has;
}

std::optional<ScopeSet> consented(const Call& call, const ConsentWish& wish, ScopeView available,
                                  const Policy& policy) {
    if (wish.scopes || !call.identity.credential.confines.scopes) return wish.scopes;
    return narrow({available, std::nullopt, &policy.never_carried(), false}).value();
}

}  // namespace hallpass::server
