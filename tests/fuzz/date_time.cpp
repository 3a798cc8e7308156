#include "input.hpp"

using namespace hallpass;
using namespace hallpass::fuzz;

// Dates and date-times of RFC 3339.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = text_of(data, size);
    const auto instant = parse_rfc3339(text, "until");
    if (instant) {
        const auto unix_ms = to_unix_ms(*instant);
        expect(unix_ms >= min_instant_unix_ms && unix_ms <= max_instant_unix_ms);
        expect(*parse_rfc3339(format_rfc3339(*instant), "until") == *instant);
    } else {
        expect_sound(instant.error());
    }
    const auto day = parse_date(text);
    if (day) {
        expect(format_date(*day) == text);
    } else {
        expect_sound(day.error());
    }
    return 0;
}
