#include "signing/status_places.hpp"

#include "random.hpp"
#include "signing/status_list.hpp"

namespace hallpass::server {
namespace {

// Half full at most, so that a free index is found in two tries on average.
constexpr std::int64_t issued_max = StatusLists::capacity / 2;
// How full a list is need not be known exactly: one token of so many, at random, counts for all of
// them, which spares the others a write.
constexpr std::uint32_t counted_at_once = 64;
// More than one group of changes has.
constexpr std::size_t drawn_max = 512;

std::int64_t random_index() {
    return random_below(static_cast<std::uint32_t>(StatusLists::capacity));
}

struct ListInUse {
    std::int64_t list = 0;    ///< 0 where there is none
    std::int64_t issued = 0;  ///< how many tokens are counted in it
};

ListInUse newest_list(Connection& connection) {
    ListInUse newest;
    connection.look_up("status_lists",
                       "SELECT list, issued FROM status_lists ORDER BY list DESC LIMIT 1", "nn", {},
                       [&](Columns& columns) {
                           newest.list = columns.number();
                           newest.issued = columns.number();
                       });
    return newest;
}

bool is_taken(Connection& connection, std::int64_t list, std::int64_t index) {
    bool taken = false;
    connection.look_up("tokens",
                       "SELECT status_index FROM tokens WHERE status_list = :list"
                       " AND status_index = :at",
                       "n", {{"list", list}, {"at", index}}, [&](Columns&) { taken = true; });
    return taken;
}

}  // namespace

std::int64_t StatusPlaces::draw() {
    if (drawn_.empty()) return random_index();
    const auto index = drawn_.back();
    drawn_.pop_back();
    return index;
}

void StatusPlaces::foresee(Connection& connection) {
    // What is left is of changes that came to nothing.
    if (drawn_.size() >= drawn_max) drawn_.clear();
    drawn_.push_back(random_index());
    newest_list(connection);
    is_taken(connection, newest_, drawn_.back());
}

StatusPlaces::Place StatusPlaces::assign(Connection& connection) {
    for (;;) {
        const auto index = draw();
        auto [list, issued] = newest_list(connection);
        if (list == 0 || issued >= issued_max) {
            connection.put("INSERT INTO status_lists (list, issued) VALUES (:list, 0)",
                           {{"list", ++list}});
        }
        newest_ = list;
        if (is_taken(connection, list, index)) continue;
        if (random_below(counted_at_once) == 0) {
            connection.put("UPDATE status_lists SET issued = issued + :more WHERE list = :list",
                           {{"more", static_cast<std::int64_t>(counted_at_once)}, {"list", list}});
        }
        return {list, index};
    }
}

}  // namespace hallpass::server
