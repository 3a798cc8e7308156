// Where tokens stand in the status lists: nowhere twice, whatever becomes of the changes that took
// the places, and however many servers take them.
#include "signing/status_places.hpp"

#include <algorithm>
#include <bit>
#include <future>
#include <set>

#include "hallpass/token.hpp"
#include "hallpass_catch.hpp"
#include "signing/status_list.hpp"
#include "store/store.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

using Places = std::set<std::pair<std::int64_t, std::int64_t>>;

struct Scene {
    TemporaryFolder folder;
    TestDatabase database{folder.file("store.db")};
    SystemClock clock;
    Store store{database.url(), clock};

    std::int64_t number(const std::string& sql) {
        return store.read([&](Connection& connection) { return connection.number(sql); });
    }
    /// Whether the database knows that each of these, all of the newest list, is taken, and counts
    /// as many as it knows.
    bool knows(const Places& places) {
        std::string taken;
        store.read([&](Connection& connection) {
            connection.query("SELECT taken FROM status_places ORDER BY part", "t", {},
                             [&](Columns& row) { taken += *base64url_decode(row.text()); });
        });
        std::int64_t known = 0;
        for (const char byte : taken) known += std::popcount(static_cast<unsigned char>(byte));
        const auto list = number("SELECT MAX(list) FROM status_lists");
        return known ==
                   number("SELECT places_taken FROM status_lists ORDER BY list DESC LIMIT 1") &&
               std::all_of(places.begin(), places.end(), [&](const auto& each) {
                   const auto at = static_cast<std::size_t>(each.second);
                   return each.first == list && at / 8 < taken.size() &&
                          (taken[at / 8] >> (at % 8) & 1) != 0;
               });
    }
};

/// Assigns `count` places in a change of their own.
void assign(Store& store, StatusPlaces& places, int count, Places& given) {
    store.write_now([&](Transaction& transaction) {
        for (int at = 0; at < count; ++at) {
            const auto place = places.assign(transaction);
            CHECK(given.emplace(place.list, place.index).second);
        }
    });
}

}  // namespace

TEST_CASE("two servers that take turns, and start again, give no place twice") {
    Scene scene;
    Store other{scene.database.url(), scene.clock};
    Places given;
    for (int round = 0; round < 3; ++round) {
        StatusPlaces ours, theirs;  // what a process knows ends with it
        for (int turn = 0; turn < 3; ++turn) {
            assign(scene.store, ours, 300, given);
            assign(other, theirs, 100, given);
        }
    }
    CHECK(given.size() == 3'600);
    CHECK(scene.knows(given));
    // All over the list, and in no order.
    std::size_t low = 0;
    for (const auto& [list, index] : given) {
        CHECK(list == 1);
        low += index < StatusLists::capacity / 2 ? 1U : 0U;
    }
    CHECK(low > 1'500);
    CHECK(low < 2'100);
    // Each of the six took 512 at a time.
    CHECK(scene.number("SELECT places_taken FROM status_lists") == 3 * (2 + 1) * 512);
}

TEST_CASE("what an undone change took is taken by nobody") {
    Scene scene;
    StatusPlaces places;
    Places given;
    std::promise<void> begun, go;
    std::promise<bool> undone, kept;
    // Queued while the writer waits, so that they are one group.
    scene.store.write({[&](Transaction&) {
                           begun.set_value();
                           go.get_future().wait();
                           return true;
                       },
                       [](bool) {}});
    begun.get_future().wait();
    scene.store.write({[&](Transaction& transaction) {
                           places.assign(transaction);
                           return false;
                       },
                       [&](bool durable) { undone.set_value(durable); }});
    scene.store.write({[&](Transaction& transaction) {
                           given.clear();  // a group that is undone runs again
                           const auto place = places.assign(transaction);
                           given.emplace(place.list, place.index);
                           return true;
                       },
                       [&](bool durable) { kept.set_value(durable); }});
    go.set_value();
    CHECK(undone.get_future().get());
    CHECK(kept.get_future().get());
    CHECK(scene.knows(given));
    // Nor where the change was alone.
    StatusPlaces fresh;
    CHECK_THROWS_AS(scene.store.write_now([&](Transaction& transaction) {
        fresh.assign(transaction);
        throw StoreFault("on purpose");
    }),
                    StoreFault);
    assign(scene.store, fresh, 10, given);
    CHECK(scene.knows(given));
    CHECK(scene.number("SELECT places_taken FROM status_lists") == 2 * 512);
}

TEST_CASE("places that were taken for good stay so when a later change is undone") {
    Scene scene;
    StatusPlaces places;
    Places given;
    assign(scene.store, places, 1, given);
    assign(scene.store, places, 1, given);
    CHECK_THROWS_AS(scene.store.write_now([](Transaction& transaction) {
        transaction.store().execute("UPDATE status_lists SET places_taken = 0");
        throw StoreFault("on purpose");
    }),
                    StoreFault);
    assign(scene.store, places, 510, given);
    CHECK(scene.number("SELECT places_taken FROM status_lists") == 512);
    assign(scene.store, places, 1, given);
    CHECK(scene.number("SELECT places_taken FROM status_lists") == 1'024);
}

TEST_CASE("a list is followed by another when it is half full, or began before places were kept") {
    Scene scene;
    StatusPlaces places;
    Places given;
    assign(scene.store, places, 512, given);
    const auto half = std::to_string(StatusLists::capacity / 2);
    scene.store.write_now([&](Transaction& transaction) {
        transaction.store().execute("UPDATE status_lists SET places_taken = " + half + " - 512");
    });
    assign(scene.store, places, 512, given);
    CHECK(given.rbegin()->first == 1);
    assign(scene.store, places, 1, given);
    CHECK(given.rbegin()->first == 2);
    CHECK(scene.number("SELECT places_taken FROM status_lists WHERE list = 1") ==
          StatusLists::capacity / 2);
    CHECK(scene.number("SELECT COUNT(DISTINCT list) FROM status_places") == 1);
    scene.store.write_now([](Transaction& transaction) {
        transaction.store().execute("INSERT INTO status_lists (list, places_taken) VALUES (7, 64)");
    });
    StatusPlaces later;
    assign(scene.store, later, 1, given);
    CHECK(given.rbegin()->first == 8);
}

TEST_CASE("no place is given where nobody knows which are taken") {
    Scene scene;
    StatusPlaces places;
    Places given;
    assign(scene.store, places, 1, given);
    scene.store.write_now([](Transaction& transaction) {
        transaction.store().execute("UPDATE status_places SET taken = 'AAAA' WHERE part = 3");
    });
    StatusPlaces later;
    CHECK_THROWS_WITH(
        scene.store.write_now([&](Transaction& transaction) { later.assign(transaction); }),
        "what is taken of a status list is not known");
}

TEST_CASE("what could not be written down is not given", "[sqlite]") {
    Scene scene;
    StatusPlaces places;
    Places given, later;
    assign(scene.store, places, 512, given);
    scene.store.write_now([](Transaction& transaction) {
        transaction.store().run(
            "CREATE TRIGGER refused BEFORE UPDATE ON status_places WHEN OLD.part = 31"
            " BEGIN SELECT RAISE(ABORT, 'on purpose'); END");
    });
    CHECK_THROWS_AS(assign(scene.store, places, 1, later), StoreFault);
    scene.store.write_now(
        [](Transaction& transaction) { transaction.store().run("DROP TRIGGER refused"); });
    assign(scene.store, places, 512, later);
    CHECK(scene.knows(given));
    CHECK(scene.knows(later));
}

TEST_CASE("behind a new connection places are taken anew", "[.postgresql]") {
    Scene scene;
    StatusPlaces places;
    Places given;
    assign(scene.store, places, 10, given);
    assign(scene.store, places, 10, given);
    CHECK_THROWS_AS(scene.store.write_now([](Transaction& transaction) {
        transaction.store().number("SELECT COUNT(pg_terminate_backend(pg_backend_pid()))");
        transaction.store().number("SELECT 1");
    }),
                    StoreFault);
    assign(scene.store, places, 10, given);
    CHECK(scene.knows(given));
    CHECK(scene.number("SELECT places_taken FROM status_lists") == 2 * 512);
}
