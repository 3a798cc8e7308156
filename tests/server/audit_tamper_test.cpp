// What somebody with the whole database could do to the record, at random places: `audit verify`
// finds each, and names the first entry that is not as it was.

#include "audit/heads.hpp"
#include "audit/verify.hpp"
#include "audit_record.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

constexpr unsigned seed = 20261121;
constexpr std::int64_t entries = 120, head_every = 10;

RecordRow some_entry(std::int64_t number) {
    RecordRow entry;
    entry.event = "resource_read";
    entry.actor_id = entry.agent_id = "jan";
    entry.subject_id = "piet";
    entry.tenant_id = "de-akker";
    entry.ip = "192.0.2.1";
    entry.user_agent = "Browser";
    entry.method = "GET";
    entry.resource_type = "parcel";
    entry.resource_id = "p-" + std::to_string(number);
    entry.duration_ms = number;
    return entry;
}

/// A record with a signed head after every ten entries.
class SignedRecord {
  public:
    SignedRecord() : database_("sqlite:" + folder_.file("record.db")) {
        const SystemClock clock;
        Store store{database_, clock};
        const RecordHeads heads{store, key_};
        for (std::int64_t number = 1; number <= entries; ++number) {
            store.write_now([&](Transaction& transaction) {
                transaction.record(some_entry(number));
                if (number % head_every == 0) heads.sign(transaction);
            });
        }
        connection_.emplace(database_);
    }

    std::optional<Finding> check() {
        TreeCheck check{TreeCheck::Extent::whole};
        std::int64_t erasures = 0;
        return check_record(*connection_, {key_.verifier()}, check, erasures);
    }
    /// What is found after a change, which is undone again.
    template <class Change>
    std::optional<Finding> after(Change change) {
        connection_->execute("BEGIN");
        change(*connection_);
        auto finding = check();
        connection_->execute("ROLLBACK");
        return finding;
    }
    Connection& store() { return *connection_; }

  private:
    TemporaryFolder folder_;
    std::string database_;
    RecordKey key_ = RecordKey::generate("example.com/record");
    std::optional<Connection> connection_;
};

class Chance {
  public:
    std::int64_t up_to(std::int64_t most) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most)) + 1;
    }
    std::string flipped(std::string text) {
        const auto at = static_cast<std::size_t>(up_to(static_cast<std::int64_t>(text.size())) - 1);
        text[at] = static_cast<char>(text[at] ^ (1 << (up_to(7) - 1)));
        return text[at] == '\0' ? flipped(text) : text;
    }

  private:
    std::mt19937_64 random_{seed};
};

/// One bit of one column of the entry is another one.
RecordRow with_flipped_bit(RecordRow entry, Chance& chance) {
    for (;;) {
        const auto chosen = chance.up_to(20);
        std::int64_t column = 0;
        bool done = false;
        const auto flip = [&](auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
                if (value.empty()) return;
                value = chance.flipped(value);
            } else {
                value ^= std::int64_t{1} << (chance.up_to(40) - 1);
            }
            done = true;
        };
        RecordRow::each(entry, [&](const char* name, auto& value) {
            if (++column != chosen || std::string_view{name} == "sequence") return;
            if constexpr (requires { value.has_value(); }) {
                if (value) flip(*value);
            } else {
                flip(value);
            }
        });
        if (done) return entry;
    }
}

void replace(Connection& store, const RecordRow& entry) {
    store.execute("DELETE FROM record WHERE sequence = :sequence", {{"sequence", entry.sequence}});
    store.insert(entry);
}

RecordRow entry_at(Connection& store, std::int64_t sequence) {
    return *store.find<RecordRow>("WHERE sequence = :sequence", {{"sequence", sequence}});
}

}  // namespace

TEST_CASE("any changed bit of any entry is found, and the entry is named") {
    SignedRecord record;
    Chance chance;
    INFO("seed " << seed);
    REQUIRE_FALSE(record.check());
    for (int round = 0; round < tamper_rounds(); ++round) {
        const auto at = chance.up_to(entries);
        const auto finding = record.after([&](Connection& store) {
            replace(store, with_flipped_bit(entry_at(store, at), chance));
        });
        if (!finding || finding->sequence != at) FAIL("a bit of entry " << at);
    }
    REQUIRE_FALSE(record.check());
}

TEST_CASE("any deletion, reordering or truncation is found, and the first bad entry is named") {
    SignedRecord record;
    Chance chance;
    INFO("seed " << seed);
    for (int round = 0; round < tamper_rounds(); ++round) {
        const auto at = chance.up_to(entries - 1), other = at + chance.up_to(entries - at);
        const auto deleted = record.after([&](Connection& store) {
            store.execute("DELETE FROM record WHERE sequence = :at", {{"at", at}});
        });
        if (!deleted || deleted->sequence != at) FAIL("deletion of " << at);
        const auto swapped = record.after([&](Connection& store) {
            auto first = entry_at(store, at), second = entry_at(store, other);
            std::swap(first.sequence, second.sequence);
            replace(store, first);
            replace(store, second);
        });
        if (!swapped || swapped->sequence != at) FAIL("swap of " << at << " and " << other);
        const auto shortened = record.after([&](Connection& store) {
            store.execute("DELETE FROM record WHERE sequence > :at", {{"at", at}});
        });
        if (!shortened || shortened->sequence != at + 1) FAIL("truncation to " << at);
    }
}

TEST_CASE("a fork with everything computed anew is found by the signed heads") {
    SignedRecord record;
    Chance chance;
    INFO("seed " << seed);
    for (int round = 0; round < tamper_rounds(); ++round) {
        const auto at = chance.up_to(entries);
        const auto finding = record.after([&](Connection& store) {
            store.execute("DELETE FROM record WHERE sequence >= :at", {{"at", at}});
            RecordTree tree;
            for (auto number = at; number <= entries; ++number) {
                auto entry = some_entry(number);
                entry.resource_id = number == at ? "another" : entry.resource_id;
                tree.append(store, entry);
            }
        });
        // The last head before the fork still holds; the next one does not.
        const auto first = (at - 1) / head_every * head_every + 1;
        if (!finding || finding->sequence != first) FAIL("a fork at " << at);
    }
}

TEST_CASE("a signed head that was changed, or signed by another key, is found") {
    SignedRecord record;
    Chance chance;
    INFO("seed " << seed);
    const auto another = RecordKey::generate("example.com/record");
    for (int round = 0; round < tamper_rounds(); ++round) {
        const auto size = chance.up_to(entries / head_every) * head_every;
        const auto with_note = [&](auto make) {
            return record.after([&](Connection& store) {
                std::string note;
                store.query("SELECT note FROM checkpoints WHERE size = :size", "t",
                            {{"size", size}}, [&](Columns& row) { note = row.text(); });
                store.execute("UPDATE checkpoints SET note = :note WHERE size = :size",
                              {{"note", make(note)}, {"size", size}});
            });
        };
        const auto changed = with_note([&](const std::string& note) {
            return chance.flipped(note.substr(0, note.size() - 1)) + "\n";
        });
        if (!changed || changed->sequence != size) FAIL("a changed head of " << size);
        const auto forged = with_note([&](const std::string& note) {
            return another.sign(note.substr(0, note.find("\n\n") + 1));
        });
        if (!forged || forged->sequence != size) FAIL("a forged head of " << size);
    }
}

TEST_CASE("what is about persons can be erased, and the tree stays what it was") {
    SignedRecord record;
    for (const auto part : leaf_parts) {
        const auto finding = record.after([&](Connection& store) {
            auto entry = entry_at(store, 17);
            erase_part(entry, part);
            CHECK(erased(entry, part));
            CHECK_FALSE(part_text(entry, part));
            CHECK(entry.hash == hash_text(leaf_hash_of(entry)));
            replace(store, entry);
        });
        CHECK_FALSE(finding);
    }
    auto entry = entry_at(record.store(), 17);
    erase_part(entry, LeafPart::people);
    CHECK_FALSE(entry.subject_id);
    erase_part(entry, LeafPart::origin);
    CHECK_FALSE(entry.ip);
    erase_part(entry, LeafPart::details);
    CHECK(entry.hash == hash_text(leaf_hash_of(entry)));
    CHECK(leaf_text(entry).find("piet") == std::string::npos);
}
