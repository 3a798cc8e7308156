// What the record's tree costs: appending to a long record against a short one, and an export to
// check. Usage: audit_bench append FOLDER | export ENTRIES FILE
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "audit/record_lines.hpp"
#include "audit/record_tree.hpp"
#include "random.hpp"
#include "store/migrations.hpp"

namespace {

using namespace hallpass;
using namespace hallpass::server;

constexpr std::int64_t long_record = 10'000'000, short_record = 10'000;
constexpr int rounds = 15, appends_a_round = 2'000, entries_a_change = 2;

RecordRow some_entry(std::int64_t number) {
    RecordRow entry;
    entry.at_unix_ms = 1'795'176'000'000 + number;
    entry.event = "resource_read";
    entry.actor_id = entry.agent_id = "agent_" + std::to_string(number % 97);
    entry.subject_id = "user_" + std::to_string(number % 9973);
    entry.tenant_id = "tenant_" + std::to_string(number % 31);
    entry.session_id = "ses_0123456789abcdef" + std::to_string(number / 20);
    entry.ip = "192.0.2." + std::to_string(number % 256);
    entry.user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    entry.method = "GET";
    entry.resource_type = "parcel";
    entry.resource_id = "p-" + std::to_string(number);
    entry.duration_ms = number % 40;
    entry.metadata = R"({"path":"/parcels/)" + std::to_string(number) + R"(","status":200})";
    return entry;
}

/// A record of so many entries. All but those that hold the tree's right edge are bare rows: an
/// append reads none of them, but the table and its indexes are as long.
void fill(Connection& store, std::int64_t entries) {
    migrate(store);
    store.begin_write();
    store.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :entries)"
        " INSERT INTO record (sequence, at_unix_ms, event, subject_id, session_id, tenant_id,"
        " outcome, metadata, seals, hash, nodes) SELECT i, i, 'resource_read', 'user_' || i % 9973,"
        " 'ses_' || i / 20, 'tenant_' || i % 31, 'success', '{}', '', '', '' FROM n",
        {{"entries", entries}});
    const auto hash = hash_text(tree_sha256("a node"));
    for (const auto& place : merkle::places_of(0, static_cast<std::uint64_t>(entries))) {
        std::string nodes;
        for (unsigned level = 0; level < place.level; ++level) nodes += hash;
        store.execute("UPDATE record SET hash = :hash, nodes = :nodes WHERE sequence = :sequence",
                      {{"hash", hash}, {"nodes", nodes}, {"sequence", sequence_of(place)}});
    }
    store.commit();
}

/// Microseconds an entry, commits left out: they cost what the disk costs.
double append_some(Connection& store, RecordTree& tree) {
    double spent_us = 0;
    store.begin_write();
    for (int at = 0; at < appends_a_round; at += entries_a_change) {
        RecordRow rows[entries_a_change];
        for (int each = 0; each < entries_a_change; ++each) rows[each] = some_entry(at + each);
        const auto began = std::chrono::steady_clock::now();
        tree.doubt();
        for (auto& row : rows) tree.append(store, row);
        spent_us +=
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began)
                .count();
    }
    store.commit();
    return spent_us / appends_a_round;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void append(const std::string& folder) {
    Connection brief{"sqlite:" + folder + "/short.db"}, lengthy{"sqlite:" + folder + "/long.db"};
    fill(brief, short_record);
    fill(lengthy, long_record);
    RecordTree brief_tree, lengthy_tree;
    std::vector<double> in_short, in_long, ratios;
    append_some(brief, brief_tree);
    append_some(lengthy, lengthy_tree);
    for (int round = 0; round < rounds; ++round) {
        in_short.push_back(append_some(brief, brief_tree));
        in_long.push_back(append_some(lengthy, lengthy_tree));
        ratios.push_back(in_long.back() / in_short.back());
    }
    std::printf("{\"short\":%.3f,\"long\":%.3f,\"ratio\":%.4f}\n", median(in_short),
                median(in_long), median(ratios));
}

void write_export(std::int64_t entries, const std::string& name) {
    std::ofstream file{name, std::ios::binary};
    for (std::int64_t number = 1; number <= entries; ++number) {
        auto entry = some_entry(number);
        entry.sequence = number;
        seal(entry);
        file << json_line(entry) << '\n';
    }
    if (!file.flush()) std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    start_cryptography();
    if (argc == 3 && std::strcmp(argv[1], "append") == 0) {
        append(argv[2]);
    } else if (argc == 4 && std::strcmp(argv[1], "export") == 0) {
        write_export(std::atoll(argv[2]), argv[3]);
    } else {
        return 2;
    }
    return 0;
}
