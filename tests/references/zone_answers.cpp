// Answers questions about zones, one line each, so that other programs can be compared with the
// core:
//
//   names                          every name, separated by spaces
//   version                        the tzdata release
//   zone <name>                    the questions after it are about this zone: its name
//   offset <unix_s>                local time minus UTC, in seconds
//   day <date>                     the day's first instant (unix_s), or "skipped"
//   until <choice> <now_unix_ms>   a preset or a date: "<unix_ms> <last day>", or the error's
//   reason
//
// With an argument it reads that table file in place of the embedded table.
#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "hallpass/expiry.hpp"

namespace {

using namespace hallpass;

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Takes the text up to the next space off the front of `line`.
std::string_view word(std::string_view& line) {
    const auto end = std::min(line.find(' '), line.size());
    const auto taken = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return taken;
}

std::string all_names(const ZoneTable& table) {
    std::string names;
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (i > 0) names += ' ';
        names += table.name(i);
    }
    return names;
}

std::string first_instant(const TimeZone& zone, std::string_view day) {
    const auto date = parse_date(day);
    if (!date) return std::string{to_string(date.error().reason)};
    const auto first = zone.first_instant_of(*date);
    return first ? std::to_string(to_unix_s(*first)) : "skipped";
}

std::string until(const TimeZone& zone, std::string_view choice, Instant now) {
    ExpiryChoice chosen;
    if (const auto preset = parse_expiry_preset(choice)) {
        chosen = *preset;
    } else {
        const auto date = parse_date(choice);
        if (!date) return std::string{to_string(date.error().reason)};
        chosen = *date;
    }
    const auto end = expiry(chosen, now, zone);
    if (!end) return std::string{to_string(end.error().reason)};
    return std::to_string(to_unix_ms(end->until)) + ' ' + format_date(end->last_day);
}

std::string answer(const ZoneTable& table, std::optional<TimeZone>& zone, std::string_view line) {
    const auto question = word(line);
    if (question == "names") return all_names(table);
    if (question == "version") return std::string{table.version()};
    if (question == "zone") {
        const auto found = table.find(line);
        if (!found) return std::string{to_string(found.error().reason)};
        zone = *found;
        return std::string{zone->name()};
    }
    if (!zone) return "no zone";
    if (question == "offset") {
        return std::to_string(zone->offset_at(from_unix_s(number(line))).count());
    }
    if (question == "day") return first_instant(*zone, line);
    if (question == "until") {
        const auto choice = word(line);
        return until(*zone, choice, from_unix_ms(number(line)));
    }
    return "no such question";
}

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);  // else every answer is written by itself
    std::vector<std::uint8_t> bytes;
    std::optional<ZoneTable> table;
    if (argc > 1) {
        std::ifstream file(argv[1], std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(file), {});
        auto parsed = ZoneTable::parse(bytes);
        if (!parsed) {
            std::cerr << parsed.error().message << '\n';
            return 1;
        }
        table = *std::move(parsed);
    }
    std::optional<TimeZone> zone;
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << answer(table ? *table : ZoneTable::embedded(), zone, line) << '\n';
    }
}
