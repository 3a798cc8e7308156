#include "hallpass/time_zone.hpp"

#include "hallpass_catch.hpp"

#include <fstream>
#include <iterator>
#include <limits>
#include <type_traits>

using namespace hallpass;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Tokens of a zone's program (core/zones/generate.py tells what they mean).
constexpr std::uint8_t end = 96, flip = 97, skip = 98, repeat = 99, change = 100, time_token = 101;
constexpr std::uint8_t march_25_sunday = 2 * 8, october_25_sunday = 9 * 8;

/// A table whose parts can be spoilt one by one; as it stands, "Test/Here" is one hour ahead of
/// UTC.
struct Draft {
    std::string magic = "HPZ1";
    std::string version = "2027a";
    std::uint8_t unit = 60;
    std::vector<std::int32_t> values{0, 3600, 7200, -3600};  // seconds
    std::vector<std::string> regions{"Test/"};
    std::vector<Bytes> programs{{1, end}, {1, end}};  // of each zone: recent, earlier
    std::vector<std::pair<int, std::string>> names{{128 + 2 + 1, "Here"}};  // control, text
    int extra_program_bytes = 0, extra_names = 0;
    std::string trailer;

    Bytes bytes() const {
        Bytes out(magic.begin(), magic.end());
        const auto put = [&out](std::size_t value, int bytes) {
            for (; bytes > 0; --bytes, value >>= 8) out.push_back(static_cast<std::uint8_t>(value));
        };
        const auto put_text = [&](const std::string& text) {
            put(text.size(), 1);
            out.insert(out.end(), text.begin(), text.end());
        };
        put_text(version);
        put(unit, 1);
        put(values.size(), 1);
        put(regions.size(), 1);
        put(names.size() + static_cast<std::size_t>(extra_names), 2);
        Bytes code;
        for (const auto& program : programs)
            code.insert(code.end(), program.begin(), program.end());
        put(code.size() + static_cast<std::size_t>(extra_program_bytes), 2);
        for (const auto value : values) put(static_cast<std::uint32_t>(value / unit), 2);
        out.insert(out.end(), code.begin(), code.end());
        for (const auto& region : regions) put_text(region);
        for (const auto& [control, text] : names) {
            put(static_cast<std::size_t>(control), 1);
            out.insert(out.end(), text.begin(), text.end());
        }
        out.insert(out.end(), trailer.begin(), trailer.end());
        return out;
    }
    bool sound() const {
        const auto made = bytes();
        const auto table = ZoneTable::parse(made);
        if (!table) {
            CHECK(table.error().field == "zones");
            CHECK(table.error().reason == Reason::malformed);
        }
        return table.ok();
    }
};

template <class T>
bool sound_with(T Draft::*part, std::type_identity_t<T> value) {
    Draft draft;
    draft.*part = std::move(value);
    return draft.sound();
}

Draft with_program(Bytes program) {
    Draft draft;
    draft.programs = {{0, end}, std::move(program)};
    return draft;
}

Bytes checked_in_table() {
    std::ifstream file(HALLPASS_ZONE_TABLE, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Asks a table everything it may be asked, about every so many of its names. A search goes through
/// all names before the one it finds, so few of them touch as much of the table as all.
std::int64_t use(const ZoneTable& table, std::size_t stride = 1) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < table.size(); i += stride) {
        const auto zone = table.find(table.name(i));
        if (!zone) return -1;
        for (const std::int64_t unix_ms : {min_instant_unix_ms, std::int64_t{0}, 1795176137000,
                                           4133980799000, max_instant_unix_ms}) {
            sum += zone->offset_at(from_unix_ms(unix_ms)).count();
        }
        const auto date = date::year{2026} / 12 / 31;
        sum += zone->first_instant_of(date).has_value();
        sum += to_unix_s(zone->end_of(date)) % 7;
    }
    return sum;
}

}  // namespace

TEST_CASE("zone table: the checked-in file is sound and is the embedded table") {
    const auto bytes = checked_in_table();
    const auto table = ZoneTable::parse(bytes);
    REQUIRE(table.ok());
    CHECK(table->version() == ZoneTable::embedded().version());
    REQUIRE(table->size() == ZoneTable::embedded().size());
    CHECK(use(*table) == use(ZoneTable::embedded()));
}

TEST_CASE("zone table: another table can take the embedded one's place") {
    Draft draft;
    draft.version = "2027c";
    const Bytes summer{time_token + 2, march_25_sunday, 25, time_token + 2, october_25_sunday, 25};
    Bytes recent{1}, earlier{1, skip, 11};
    recent.insert(recent.end(), summer.begin(), summer.end());
    recent.insert(recent.end(), {repeat, 255, end});
    earlier.insert(earlier.end(), summer.begin(), summer.end());
    earlier.insert(earlier.end(), {repeat, 86, end});
    draft.programs = {{1, end}, {1, end}, recent, earlier};
    draft.names = {{128 + 2 + 1, "Here"}, {128, "Link"}, {128 + 1, "There"}};
    const auto bytes = draft.bytes();
    const auto table = ZoneTable::parse(bytes);
    REQUIRE(table.ok());
    CHECK(table->version() == "2027c");
    CHECK(table->size() == 3);
    CHECK_FALSE(table->find("Europe/Amsterdam").ok());
    CHECK(table->find("TEST/LINK")->name() == "Test/Link");
    const auto there = *table->find("Test/There");
    CHECK(there.offset_at(from_unix_s(0)) == std::chrono::hours{1});
    // The last Sundays of March 1980, 2023 and 2099, 02:00 local.
    CHECK(there.offset_at(from_unix_s(323225999)) == std::chrono::hours{1});
    CHECK(there.offset_at(from_unix_s(323226000)) == std::chrono::hours{2});
    CHECK(there.offset_at(from_unix_s(1679792399)) == std::chrono::hours{1});
    CHECK(there.offset_at(from_unix_s(1679792400)) == std::chrono::hours{2});
    CHECK(there.offset_at(from_unix_s(4078429199)) == std::chrono::hours{1});
    CHECK(there.offset_at(from_unix_s(4078429200)) == std::chrono::hours{2});
}

TEST_CASE("zone table: a header, counts or values that do not fit are refused") {
    CHECK(Draft{}.sound());
    CHECK_FALSE(ZoneTable::parse({}).ok());
    CHECK_FALSE(sound_with(&Draft::magic, "HPZ2"));
    CHECK_FALSE(sound_with(&Draft::version, "2027\n"));
    CHECK(sound_with(&Draft::values, {0, 26 * 3600, -26 * 3600}));
    CHECK_FALSE(sound_with(&Draft::values, {0, 26 * 3600 + 60}));
    CHECK_FALSE(sound_with(&Draft::values, {0, -26 * 3600 - 60}));
    CHECK_FALSE(sound_with(&Draft::values, {0, -32768 * 60}));
    CHECK_FALSE(sound_with(&Draft::values, {0}));
    CHECK_FALSE(sound_with(&Draft::values, {}));
    CHECK_FALSE(sound_with(&Draft::extra_program_bytes, 1));
    CHECK_FALSE(sound_with(&Draft::extra_program_bytes, -1));
    CHECK_FALSE(sound_with(&Draft::extra_program_bytes, 60000));
    CHECK_FALSE(sound_with(&Draft::extra_names, 1));
    CHECK_FALSE(sound_with(&Draft::extra_names, -1));
    CHECK_FALSE(sound_with(&Draft::extra_names, 5000));
    CHECK_FALSE(sound_with(&Draft::trailer, std::string(1, '\0')));
    CHECK_FALSE(sound_with(&Draft::trailer, std::string(70000, 'x')));
}

TEST_CASE("zone table: names that do not fit are refused") {
    using Names = std::vector<std::pair<int, std::string>>;
    const auto named = [](Names names) {
        Draft draft;
        draft.names = std::move(names);
        return draft.sound();
    };
    CHECK(named({{131, "Here"}, {128, "There"}}));
    CHECK_FALSE(named({{130, "Here"}}));                  // belongs to no zone yet
    CHECK_FALSE(named({{131, "Here"}, {129, "There"}}));  // there is no second zone
    CHECK_FALSE(named({{133, "Here"}}));                  // there is no second region
    CHECK_FALSE(named({{3, "Here"}}));
    CHECK_FALSE(named({{129, ""}}));
    CHECK_FALSE(named({{131, "He re"}}));
    CHECK_FALSE(named({{131, "Here\x7F"}}));
    CHECK_FALSE(named({{131, std::string(60, 'x')}}));
    CHECK_FALSE(named({{131, "Here"}, {128, "hERE"}}));
}

TEST_CASE("zone table: programs that do not fit are refused") {
    const auto runs = [](Bytes program) { return with_program(std::move(program)).sound(); };
    const std::uint8_t sunday = march_25_sunday, autumn = october_25_sunday;
    CHECK(runs({0, sunday, 25, end}));
    CHECK(runs({0, sunday, 25, autumn, 25, repeat, 255, end}));
    CHECK_FALSE(runs({}));
    CHECK_FALSE(runs({4, end}));  // no such value
    CHECK_FALSE(runs({0, change, 4, end}));
    CHECK_FALSE(runs({0, time_token + 4, end}));
    CHECK_FALSE(runs({0, sunday, 0, end}));
    CHECK_FALSE(runs({0, sunday, 32, end}));
    CHECK_FALSE(runs({0, repeat, 9, end}));  // of what?
    CHECK_FALSE(runs({0, sunday, 25, repeat, 9, end}));
    CHECK_FALSE(runs({0, sunday, 25}));  // no end
    CHECK_FALSE(runs({0, skip, 255, skip, 255, sunday, 25, end}));
    CHECK_FALSE(runs({0, sunday, 25, autumn, 25, repeat, 254, repeat, 254, end}));
}

TEST_CASE("zone table: programs in which time or offsets run away are refused") {
    Bytes forward{0};
    for (int i = 0; i < 30; ++i) forward.insert(forward.end(), {change, 1, march_25_sunday, 25});
    forward.push_back(end);
    CHECK_FALSE(with_program(forward).sound());  // thirty hours ahead
    // A day ahead at midnight, and back on the next day before it came.
    Draft draft = with_program({0, change, 2, 7, 1, change, 3, time_token + 3, 7, 2, end});
    draft.values = {0, 3600, 26 * 3600, -26 * 3600};
    CHECK_FALSE(draft.sound());
    // Many empty steps must not use up the stack.
    Bytes idle{0, march_25_sunday, 25, october_25_sunday, 25};
    for (int i = 0; i < 30000; ++i) idle.insert(idle.end(), {repeat, 0});
    idle.insert(idle.end(), {flip, end});
    CHECK(with_program(idle).sound());
}

TEST_CASE("zone table: no damage to the file makes a look-up read outside") {
    const auto whole = checked_in_table();
    for (std::size_t size = 0; size < whole.size(); size += size < 600 ? 1 : 61) {
        CHECK_FALSE(ZoneTable::parse(std::span{whole}.first(size)).ok());
    }
    int refused = 0, taken = 0;
    for (std::size_t i = 0; i < whole.size(); i += i < 400 ? 7 : 331) {
        for (const int value : {0, 31, 96, 99, 128, 255}) {
            auto damaged = whole;
            damaged[i] = static_cast<std::uint8_t>(value);
            const auto table = ZoneTable::parse(damaged);
            table.ok() ? ++taken : ++refused;
            if (table) CHECK(use(*table, 7) != -1);
        }
    }
    CHECK(refused > 50);
    CHECK(taken > 50);
}
