#include "store/tree_migration.hpp"

#include "audit/record_tree.hpp"
#include "digest.hpp"
#include "hallpass/json.hpp"

namespace hallpass::server {
namespace {

constexpr int entries_at_once = 500;

/// An entry as the chain had it.
struct ChainedRow {
    static constexpr const char* table = "record";
    RecordRow entry;
    std::string previous_hash;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        RecordRow::each(row.entry, visit);
        visit("previous_hash", row.previous_hash);
    }
};

void append(std::string& bytes, const std::string& value) {
    bytes += std::to_string(value.size()) + ":" + value;
}
void append(std::string& bytes, std::int64_t value) { append(bytes, std::to_string(value)); }
template <class T>
void append(std::string& bytes, const std::optional<T>& value) {
    if (value) {
        append(bytes, *value);
    } else {
        bytes += "-";
    }
}

std::string chained_hash(const ChainedRow& row) {
    std::string bytes;
    ChainedRow::each(row, [&](std::string_view name, const auto& value) {
        if (name != "seals" && name != "hash" && name != "nodes") append(bytes, value);
    });
    return sha256_text(bytes);
}

class Planting {
  public:
    explicit Planting(Connection& store) : store_(store) {}

    void take(ChainedRow row) {
        const auto sequence = row.entry.sequence;
        while (next() < sequence) {
            note_broken(next());
            RecordRow missing;
            missing.event = "entry_missing";
            missing.outcome = "failure";
            missing.at_unix_ms = at_unix_ms_;
            missing.sequence = next();
            place(missing);
            store_.execute(
                "INSERT INTO record (sequence, at_unix_ms, event, outcome, metadata, seals, hash,"
                " nodes, previous_hash) VALUES (:sequence, :at, :event, :outcome, :metadata,"
                " :seals, :hash, :nodes, '')",
                {{"sequence", missing.sequence},
                 {"at", missing.at_unix_ms},
                 {"event", missing.event},
                 {"outcome", missing.outcome},
                 {"metadata", missing.metadata},
                 {"seals", missing.seals},
                 {"hash", missing.hash},
                 {"nodes", missing.nodes}});
        }
        if (row.previous_hash != chain_hash_ || row.entry.hash != chained_hash(row)) {
            note_broken(sequence);
        }
        chain_hash_ = row.entry.hash;
        at_unix_ms_ = row.entry.at_unix_ms;
        place(row.entry);
        store_.execute(
            "UPDATE record SET seals = :seals, hash = :hash, nodes = :nodes"
            " WHERE sequence = :sequence",
            {{"seals", row.entry.seals},
             {"hash", row.entry.hash},
             {"nodes", row.entry.nodes},
             {"sequence", sequence}});
    }

    /// The entry that says what became of the chain.
    RecordRow last_word() const {
        RecordRow entry;
        entry.event = "record_migrated";
        entry.at_unix_ms = at_unix_ms_;
        json::Writer metadata;
        metadata.begin_object().member("chainHead",
                                       std::to_string(frontier_.size()) + ":" + chain_hash_);
        if (first_broken_ > 0) metadata.member("firstBroken", first_broken_);
        entry.metadata = std::move(metadata.end_object()).text();
        return entry;
    }
    std::int64_t next() const { return static_cast<std::int64_t>(frontier_.size()) + 1; }

  private:
    void place(RecordRow& entry) {
        seal(entry);
        entry.nodes = nodes_text(frontier_.append(*hash_of_text(entry.hash)));
    }
    void note_broken(std::int64_t sequence) {
        if (first_broken_ == 0) first_broken_ = sequence;
    }

    Connection& store_;
    merkle::Frontier frontier_{tree_sha256};
    std::string chain_hash_;
    std::int64_t at_unix_ms_ = 0, first_broken_ = 0;
};

}  // namespace

void plant_tree(Connection& connection) {
    Planting planting{connection};
    for (;;) {
        auto rows =
            connection.select<ChainedRow>("WHERE sequence >= :next ORDER BY sequence LIMIT :most",
                                          {{"next", planting.next()}, {"most", entries_at_once}});
        if (rows.empty()) break;
        for (auto& row : rows) planting.take(std::move(row));
    }
    connection.run("ALTER TABLE record DROP COLUMN previous_hash");
    if (planting.next() == 1) return;
    auto entry = planting.last_word();
    RecordTree{}.append(connection, entry);
}

}  // namespace hallpass::server
