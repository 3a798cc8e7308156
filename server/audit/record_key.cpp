#include "audit/record_key.hpp"

#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "access/record_entries.hpp"
#include "audit/verify.hpp"
#include "hallpass/audit.hpp"
#include "hallpass/json.hpp"
#include "signing/key_fault.hpp"

namespace hallpass::server {
namespace {

bool is_there(const std::string& file) {
    return std::filesystem::exists(std::filesystem::symlink_status(file));
}

[[noreturn]] void refuse_record_key(const std::string& what) {
    throw KeyFault{KeyProblem::record_key_differs,
                   what +
                       "; bring the file from a server that shares this database, or make this"
                       " server's key the record's: hallpassd audit rekey"};
}

void keep_verifier(Transaction& transaction, const NoteKey& key) {
    auto& store = transaction.store();
    store.execute("DELETE FROM record_key");
    store.execute("INSERT INTO record_key (one, verifier, since_unix_ms) VALUES (1, :key, :now)",
                  {{"key", key.text()}, {"now", to_unix_ms(transaction.now())}});
}

/// What the record is called, as its key or its newest head says.
std::string record_name_of(const KnownRecordKey& known) {
    if (const auto key = known.verifier ? NoteKey::parse(*known.verifier) : std::nullopt) {
        return key->name();
    }
    return known.newest_note.substr(0, known.newest_note.find('\n'));
}

RecordRow entry_of_change(const KnownRecordKey& before, const NoteKey& key) {
    auto entry = entry_of(to_string(AuditEvent::record_key_changed), {});
    json::Writer metadata;
    metadata.begin_object();
    write_optional(metadata, "from", before.verifier);
    entry.metadata = std::move(metadata.member("to", key.text()).end_object()).text();
    return entry;
}

}  // namespace

bool KnownRecordKey::is(const NoteKey& key) const {
    if (verifier) return *verifier == key.text();
    return newest_note.empty() || open_checkpoint(newest_note, &key).has_value();
}

KnownRecordKey known_record_key(Connection& store) {
    KnownRecordKey known;
    store.query("SELECT verifier FROM record_key", "t", {},
                [&](Columns& row) { known.verifier = row.text(); });
    store.query("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1", "t", {},
                [&](Columns& row) { known.newest_note = row.text(); });
    return known;
}

RecordKey open_record_key(Store& store, const std::string& file, const std::string& name) {
    const auto known = store.read([](Connection& reader) { return known_record_key(reader); });
    if (known.any() && !is_there(file)) {
        refuse_record_key("the key of this record's heads is not at " + file);
    }
    auto key = RecordKey::open(file, name);
    if (known.verifier == key.verifier().text()) return key;
    store.write_now([&](Transaction& transaction) {
        // Another server may have been first.
        const auto now_known = known_record_key(transaction.store());
        if (!now_known.is(key.verifier())) {
            refuse_record_key("the heads of this record are signed with another key than that of " +
                              file);
        }
        if (!now_known.verifier) keep_verifier(transaction, key.verifier());
    });
    return key;
}

int rekey_record(const Settings& settings) {
    open_record(settings.database);  // it is not made where it is not there
    const SystemClock clock;
    Store store{settings.database, clock};
    const auto known = store.read([](Connection& reader) { return known_record_key(reader); });
    if (!known.any())
        throw std::runtime_error("this record has no key yet: start the server first");
    const auto key = RecordKey::open(record_key_file_of(settings), record_name_of(known));
    const auto text = key.verifier().text();
    if (known.verifier == text) {
        std::printf("the record has this key already: %s\n", text.c_str());
        return 0;
    }
    store.write_now([&](Transaction& transaction) {
        const auto before = known_record_key(transaction.store());
        keep_verifier(transaction, key.verifier());
        transaction.record(entry_of_change(before, key.verifier()));
    });
    std::printf("the record's key was %s\n", known.verifier.value_or("not named").c_str());
    std::printf("the record's key is  %s\n", text.c_str());
    std::printf(
        "Bring its file to every server of this database, then restart them. Keep the old key for\n"
        "those who verify: audit verify takes --record-key for each.\n");
    return 0;
}

}  // namespace hallpass::server
