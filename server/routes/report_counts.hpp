#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hallpass/json.hpp"

namespace hallpass::server {

/// How many lines a list of a report shows, and how many groups are kept on the way to them.
inline constexpr std::size_t shown_max = 50;
inline constexpr std::size_t kept_max = 1000;
inline constexpr const char* top_groups = " ORDER BY COUNT(*) DESC LIMIT 1000";
inline constexpr auto by_count = [](const auto& value) { return value.count(); };

/// How often something happened, and how it went.
struct Outcomes {
    std::int64_t success = 0, failure = 0;

    std::int64_t count() const { return success + failure; }
    void add(const std::string& outcome, std::int64_t times) {
        (outcome == "success" ? success : failure) += times;
    }
    void write_members(json::Writer& writer) const {
        writer.member("count", count()).member("success", success).member("failure", failure);
    }
};

/// The entries of a map with the highest `rank`, highest first; equals in the order of their keys.
template <class Key, class Value, class Rank>
std::vector<std::pair<Key, Value>> top(const std::map<Key, Value>& all, std::size_t most,
                                       Rank rank) {
    std::vector<std::pair<Key, Value>> best(all.begin(), all.end());
    std::stable_sort(best.begin(), best.end(), [&](const auto& left, const auto& right) {
        return rank(left.second) > rank(right.second);
    });
    if (best.size() > most) best.resize(most);
    return best;
}

/// Forgets all but the highest, so that a map that grows tenant by tenant stays small.
template <class Key, class Value, class Rank>
void keep_top(std::map<Key, Value>& all, std::size_t most, Rank rank) {
    if (all.size() <= 2 * most) return;
    const auto best = top(all, most, rank);
    all = std::map<Key, Value>(best.begin(), best.end());
}

/// `name: […]` with one object for each.
template <class Entries, class Write>
void write_list(json::Writer& writer, const char* name, const Entries& entries, Write write) {
    writer.key(name).begin_array();
    for (const auto& [key, value] : entries) {
        writer.begin_object();
        write(key, value);
        writer.end_object();
    }
    writer.end_array();
}

}  // namespace hallpass::server
