#include <algorithm>

#include "input.hpp"

using namespace hallpass;
using namespace hallpass::fuzz;

// A time zone's name, as a browser or a profile gives it.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto name = text_of(data, size);
    const auto zone = ZoneTable::embedded().find(name);
    if (!zone) {
        expect_sound(zone.error());
        return 0;
    }
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
    const auto same = [&](char a, char b) { return lower(a) == lower(b); };
    const auto found = zone->name();
    expect(std::equal(name.begin(), name.end(), found.begin(), found.end(), same));
    const auto end = expiry(ExpiryPreset::end_of_today, from_unix_s(1'800'000'000), *zone);
    expect(end.ok() && end->until > from_unix_s(1'800'000'000));
    return 0;
}
