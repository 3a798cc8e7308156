#include "evaluate.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "hallpass/expiry.hpp"
#include "hallpass/grant.hpp"
#include "hallpass/reason.hpp"
#include "hallpass/scope.hpp"
#include "request_members.hpp"

namespace hallpass::vectors {
namespace {

std::string day_text(date::year_month_day day) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "%04d-%02u-%02u", int{day.year()}, unsigned{day.month()},
                  unsigned{day.day()});
    return digits;
}

Result<ExpiryChoice> choice_of(json::Value request) {
    const auto name = text(request, "choice");
    if (name == "instant") return ExpiryChoice{instant(request, "until")};
    if (name == "date") {
        const auto day = parse_date(text(request, "date"));
        if (!day) return day.error();
        return ExpiryChoice{*day};
    }
    return ExpiryChoice{parse_expiry_preset(name).value_or(default_expiry_preset)};
}

std::string evaluate_expiry(json::Value request) {
    const auto zone = ZoneTable::embedded().find(text(request, "timeZone"));
    if (!zone) return failure(zone.error());
    const auto choice = choice_of(request);
    if (!choice) return failure(choice.error());
    std::optional<std::chrono::milliseconds> max_grant;
    if (const auto given = request.find("maxGrant").integer()) {
        max_grant = std::chrono::milliseconds{*given};
    }
    const auto result = expiry(*choice, instant(request, "now"), *zone, max_grant);
    if (!result) return failure(result.error());
    json::Writer writer;
    writer.begin_object().member("ok", true).member("until", to_unix_ms(result->until));
    writer.member("lastDay", day_text(result->last_day)).end_object();
    return std::move(writer).text();
}

std::string evaluate_remaining(json::Value request) {
    const auto left = remaining(instant(request, "expiresAt"), instant(request, "now"),
                                std::chrono::seconds{integer(request, "step", 1)});
    json::Writer writer;
    writer.begin_object().member("ok", true);
    writer.member("seconds", static_cast<std::int64_t>(left.left.count())).key("nextWake");
    left.next_wake ? writer.integer(to_unix_ms(*left.next_wake)) : writer.null();
    writer.member("over", left.over).end_object();
    return std::move(writer).text();
}

GrantState state_of(std::optional<GrantStatus> stored, Instant until) {
    switch (stored.value_or(GrantStatus::expired)) {
        case GrantStatus::pending: return Pending{until};
        case GrantStatus::granted: return Granted{until, until, {}};
        case GrantStatus::declined: return Declined{until};
        case GrantStatus::revoked: return Revoked{until, RevokedBy::user, {}};
        case GrantStatus::expired: break;
    }
    return Expired{until, {}};
}

std::string evaluate_status(json::Value request) {
    const auto until = instant(request, "until");
    const auto now = instant(request, "now");
    const auto stored = parse_grant_status(text(request, "stored"));
    const Grant grant{GrantId::trusted("g"),
                      TenantId::trusted("t"),
                      SubjectId::trusted("s"),
                      {},
                      {},
                      {},
                      {},
                      until,
                      state_of(stored, until)};
    return json::quoted(to_string(status_at(grant, now)));
}

std::string evaluate_narrow(json::Value request) {
    const auto available = ScopeSet::parse(text(request, "available"), "scopes");
    if (!available) return failure(available.error());
    std::optional<ScopeSet> requested;
    if (const auto given = optional_text(request, "requested")) {
        auto parsed = ScopeSet::parse(*given, "scopes");
        if (!parsed) return failure(parsed.error());
        requested = *std::move(parsed);
    }
    const auto never = ScopePatterns::parse(text(request, "neverCarried"), "neverCarried");
    if (!never) return failure(never.error());
    Narrowing narrowing{available->view(), std::nullopt, &*never, flag(request, "readOnly")};
    if (requested) narrowing.requested = requested->view();
    const auto narrowed = narrow(narrowing);
    if (!narrowed) return failure(narrowed.error());
    json::Writer writer;
    writer.begin_object().member("ok", true).member("scopes", narrowed->text()).end_object();
    return std::move(writer).text();
}

std::string evaluate_subset(json::Value request) {
    const auto mine = ScopeSet::parse(text(request, "mine"), "scopes");
    const auto theirs = ScopeSet::parse(text(request, "theirs"), "scopes");
    return mine && theirs && mine->view().is_subset_of(theirs->view()) ? "true" : "false";
}

std::string evaluate_reason(json::Value request) {
    const auto reason = AccessReason::parse(text(request, "text"));
    if (!reason) return failure(reason.error());
    json::Writer writer;
    writer.begin_object().member("ok", true).member("reason", reason->str()).end_object();
    return std::move(writer).text();
}

}  // namespace

std::string evaluate(json::Value request) {
    const auto call = text(request, "call");
    if (call == "expiry") return evaluate_expiry(request);
    if (call == "remaining") return evaluate_remaining(request);
    if (call == "status") return evaluate_status(request);
    if (call == "narrow") return evaluate_narrow(request);
    if (call == "subset") return evaluate_subset(request);
    if (call == "reason") return evaluate_reason(request);
    if (call == "session") return evaluate_session(request);
    if (call == "token") return evaluate_token(request);
    return "\"no such call\"";
}

}  // namespace hallpass::vectors
