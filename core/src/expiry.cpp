#include "hallpass/expiry.hpp"

#include "civil_date.hpp"
#include "received_text.hpp"
#include "wire_names.hpp"

namespace hallpass {
namespace {

constexpr char preset_names[] =
#define HALLPASS_X(preset) HALLPASS_NAME(preset)
    HALLPASS_EXPIRY_PRESETS(HALLPASS_X);
#undef HALLPASS_X

constexpr int first_year = 1970;
constexpr int last_year = 2100;
constexpr Instant first_instant = from_unix_s(0);
constexpr Instant end_of_range{date::sys_days{date::year{last_year + 1} / 1 / 1}};

/// The last local day of a preset that is chosen on `today`.
date::sys_days last_day_of(ExpiryPreset preset, date::sys_days today) {
    switch (preset) {
        case ExpiryPreset::end_of_tomorrow: return today + date::days{1};
        case ExpiryPreset::one_week: return today + date::days{7};
        case ExpiryPreset::end_of_week: return today + (date::Sunday - date::weekday{today});
        case ExpiryPreset::end_of_today: break;
    }
    return today;
}

std::string quoted_date(date::year_month_day day) { return json::quoted(format_date(day)); }

bool in_range(date::year_month_day day) {
    return day.ok() && day.year() >= date::year{first_year} && day.year() <= date::year{last_year};
}

/// One place that makes errors keeps the module small.
Refusal refused(const char* field, Reason reason, const char* message,
                const std::string& received = {}) {
    return invalid(field, reason, message, received);
}

Refusal out_of_range(const char* field, const std::string& received = {}) {
    return refused(field, Reason::out_of_range, "choose a time in the years 1970 to 2100",
                   received);
}

/// Why a chosen date cannot be taken; nothing where it can.
Refusal refusal(date::year_month_day day, date::year_month_day today, const TimeZone& zone) {
    if (!day.ok()) return refused("date", Reason::malformed, "date must be a day of the calendar");
    if (!in_range(day)) return out_of_range("date");
    if (day < today) {
        return refused("date", Reason::date_in_past, "date must be today or later",
                       quoted_date(day));
    }
    if (!zone.first_instant_of(day)) {
        return refused("date", Reason::date_skipped,
                       "date was skipped in this time zone; choose the day before or after",
                       quoted_date(day));
    }
    return std::nullopt;
}

Result<Instant> instant_of(const ExpiryChoice& choice, Instant now, const TimeZone& zone) {
    if (const auto* instant = std::get_if<Instant>(&choice)) return *instant;
    const auto today = zone.local_date(now);
    auto day = today;
    if (const auto* preset = std::get_if<ExpiryPreset>(&choice)) {
        day = last_day_of(*preset, date::sys_days{today});
    } else {
        day = *std::get_if<date::year_month_day>(&choice);
        if (auto error = refusal(day, today, zone)) return error;
    }
    return zone.end_of(day, now);
}

}  // namespace

std::string_view to_string(ExpiryPreset preset) { return name_in(preset_names, preset); }

std::optional<ExpiryPreset> parse_expiry_preset(std::string_view text) {
    return value_in<ExpiryPreset>(preset_names, text);
}

Result<Expiry> expiry(const ExpiryChoice& choice, Instant now, const TimeZone& zone,
                      std::optional<std::chrono::milliseconds> max_grant) {
    if (now < first_instant || now >= end_of_range) return out_of_range("now");
    auto chosen = instant_of(choice, now, zone);
    if (!chosen) return std::move(chosen).refusal();
    const auto until = *chosen;
    if (until < from_unix_ms(min_instant_unix_ms) || until > from_unix_ms(max_instant_unix_ms)) {
        return out_of_range("until");
    }
    const auto received = [until] { return json::quoted(format_rfc3339(until)); };
    if (until <= now) {
        return refused("until", Reason::until_in_past, "until must be later than now", received());
    }
    const auto last_day = last_day_of(until, zone);
    if (!in_range(last_day)) return out_of_range("until", received());
    if (max_grant && until - now > *max_grant) {
        auto error =
            refused("until", Reason::until_too_late,
                    "until is later than a grant may last; choose an earlier end", received());
        error->constraints.max = to_unix_ms(now + *max_grant);
        return error;
    }
    return Expiry{until, last_day};
}

date::year_month_day last_day_of(Instant until, const TimeZone& zone) {
    return zone.local_date(until - std::chrono::milliseconds{1});
}

std::string format_date(date::year_month_day day) {
    std::string text;
    append_date(text, day);
    return text;
}

Result<date::year_month_day> parse_date(std::string_view text) {
    auto rest = text;
    const auto day = take_date(rest);
    if (!day || !rest.empty()) {
        return refused("date", Reason::malformed, "date must be a day such as 2026-12-01",
                       received_text(text));
    }
    if (!in_range(*day)) return out_of_range("date", received_text(text));
    return *day;
}

}  // namespace hallpass
