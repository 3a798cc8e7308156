#include "signing/status_places.hpp"

#include "hallpass/token.hpp"
#include "random.hpp"
#include "signing/status_list.hpp"

namespace hallpass::server {
namespace {

// Half full at most, so that a free index is found in two tries on average.
constexpr std::int64_t taken_max = StatusLists::capacity / 2;
constexpr std::int64_t taken_at_once = 512;
// A list's bits are kept in rows of so many bytes: PostgreSQL is sent no message that it might wait
// in the middle of (store/ahead.cpp).
constexpr std::size_t list_bytes = StatusLists::capacity / 8, part_bytes = 4096;

struct List {
    std::int64_t number = 0;  ///< 0 where there is none
    std::int64_t taken = 0;   ///< how many places are
    std::string bits;         ///< one for each place; empty where they were not kept
};

/// The newest list.
List newest_list(Connection& connection) {
    List list;
    connection.query("SELECT list, places_taken FROM status_lists ORDER BY list DESC LIMIT 1", "nn",
                     {}, [&](Columns& row) {
                         list.number = row.number();
                         list.taken = row.number();
                     });
    bool sound = true;
    connection.query("SELECT taken FROM status_places WHERE list = :list ORDER BY part", "t",
                     {{"list", list.number}}, [&](Columns& row) {
                         const auto part = base64url_decode(row.text());
                         sound = sound && part && part->size() == part_bytes;
                         if (sound) list.bits += *part;
                     });
    if (!sound || (!list.bits.empty() && list.bits.size() != list_bytes)) {
        throw StoreFault("what is taken of a status list is not known");
    }
    return list;
}

List begin_list(Connection& connection, std::int64_t number) {
    connection.execute("DELETE FROM status_places");
    connection.execute("INSERT INTO status_lists (list, places_taken) VALUES (:list, 0)",
                       {{"list", number}});
    return {number, 0, std::string(list_bytes, '\0')};
}

/// @returns whether it was free
bool take(std::string& bits, std::int64_t place) {
    auto& byte = bits[static_cast<std::size_t>(place / 8)];
    const auto with = static_cast<char>(byte | (1 << (place % 8)));
    if (with == byte) return false;
    byte = with;
    return true;
}

void keep(Connection& connection, const List& list) {
    // Writers take turns; should two ever meet here, one of them gets nothing.
    const auto changed = connection.execute(
        "UPDATE status_lists SET places_taken = places_taken + :more"
        " WHERE list = :list AND places_taken = :taken",
        {{"more", taken_at_once}, {"list", list.number}, {"taken", list.taken}});
    if (changed != 1) throw StoreFault("another server takes places of the same status list");
    for (std::size_t part = 0; part < list_bytes / part_bytes; ++part) {
        const auto bits = std::string_view{list.bits}.substr(part * part_bytes, part_bytes);
        connection.execute(
            "INSERT INTO status_places (list, part, taken) VALUES (:list, :part, :taken)"
            " ON CONFLICT (list, part) DO UPDATE SET taken = excluded.taken",
            {{"list", list.number},
             {"part", static_cast<std::int64_t>(part)},
             {"taken", base64url_encode(bits)}});
    }
}

}  // namespace

void StatusPlaces::drop_what_was_undone(const TransactionGroup& group) {
    // Behind a new connection there may be another database, which took over from one that was
    // lost, and may not have heard of its last commits.
    if (group.connection != taken_in_.connection) free_.clear();
    if (taken_for_good_) return;
    if (group.undone != taken_in_.undone) free_.clear();
    taken_for_good_ = group.number != taken_in_.number;
}

void StatusPlaces::take_more(Transaction& transaction) {
    auto& connection = transaction.store();
    auto list = newest_list(connection);
    if (list.bits.empty() || list.taken + taken_at_once > taken_max) {
        list = begin_list(connection, list.number + 1);
    }
    std::vector<std::int64_t> taken;
    while (static_cast<std::int64_t>(taken.size()) < taken_at_once) {
        const auto place = random_below(static_cast<std::uint32_t>(StatusLists::capacity));
        if (take(list.bits, place)) taken.push_back(place);
    }
    keep(connection, list);
    // Only now: what could not be kept is nobody's to give.
    free_ = std::move(taken);
    list_ = list.number;
    taken_in_ = transaction.group();
    taken_for_good_ = false;
}

StatusPlaces::Place StatusPlaces::assign(Transaction& transaction) {
    drop_what_was_undone(transaction.group());
    if (free_.empty()) take_more(transaction);
    const auto index = free_.back();
    free_.pop_back();
    return {list_, index};
}

}  // namespace hallpass::server
