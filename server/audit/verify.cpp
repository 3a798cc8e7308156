#include "audit/verify.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "audit/erasure_change.hpp"
#include "audit/record_lines.hpp"
#include "hallpass/json.hpp"
#include "signing/private_file.hpp"

namespace hallpass::server {
namespace {

using Extent = TreeCheck::Extent;

int broken(const Finding& finding) {
    std::printf("BROKEN: entry %lld: %s\n", static_cast<long long>(finding.sequence),
                finding.what.c_str());
    return audit_broken;
}

/// The head of a signed note, where one of the keys signed it; without keys, any note's.
std::optional<merkle::Head> head_of(std::string_view note, const std::vector<NoteKey>& keys) {
    if (keys.empty()) return open_checkpoint(note, nullptr);
    for (const auto& key : keys) {
        if (auto head = open_checkpoint(note, &key)) return head;
    }
    return std::nullopt;
}

/// What was kept elsewhere must be met too. @returns whether it can be read
bool expect_kept(TreeCheck& check, const AuditCommand& command, const std::vector<NoteKey>& keys) {
    if (command.expected_head) check.expect(*command.expected_head);
    if (command.checkpoint_file.empty()) return true;
    std::ifstream file{command.checkpoint_file, std::ios::binary};
    std::stringstream note;
    note << file.rdbuf();
    const auto head = head_of(note.str(), keys);
    if (head) check.expect(RecordHead::of(*head));
    return head.has_value();
}

constexpr const char* bad_checkpoint = "the checkpoint cannot be read, or no known key signed it";

/// Expects every head that the database keeps. @returns the first that is not as it was signed
std::optional<Finding> expect_signed(TreeCheck& check, Connection& store,
                                     const std::vector<NoteKey>& keys) {
    std::optional<Finding> finding;
    store.query("SELECT size, note FROM checkpoints ORDER BY size", "nt", {},
                [&](Columns& columns) {
                    const auto size = columns.number();
                    const auto head = head_of(columns.text(), keys);
                    if (head && static_cast<std::int64_t>(head->size) == size) {
                        check.expect(RecordHead::of(*head));
                    } else if (!finding) {
                        finding = {size, "the head that was signed after it is not as it was"};
                    }
                });
    return finding;
}

int report(const TreeCheck& check, const AuditCommand& command, bool keys_known,
           std::int64_t erased) {
    if (const auto finding = check.finish()) return broken(*finding);
    const auto entries = static_cast<long long>(check.entries());
    std::printf("%lld entries, all as they were written\n", entries);
    if (erased > 0) {
        std::printf("parts about persons that were erased: %lld\n", static_cast<long long>(erased));
    }
    if (command.excerpt) {
        std::printf(
            "gaps between them: %lld; what is left out of an excerpt cannot be told, nor whether\n"
            "its entries were ever part of the record: ask for their inclusion proofs\n",
            static_cast<long long>(check.gaps()));
        return audit_holds;
    }
    if (entries > 0) std::printf("head: %s\n", check.head().text().c_str());
    std::printf("signed heads vouch for the first %lld of them%s\n",
                static_cast<long long>(check.vouched_for()),
                keys_known ? "" : "; no key was given, so signatures were not looked at");
    if (command.expected_head || !command.checkpoint_file.empty()) {
        std::printf("the expected head is part of it\n");
    } else {
        std::printf(
            "Who has the record's key can write all of it anew. Keep a checkpoint where this\n"
            "server's operator cannot change it, and give it next time: --checkpoint FILE\n");
    }
    return audit_holds;
}

/// The keys that were named, or the one that lies beside the token keys.
std::vector<NoteKey> keys_for(const AuditCommand& command, const Settings& settings) {
    auto keys = command.verifiers;
    if (!keys.empty()) return keys;
    const bool beside = !settings.key_file.empty() || settings.database.starts_with("sqlite:");
    const auto file = beside ? record_key_file_of(settings) : std::string{};
    if (beside && std::filesystem::exists(file)) {
        keys.push_back(RecordKey::parse(read_private_file(file)).verifier());
    }
    return keys;
}

constexpr const char* erased_off_record =
    "from here on, personal data is gone that no erasure on record took";

std::int64_t parts_taken_by(const ExportedEntry& entry) {
    if (!tells_of_erasure(entry.event)) return 0;
    const auto details = json::Document::parse(entry.details);
    const auto metadata = details ? details->root().find("metadata").string() : std::nullopt;
    return metadata ? parts_erased_by(entry.event, *metadata) : 0;
}

}  // namespace

Connection open_record(const std::string& database) {
    constexpr std::string_view sqlite = "sqlite:";
    if (database.starts_with(sqlite) && !std::filesystem::exists(database.substr(sqlite.size()))) {
        throw std::runtime_error("there is no database at " + database);
    }
    return Connection{database};
}

std::optional<Finding> check_record(Connection& store, const std::vector<NoteKey>& keys,
                                    TreeCheck& check, std::int64_t& erasures) {
    if (auto finding = expect_signed(check, store, keys)) return finding;
    std::optional<Finding> finding;
    each_entry(store, {}, [&](const RecordRow& entry) {
        finding = check.take({entry.sequence, leaf_hash_of(entry), entry.hash, entry.nodes});
        for (const auto part : leaf_parts) erasures += erased(entry, part) ? 1 : 0;
        return !finding;
    });
    return finding ? finding : check.finish();
}

int verify_database(const AuditCommand& command, const Settings& settings) {
    auto store = open_record(settings.database);
    const auto keys = keys_for(command, settings);
    TreeCheck check{Extent::whole};
    if (!expect_kept(check, command, keys)) throw std::runtime_error(bad_checkpoint);
    std::int64_t erasures = 0;
    if (const auto finding = check_record(store, keys, check, erasures)) return broken(*finding);
    if (erasures > 0 && erasures > parts_erased_on_record(store)) {
        return broken({1, erased_off_record});
    }
    return report(check, command, !keys.empty(), erasures);
}

int verify_file(const AuditCommand& command) {
    std::ifstream input{command.file, std::ios::binary};
    if (!input) throw std::runtime_error("the file cannot be read: " + command.file);
    TreeCheck check{command.excerpt ? Extent::excerpt : Extent::whole};
    if (!expect_kept(check, command, command.verifiers)) throw std::runtime_error(bad_checkpoint);
    LineReader lines{input};
    std::int64_t number = 0, last = 0, erasures = 0, on_record = 0;
    const auto at_line = [&](const std::string& what) {
        return broken({last + 1, "line " + std::to_string(number) + ": " + what});
    };
    while (const auto line = lines.next()) {
        ++number;
        if (const auto note = number == 1 ? read_checkpoint_line(*line) : std::nullopt) {
            const auto head = head_of(*note, command.verifiers);
            if (!head) return at_line(bad_checkpoint);
            check.expect(RecordHead::of(*head));
            continue;
        }
        const auto entry = read_json_line(*line);
        if (!entry) return at_line("it is not an entry as audit export writes it");
        if (auto finding = check.take({entry->sequence, entry->computed, entry->hash, {}})) {
            return broken(*finding);
        }
        last = entry->sequence;
        erasures += entry->erased;
        on_record += parts_taken_by(*entry);
    }
    ++number;
    if (lines.fault() != nullptr) return at_line(lines.fault());
    // An excerpt may leave out the entries of erasures.
    if (!command.excerpt && erasures > on_record && !check.finish()) {
        return broken({1, erased_off_record});
    }
    return report(check, command, !command.verifiers.empty(), erasures);
}

}  // namespace hallpass::server
