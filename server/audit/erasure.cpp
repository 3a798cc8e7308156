#include "audit/erasure.hpp"

#include <vector>

#include "access/directory.hpp"
#include "audit/erasure_change.hpp"
#include "random.hpp"
#include "signing/status_list.hpp"

namespace hallpass::server {
namespace {

constexpr int rows_a_change = 200;
// How much of the record one look for a user's entries goes through.
constexpr std::int64_t entries_a_look = 50'000;

constexpr std::string_view refusal_names[] = {
#define HALLPASS_X(name) #name,
    HALLPASS_ERASURE_REFUSALS(HALLPASS_X)
#undef HALLPASS_X
};

const char* explanation(ErasureRefusal refusal) {
    switch (refusal) {
        case ErasureRefusal::session_running:
            return "somebody is acting as this user; end the session first";
        case ErasureRefusal::request_open:
            return "a request waits for this user's answer; have it answered or withdrawn first";
        case ErasureRefusal::grant_live: return "this user's consent holds; revoke it first";
        case ErasureRefusal::token_listed:
            return "edges must still be told that a token of a session is over, until a day after"
                   " it runs out; try again then";
        case ErasureRefusal::message_waiting:
            return "a mail or webhook about this user is still on its way; try again once it has"
                   " arrived, or was given up";
    }
    return "";
}

/// What must be so that nothing about the user is needed any more. What the clock has ended counts
/// as running until a server has written that down: closing it needs what would be erased.
struct Need {
    ErasureRefusal refusal;
    const char* count;
};
constexpr Need needs[] = {
    {ErasureRefusal::session_running,
     "SELECT COUNT(*) FROM sessions WHERE subject_id = :subject AND status = 'active'"},
    {ErasureRefusal::request_open,
     "SELECT COUNT(*) FROM grants WHERE subject_id = :subject AND status = 'pending'"},
    {ErasureRefusal::grant_live,
     "SELECT COUNT(*) FROM grants WHERE subject_id = :subject AND status = 'granted'"},
    {ErasureRefusal::message_waiting,
     "SELECT COUNT(*) FROM outbox JOIN record ON record.sequence = outbox.sequence"
     " WHERE record.subject_id = :subject"},
    {ErasureRefusal::message_waiting,
     "SELECT COUNT(*) FROM messages JOIN record ON record.sequence = messages.sequence"
     " WHERE messages.dead_at_unix_ms IS NULL AND record.subject_id = :subject"},
};

void refuse_needed(Transaction& transaction, const std::string& user_id) {
    auto& store = transaction.store();
    for (const auto& need : needs) {
        if (store.number(need.count, {{"subject", user_id}}) > 0)
            throw ErasureRefused{need.refusal};
    }
    const auto listed = store.number(
        "SELECT COUNT(*) FROM tokens JOIN sessions ON sessions.id = tokens.session_id"
        " WHERE sessions.subject_id = :subject AND tokens.expires_at_unix_ms > :since",
        {{"subject", user_id}, {"since", unlisted_before(transaction.now())}});
    if (listed > 0) throw ErasureRefused{ErasureRefusal::token_listed};
}

/// Which entries are about a user, and how many about others name them.
struct EntriesOfUser {
    std::vector<std::int64_t> about;
    std::int64_t elsewhere = 0;
};
EntriesOfUser entries_of(Store& store, const std::string& user_id, std::int64_t last) {
    EntriesOfUser found;
    for (std::int64_t after = 0; after < last; after += entries_a_look) {
        store.read([&](Connection& reader) {
            reader.query(
                "SELECT sequence, CASE WHEN subject_id <> :user THEN 1 ELSE 0 END FROM record"
                " WHERE sequence > :after AND sequence <= :through"
                " AND (subject_id = :user OR actor_id = :user OR agent_id = :user)"
                " ORDER BY sequence",
                "nn",
                {{"user", user_id},
                 {"after", after},
                 {"through", std::min(last, after + entries_a_look)}},
                [&](Columns& row) {
                    const auto sequence = row.number();
                    if (row.number() != 0) {
                        ++found.elsewhere;
                    } else {
                        found.about.push_back(sequence);
                    }
                });
        });
    }
    return found;
}

/// One change. The store may run it again where the database asks for that, so it counts anew.
template <class Take>
Erased change(Store& store, const ErasureChange::Name& name, Take take) {
    Erased erased;
    store.write_now([&](Transaction& transaction) {
        ErasureChange each{transaction};
        take(each, transaction);
        erased = each.record(name);
    });
    return erased;
}

}  // namespace

std::string_view to_string(ErasureRefusal refusal) {
    return refusal_names[static_cast<std::size_t>(refusal)];
}

ErasureRefused::ErasureRefused(ErasureRefusal refusal)
    : std::runtime_error(explanation(refusal)), refusal_(refusal) {}

Erased& Erased::operator+=(const Erased& more) {
    entries += more.entries;
    parts += more.parts;
    sessions += more.sessions;
    grants += more.grants;
    receipts += more.receipts;
    letters += more.letters;
    return *this;
}

UserErasure erase_user(Store& store, const std::string& user_id) {
    const ErasureChange::Name name{AuditEvent::personal_data_erased, random_id("era_"), {}};
    UserErasure result{name.id, {}, 0, false};
    // Nothing up to here is needed once the first change has found so: what begins later writes
    // entries of its own.
    std::int64_t last = 0;
    bool more = true;
    result.erased += change(store, name, [&](ErasureChange& each, Transaction& transaction) {
        refuse_needed(transaction, user_id);
        last = transaction.store().number("SELECT COALESCE(MAX(sequence), 0) FROM record");
        result.known = find_user(transaction.store(), user_id).has_value();
        each.take_letters("target = :user", {{"user", user_id}});
        more = each.take_access_of(user_id, rows_a_change);
    });
    while (more) {
        result.erased += change(store, name, [&](ErasureChange& each, Transaction&) {
            more = each.take_access_of(user_id, rows_a_change);
        });
    }
    const auto entries = entries_of(store, user_id, last);
    result.kept = entries.elsewhere;
    for (std::size_t at = 0; at < entries.about.size(); at += rows_a_change) {
        const auto end = std::min(entries.about.size(), at + rows_a_change);
        result.erased += change(store, name, [&](ErasureChange& each, Transaction&) {
            for (auto i = at; i < end; ++i) each.take_entry(entries.about[i]);
        });
    }
    return result;
}

Erased erase_older(Store& store, Instant before, int changes_max) {
    const ErasureChange::Name name{AuditEvent::personal_data_expired, random_id("era_"), before};
    Erased all;
    bool more = true;
    for (int changes = 0; more && changes < changes_max; ++changes) {
        all += change(store, name, [&](ErasureChange& each, Transaction&) {
            const bool more_entries = each.take_entries_before(before, rows_a_change);
            const bool more_access = each.take_access_before(before, rows_a_change);
            each.take_letters("created_at_unix_ms < :before", {{"before", to_unix_ms(before)}});
            more = more_entries || more_access;
        });
    }
    return all;
}

}  // namespace hallpass::server
