#pragma once

#include <optional>
#include <string>

#include "audit/note.hpp"
#include "config/settings.hpp"
#include "store/store.hpp"

namespace hallpass::server {

// A record has one key. Its public half stands in the database, so that no server that shares it
// signs heads with another one: who verifies would take that for a forgery.

/// What the database says of its record's key.
struct KnownRecordKey {
    std::optional<std::string> verifier;  ///< as NoteKey::text; nothing before the first start
    std::string newest_note;              ///< the newest signed head; empty for none

    bool any() const { return verifier || !newest_note.empty(); }
    /// Whether heads may be signed with this key. Where the database does not name the record's
    /// key, the newest head tells.
    bool is(const NoteKey& key) const;
};
/// @throws StoreFault
KnownRecordKey known_record_key(Connection& store);

/// The record's key, from the file. Where the record has none yet, it is the one of the file, which
/// is made under this name where it does not exist.
/// @throws KeyFault record_key_differs where the record has another key, or has one and the file is
///         not there; as RecordKey::open
RecordKey open_record_key(Store& store, const std::string& file, const std::string& name);

/// `audit rekey`: from now on, the key of the file is the record's; where there is no file, a new
/// key under the record's name. The change is on record. @returns the exit code
/// @throws KeyFault, StoreFault; std::runtime_error where the record never had a key
int rekey_record(const Settings& settings);

}  // namespace hallpass::server
