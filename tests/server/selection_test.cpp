// Chosen entries of the record come in its order, each once, whichever way they are found.
#include <algorithm>

#include "audit/selection.hpp"
#include "hallpass_catch.hpp"
#include "store/migrations.hpp"
#include "test_database.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

// More of one tenant than are put into order at once.
constexpr std::int64_t entries = 45'000;

bool of_the_large(std::int64_t sequence) { return sequence % 3 != 0; }
bool of_the_busy_agent(std::int64_t sequence) { return sequence % 5 == 0; }
/// The clock was often a little back.
std::int64_t at(std::int64_t sequence) {
    return 1'000'000 + sequence * 10 - (sequence % 97 == 0 ? 5'000 : 0);
}

struct Record {
    TemporaryFolder folder;
    TestDatabase database{folder.file("store.db")};
    Connection store{database.url()};

    Record() {
        migrate(store);
        store.begin_write();
        store.execute(
            "INSERT INTO record (sequence, at_unix_ms, event, agent_id, tenant_id, outcome,"
            " metadata, seals, hash, nodes)"
            " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
            std::to_string(entries) +
            ") SELECT i, 1000000 + i * 10 - CASE WHEN i % 97 = 0 THEN 5000 ELSE 0 END,"
            " 'resource_read', CASE WHEN i % 5 = 0 THEN 'jan' ELSE 'kim' END,"
            " CASE WHEN i % 3 = 0 THEN 'small' ELSE 'large' END, 'success', '{}', '', 'h', ''"
            " FROM n");
        store.commit();
    }

    /// Piece by piece, as somebody asks who goes on where the last piece ended.
    std::vector<std::int64_t> chosen(Selection selection, std::int64_t looked_at_max) {
        std::vector<std::int64_t> sequences;
        std::optional<std::int64_t> rest;
        do {
            rest = each_entry(
                store, selection,
                [&](const RecordRow& entry) {
                    CHECK(entry.at_unix_ms == at(entry.sequence));
                    sequences.push_back(entry.sequence);
                    return true;
                },
                looked_at_max);
            CHECK((!rest || *rest > selection.after_sequence.value_or(0)));
            selection.after_sequence = rest;
        } while (rest);
        return sequences;
    }
};

template <class Takes>
std::vector<std::int64_t> all(Takes takes) {
    std::vector<std::int64_t> sequences;
    for (std::int64_t each = 1; each <= entries; ++each) {
        if (takes(each)) sequences.push_back(each);
    }
    return sequences;
}

}  // namespace

TEST_CASE("entries are chosen alike by whatever way they are found") {
    Record record;
    constexpr auto no_limit = std::numeric_limits<std::int64_t>::max();
    Selection large, recent, between, busy;
    large.tenant_id = recent.tenant_id = between.tenant_id = busy.tenant_id = "large";
    recent.from_unix_ms = at(entries - 3'001);
    between.from_unix_ms = at(1'001);
    between.to_unix_ms = at(40'001);
    busy.agent_id = "jan";
    Selection ever;  // by anybody, anywhere, since a moment
    ever.from_unix_ms = at(30'001);
    for (const std::int64_t looked_at_max : {no_limit, std::int64_t{10'000}}) {
        CHECK(record.chosen({}, looked_at_max) == all([](auto) { return true; }));
        CHECK(record.chosen(large, looked_at_max) == all(of_the_large));
        CHECK(record.chosen(recent, looked_at_max) == all([&](auto each) {
                  return of_the_large(each) && at(each) >= *recent.from_unix_ms;
              }));
        CHECK(record.chosen(between, looked_at_max) == all([&](auto each) {
                  return of_the_large(each) && at(each) >= *between.from_unix_ms &&
                         at(each) < *between.to_unix_ms;
              }));
        CHECK(record.chosen(busy, looked_at_max) ==
              all([](auto each) { return of_the_large(each) && of_the_busy_agent(each); }));
        CHECK(record.chosen(ever, looked_at_max) ==
              all([&](auto each) { return at(each) >= *ever.from_unix_ms; }));
    }
}

TEST_CASE("a piece ends where it was said to, also where nothing in it was chosen") {
    Record record;
    Selection nobody;
    nobody.tenant_id = "nobody's";
    const auto take = [](const RecordRow&) { return true; };
    const auto rest = each_entry(record.store, nobody, take, 10'000);
    CHECK(rest == 10'000);
    nobody.after_sequence = entries - 1;
    CHECK(each_entry(record.store, nobody, take, 10'000) == std::nullopt);
    Selection large;
    large.tenant_id = "large";
    int taken = 0;
    CHECK(each_entry(record.store, large, [&](const RecordRow&) { return ++taken < 3; }) ==
          std::nullopt);
    CHECK(taken == 3);
}
