#include "signing/status_places.hpp"

#include "hallpass/token.hpp"
#include "random.hpp"
#include "signing/status_list.hpp"

namespace hallpass::server {
namespace {

// Half full at most, so that a free index is found in two tries on average.
constexpr std::int64_t issued_max = StatusLists::capacity / 2;
constexpr std::int64_t taken_at_once = 512;

struct List {
    std::int64_t number = 0;  ///< 0 where there is none
    std::int64_t issued = 0;  ///< how many places are taken
    std::string taken;        ///< a bit for each place
};

/// The list that places are taken from. One that began before places were kept so has none left.
List open_list(Connection& connection) {
    List list;
    connection.query("SELECT list, issued FROM status_lists ORDER BY list DESC LIMIT 1", "nn", {},
                     [&](Columns& row) {
                         list.number = row.number();
                         list.issued = row.number();
                     });
    connection.query("SELECT taken FROM status_places WHERE list = :list", "t",
                     {{"list", list.number}}, [&](Columns& row) { list.taken = row.text(); });
    if (list.taken.empty()) return {list.number, issued_max, {}};
    auto taken = base64url_decode(list.taken);
    if (!taken || taken->size() != StatusLists::capacity / 8) {
        throw StoreFault("what is taken of a status list is not known");
    }
    list.taken = *std::move(taken);
    return list;
}

List begin_list(Connection& connection, std::int64_t number) {
    const List list{number, 0, std::string(StatusLists::capacity / 8, '\0')};
    connection.execute("DELETE FROM status_places");
    connection.execute("INSERT INTO status_lists (list, issued) VALUES (:list, 0)",
                       {{"list", number}});
    connection.execute("INSERT INTO status_places (list, taken) VALUES (:list, '')",
                       {{"list", number}});
    return list;
}

/// @returns whether it was free
bool take(std::string& taken, std::int64_t place) {
    auto& byte = taken[static_cast<std::size_t>(place / 8)];
    const auto with = static_cast<char>(byte | (1 << (place % 8)));
    if (with == byte) return false;
    byte = with;
    return true;
}

}  // namespace

void StatusPlaces::drop_what_was_undone(const TransactionGroup& group) {
    if (taken_for_good_) return;
    if (group.undone != taken_in_.undone) free_.clear();
    taken_for_good_ = group.number != taken_in_.number;
}

void StatusPlaces::take_more(Transaction& transaction) {
    auto& connection = transaction.store();
    auto list = open_list(connection);
    if (list.issued + taken_at_once > issued_max) list = begin_list(connection, list.number + 1);
    free_.clear();
    while (static_cast<std::int64_t>(free_.size()) < taken_at_once) {
        const auto place = random_below(static_cast<std::uint32_t>(StatusLists::capacity));
        if (take(list.taken, place)) free_.push_back(place);
    }
    // Writers take turns; should two ever meet here, one of them gets nothing.
    const auto changed = connection.execute(
        "UPDATE status_lists SET issued = issued + :more WHERE list = :list AND issued = :issued",
        {{"more", taken_at_once}, {"list", list.number}, {"issued", list.issued}});
    if (changed != 1) throw StoreFault("another server takes places of the same status list");
    connection.execute("UPDATE status_places SET taken = :taken WHERE list = :list",
                       {{"taken", base64url_encode(list.taken)}, {"list", list.number}});
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
