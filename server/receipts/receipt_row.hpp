#pragma once

#include <cstdint>
#include <string>

namespace hallpass::server {

/// A consent receipt as it was given. It never changes and stays with its grant.
struct ReceiptRow {
    static constexpr const char* table = "receipts";
    std::string id, grant_id, subject_id;
    std::string event;  ///< access_granted, access_amended or access_revoked
    std::int64_t created_at_unix_ms = 0;
    std::string key_id, jws;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("id", row.id);
        visit("grant_id", row.grant_id);
        visit("subject_id", row.subject_id);
        visit("event", row.event);
        visit("created_at_unix_ms", row.created_at_unix_ms);
        visit("key_id", row.key_id);
        visit("jws", row.jws);
    }
};

/// A public key that receipts were signed with: kept for good, so that they can always be checked.
struct ReceiptKeyRow {
    static constexpr const char* table = "receipt_keys";
    std::string key_id, jwk;
    std::int64_t since_unix_ms = 0;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("key_id", row.key_id);
        visit("jwk", row.jwk);
        visit("since_unix_ms", row.since_unix_ms);
    }
};

}  // namespace hallpass::server
