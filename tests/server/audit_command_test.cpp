// `hallpassd audit` as an auditor runs it: the real program, on a database and on exported files.
#include "audit/command.hpp"

#include <fstream>
#include <random>

#include "audit_record.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;

namespace {

constexpr int entries = 60;
constexpr unsigned seed = 20261121;

std::string head_in(const std::string& output) {
    const auto at = output.find("head: ") + 6;
    return output.substr(at, output.find('\n', at) - at);
}

void write_file(const std::string& name, const std::string& text) {
    std::ofstream{name, std::ios::binary} << text;
}

}  // namespace

TEST_CASE("an untouched record holds, in the database and in an export of all of it") {
    const AuditRecord record{entries};
    const auto verified = record.audit("verify");
    INFO(verified.output);
    CHECK(verified.exit_code == audit_holds);
    CHECK_THAT(verified.output, Contains("60 entries, all as they were written"));
    CHECK_THAT(verified.output, Contains("Keep a checkpoint"));
    const auto head = head_in(verified.output);
    CHECK(head.substr(0, 3) == "60:");
    CHECK(record.audit("verify --expect-head " + head).exit_code == audit_holds);

    CHECK_FALSE(record.exported().empty());
    const auto from_file = record.audit("verify --file " + record.file("exported.jsonl"));
    CHECK(from_file.exit_code == audit_holds);
    CHECK(head_in(from_file.output) == head);
}

TEST_CASE("what cannot be read does not hold") {
    const AuditRecord record{1};
    CHECK(record.audit("verify --file /nonexistent").exit_code == audit_unreadable);
    CHECK(record.audit("verify --excerpt").exit_code > audit_broken);
    for (const std::string head : {"1", ":x", "0:x", "1:", "x:1", "-1:x", "1x:y"}) {
        CHECK(record.audit("verify --expect-head " + head).exit_code > audit_broken);
    }
    const auto missing = record.audit("verify --database sqlite:/nonexistent.db");
    CHECK(missing.exit_code != audit_holds);
    for (const std::string text : {"{}", "[]", "not json", "", "{\"sequence\":1}"}) {
        write_file(record.file("bad.jsonl"), text + "\n");
        const auto verified = record.audit("verify --file " + record.file("bad.jsonl"));
        CHECK(verified.exit_code == audit_broken);
        CHECK_THAT(verified.output, Contains("line 1"));
    }
}

TEST_CASE("a changed column of any entry is found in the database") {
    std::mt19937 random{seed};
    INFO("seed " << seed);
    const AuditRecord record{entries};
    auto store = record.open();
    std::vector<std::string> columns;
    const RecordRow any;
    RecordRow::each(any, [&](const char* name, const auto&) { columns.emplace_back(name); });
    for (int round = 0; round < 60; ++round) {
        const auto& column = columns[random() % columns.size()];
        const auto sequence = static_cast<std::int64_t>(random() % entries + 1);
        INFO(column << " of entry " << sequence);
        store.execute("BEGIN");
        store.execute("CREATE TABLE kept AS SELECT * FROM record WHERE sequence = :sequence",
                      {{"sequence", sequence}});
        const auto number = column.find("_ms") != std::string::npos || column == "sequence";
        store.execute("UPDATE record SET " + column + " = " +
                          (number ? "COALESCE(" + column + ", 0) + 100000"
                                  : "COALESCE(" + column + ", '') || 'x'") +
                          " WHERE sequence = :sequence",
                      {{"sequence", sequence}});
        store.execute("COMMIT");
        const auto verified = record.audit("verify");
        CHECK(verified.exit_code == audit_broken);
        CHECK_THAT(verified.output, Contains("entry " + std::to_string(sequence) + ":"));
        store.execute("BEGIN");
        store.execute("DELETE FROM record WHERE sequence IN (:sequence, :moved)",
                      {{"sequence", sequence}, {"moved", sequence + 100000}});
        store.execute("INSERT INTO record SELECT * FROM kept");
        store.execute("DROP TABLE kept");
        store.execute("COMMIT");
    }
    CHECK(record.audit("verify").exit_code == audit_holds);
}

TEST_CASE("a deleted, moved or added entry is found in the database") {
    std::mt19937 random{seed};
    INFO("seed " << seed);
    for (int round = 0; round < 12; ++round) {
        const AuditRecord record{entries};
        auto store = record.open();
        const auto first = static_cast<std::int64_t>(random() % (entries - 2) + 1);
        const Binds places{{"first", first}, {"second", first + 1}};
        std::int64_t bad = first;
        if (round % 3 == 0) {
            store.execute("DELETE FROM record WHERE sequence = :first", {{"first", first}});
        } else if (round % 3 == 1) {
            store.execute("UPDATE record SET sequence = -1 WHERE sequence = :first",
                          {{"first", first}});
            store.execute("UPDATE record SET sequence = :first WHERE sequence = :second", places);
            store.execute("UPDATE record SET sequence = :second WHERE sequence = -1",
                          {{"second", first + 1}});
        } else {
            bad = 0;
            store.execute(
                "INSERT INTO record (sequence, at_unix_ms, event, outcome, metadata,"
                " seals, hash, nodes) VALUES (0, 0, 'x', 'success', '{}', '', '', '')");
        }
        const auto verified = record.audit("verify");
        CHECK(verified.exit_code == audit_broken);
        CHECK_THAT(verified.output, Contains("entry " + std::to_string(bad) + ":"));
    }
}

TEST_CASE("a shortened record holds by itself; a head that was kept tells") {
    const AuditRecord record{entries};
    const auto head = head_in(record.audit("verify").output);
    auto store = record.open();
    store.execute("DELETE FROM record WHERE sequence > 50");
    CHECK(record.audit("verify").exit_code == audit_holds);
    const auto verified = record.audit("verify --expect-head " + head);
    CHECK(verified.exit_code == audit_broken);
    CHECK_THAT(verified.output, Contains("entry 51:"));
}

TEST_CASE("a record that was written anew holds by itself; a head that was kept tells") {
    const AuditRecord record{entries}, other{entries + 5};
    const auto head = head_in(record.audit("verify").output);
    CHECK(other.audit("verify").exit_code == audit_holds);
    const auto verified = other.audit("verify --expect-head " + head);
    CHECK(verified.exit_code == audit_broken);
    CHECK_THAT(verified.output, Contains("entry 1:"));
}
