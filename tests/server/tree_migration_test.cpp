// A record that was a hash chain becomes a tree: nothing is lost, and what did not hold is said.
#include "store/tree_migration.hpp"

#include "audit_record.hpp"
#include "digest.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;

namespace {

constexpr int entries = 30;

void add(std::string& bytes, const std::string& value) {
    bytes += std::to_string(value.size()) + ":" + value;
}
void add(std::string& bytes, std::int64_t value) { add(bytes, std::to_string(value)); }
template <class T>
void add(std::string& bytes, const std::optional<T>& value) {
    if (value) return add(bytes, *value);
    bytes += "-";
}

/// The record's table as it was before there was a tree. @returns the chain's last hash
std::string chain(Connection& store) {
    store.run("ALTER TABLE record ADD COLUMN previous_hash TEXT NOT NULL DEFAULT ''");
    std::string previous;
    for (const auto& entry : store.select<RecordRow>("ORDER BY sequence")) {
        std::string bytes;
        RecordRow::each(entry, [&](std::string_view name, const auto& value) {
            if (name != "seals" && name != "hash" && name != "nodes") add(bytes, value);
        });
        add(bytes, previous);
        const auto hash = sha256_text(bytes);
        store.execute(
            "UPDATE record SET seals = '', nodes = '', hash = :hash, previous_hash = :previous"
            " WHERE sequence = :sequence",
            {{"hash", hash}, {"previous", previous}, {"sequence", entry.sequence}});
        previous = hash;
    }
    return previous;
}

std::vector<RecordRow> planted(Connection& store) {
    plant_tree(store);
    auto rows = store.select<RecordRow>("ORDER BY sequence");
    check_tree(rows);
    REQUIRE(rows.size() == entries + 1);
    CHECK(rows.back().event == "record_migrated");
    return rows;
}

}  // namespace

TEST_CASE("every entry of a chain becomes the leaf of its sequence") {
    const AuditRecord record{entries};
    auto store = record.open();
    const auto before = store.select<RecordRow>("ORDER BY sequence");
    const auto last = chain(store);
    const auto after = planted(store);
    for (std::size_t at = 0; at < before.size(); ++at) {
        CHECK(after[at].event == before[at].event);
        CHECK(after[at].resource_id == before[at].resource_id);
        CHECK(after[at].metadata == before[at].metadata);
    }
    CHECK(after.back().metadata == R"({"chainHead":"30:)" + last + R"("})");
    CHECK(record.audit("verify").exit_code == 0);
}

TEST_CASE("a chain that did not hold is planted as it is, and its first bad entry is kept") {
    const AuditRecord changed{entries}, shortened{entries};
    auto store = changed.open();
    chain(store);
    store.execute("UPDATE record SET ip = '198.51.100.1' WHERE sequence = 17");
    CHECK_THAT(planted(store).back().metadata, Contains(R"("firstBroken":17})"));

    auto other = shortened.open();
    chain(other);
    other.execute("DELETE FROM record WHERE sequence IN (5, 6)");
    const auto rows = planted(other);
    CHECK_THAT(rows.back().metadata, Contains(R"("firstBroken":5})"));
    CHECK(rows[4].event == "entry_missing");
    CHECK(rows[5].event == "entry_missing");
    CHECK(rows[6].resource_id == "p-7");
}

TEST_CASE("an empty record becomes an empty tree") {
    const AuditRecord record{0};
    auto store = record.open();
    chain(store);
    plant_tree(store);
    CHECK(store.select<RecordRow>("").empty());
}
