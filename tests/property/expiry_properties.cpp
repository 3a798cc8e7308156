#include <array>

#include "generators.hpp"

using namespace hallpass;
using namespace hallpass::property;
using std::chrono::milliseconds;

namespace {

ExpiryPreset some_preset() {
    return *rc::gen::element(ExpiryPreset::end_of_today, ExpiryPreset::end_of_tomorrow,
                             ExpiryPreset::one_week, ExpiryPreset::end_of_week);
}

Instant until_of(ExpiryPreset preset, Instant now, const TimeZone& zone) {
    const auto end = expiry(preset, now, zone);
    RC_ASSERT(end.ok());
    return end->until;
}

/// An instant within three days of a change of offset, where what can go wrong does.
Instant near_a_change(const TimeZone& zone) {
    auto early = *instants_1970_to_2099();
    auto late = early + std::chrono::days{200};
    if (zone.offset_at(early) == zone.offset_at(late)) return early;
    while (late - early > milliseconds{1}) {
        const auto middle = early + (late - early) / 2;
        (zone.offset_at(middle) == zone.offset_at(early) ? early : late) = middle;
    }
    const auto away = *rc::gen::inRange<std::int64_t>(-3 * 86400000LL, 3 * 86400000LL);
    return std::max(late + milliseconds{away}, from_unix_s(86400));
}

}  // namespace

TEST_CASE("a preset's end lies in the future and closes a whole local day") {
    holds("until", [] {
        const auto zone = *zones();
        const auto now = near_a_change(zone);
        RC_LOG() << zone.name() << " " << format_rfc3339(now);
        const auto end = expiry(some_preset(), now, zone);
        RC_ASSERT(end.ok());
        RC_ASSERT(end->until > now);
        RC_ASSERT(zone.local_date(end->until - milliseconds{1}) == end->last_day);
        RC_ASSERT(zone.local_date(end->until) > end->last_day);
        RC_ASSERT(last_day_of(end->until, zone) == end->last_day);
    });
}

TEST_CASE("the presets follow each other") {
    holds("order", [] {
        const auto zone = *zones();
        const auto now = near_a_change(zone);
        const auto today = until_of(ExpiryPreset::end_of_today, now, zone);
        const auto tomorrow = until_of(ExpiryPreset::end_of_tomorrow, now, zone);
        const auto one_week = until_of(ExpiryPreset::one_week, now, zone);
        const auto week = until_of(ExpiryPreset::end_of_week, now, zone);
        RC_ASSERT(today <= tomorrow);
        RC_ASSERT(tomorrow < one_week);
        RC_ASSERT(today <= week);
        RC_ASSERT(week < one_week);
    });
}

TEST_CASE("a later choice never ends earlier, as long as the local date does not go back") {
    holds("monotone", [] {
        const auto zone = *zones();
        const auto preset = some_preset();
        const auto first = near_a_change(zone);
        const auto second = first + milliseconds{*rc::gen::inRange<std::int64_t>(0, 172'800'000)};
        RC_PRE(zone.local_date(first) <= zone.local_date(second));
        RC_LOG() << zone.name() << " " << format_rfc3339(first) << " " << format_rfc3339(second);
        RC_ASSERT(until_of(preset, first, zone) <= until_of(preset, second, zone));
    });
}

TEST_CASE("a chosen date is the last day, or is refused for a reason that is true") {
    holds("custom date", [] {
        const auto zone = *zones();
        const auto now = near_a_change(zone);
        const auto today = date::sys_days{zone.local_date(now)};
        const date::year_month_day day{today + date::days{*rc::gen::inRange(-3, 400)}};
        RC_LOG() << zone.name() << " " << format_rfc3339(now) << " " << format_date(day);
        const auto end = expiry(day, now, zone);
        const bool known = day.year() >= date::year{1970} && day.year() <= date::year{2100};
        if (!known) {
            RC_ASSERT(!end.ok());
            RC_ASSERT(to_string(end.error().reason) == to_string(Reason::out_of_range));
        } else if (end) {
            RC_ASSERT(end->last_day == day);
            RC_ASSERT(end->until > now);
            RC_ASSERT(zone.local_date(end->until) > day);
        } else if (end.error().reason == Reason::date_in_past) {
            RC_ASSERT(day < zone.local_date(now));
        } else {
            RC_ASSERT(to_string(end.error().reason) == to_string(Reason::date_skipped));
            RC_ASSERT(!zone.first_instant_of(day));
        }
    });
}

TEST_CASE("an end beyond the maximum is refused, and no other") {
    holds("maximum", [] {
        const auto zone = *zones();
        const auto now = *instants_1970_to_2099();
        const auto preset = some_preset();
        const auto until = until_of(preset, now, zone);
        const milliseconds most{*rc::gen::inRange<std::int64_t>(0, 8 * 86400000LL)};
        const auto end = expiry(preset, now, zone, most);
        RC_ASSERT(end.ok() == (until - now <= most));
        RC_ASSERT(expiry(preset, now, zone, until - now).ok());
        RC_ASSERT(!expiry(preset, now, zone, until - now - milliseconds{1}).ok());
        if (!end) RC_ASSERT(end.error().reason == Reason::until_too_late);
    });
}

TEST_CASE("an instant is taken as given while it lies in the future") {
    holds("custom instant", [] {
        const auto zone = *zones();
        const auto now = *instants_1970_to_2099();
        const auto until = *instants_1970_to_2099();
        const auto end = expiry(until, now, zone);
        RC_ASSERT(end.ok() == (until > now));
        if (end) RC_ASSERT(end->until == until);
    });
}

TEST_CASE("a day begins at the first instant that shows its date") {
    holds("first instant", [] {
        const auto zone = *zones();
        const auto day = zone.local_date(near_a_change(zone));
        const auto first = zone.first_instant_of(day);
        RC_ASSERT(first.has_value());
        RC_ASSERT(zone.local_date(*first) == day);
        RC_ASSERT(zone.local_date(*first - milliseconds{1}) < day);
        RC_ASSERT(*first < zone.end_of(day));
    });
}

TEST_CASE("zone names are found in any case and keep their spelling") {
    holds("any case", [] {
        const auto zone = *zones();
        std::string name{zone.name()};
        for (auto& c : name) {
            const bool flip = *rc::gen::arbitrary<bool>();
            if (flip && c >= 'a' && c <= 'z')
                c = static_cast<char>(c - 32);
            else if (flip && c >= 'A' && c <= 'Z')
                c = static_cast<char>(c + 32);
        }
        const auto found = ZoneTable::embedded().find(name);
        RC_ASSERT(found.ok());
        RC_ASSERT(found->name() == zone.name());
    });
}
