#include "access/record_entries.hpp"
#include "access/retold.hpp"
#include "application.hpp"
#include "routes/page.hpp"
#include "routes/routes.hpp"
#include "routes/session_access.hpp"
#include "whole_number.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t rows_at_once = 200;
// Entries of the record that a look back may walk through, a few milliseconds' worth.
constexpr std::int64_t looked_back_max = 10'000;

std::int64_t newest_entry(Connection& store) {
    return store.number("SELECT COALESCE(MAX(sequence), 0) FROM record");
}

Listener listener_of(const Call& call, Connection& store) {
    Listener listener;
    const auto& identity = call.identity;
    listener.user_id = identity.user_id();
    if (identity.acting) {
        listener.session_id = identity.acting->id;
        listener.until = from_unix_ms(identity.acting->expires_at_unix_ms);
        return listener;
    }
    listener.until = identity.credential.expires_at;
    if (identity.login) listener.until = from_unix_ms(identity.login->expires_at_unix_ms);
    listener.acts = identity.agent();
    listener.all_of_tenant = identity.admin();
    if (!listener.acts && !listener.all_of_tenant) return listener;
    listener.all_tenants = identity.user->all_tenants;
    store.query("SELECT tenant_id FROM memberships WHERE user_id = :user", "t",
                {{"user", listener.user_id}},
                [&](Columns& row) { listener.tenants.insert(row.text()); });
    return listener;
}

/// Hands the stream what its listener missed since `after`, until it is up to date or full. Where
/// that would be a long search, the listener is told to start afresh instead.
void catch_up(Subscription& subscription, Connection& store, std::int64_t after, Instant now) {
    const auto newest = newest_entry(store);
    if (newest - after > looked_back_max) return subscription.reset(newest);
    const auto& listener = subscription.listener();
    std::string where = "WHERE sequence > :after AND " + std::string{told_entries};
    if (!listener.all_of_tenant) {
        where += " AND (subject_id = :user OR agent_id = :user";
        where += listener.acts ? " OR agent_id IS NULL)" : ")";
    }
    std::size_t found = rows_at_once;
    while (found == rows_at_once) {
        Binds binds{{"after", after}, {"most", static_cast<std::int64_t>(rows_at_once)}};
        if (!listener.all_of_tenant) binds.emplace_back("user", listener.user_id);
        const auto rows = store.select<RecordRow>(where + " ORDER BY sequence LIMIT :most", binds);
        std::vector<LiveEvent> missed;
        for (const auto& row : rows) {
            after = row.sequence;
            if (listener.concerned_by(event_of(row))) missed.push_back(retold(row, store, now));
        }
        if (!subscription.add_earlier(missed)) return;
        found = rows.size();
    }
}

Result<std::int64_t> last_event_id(const Call& call, Connection& store) {
    const auto text = call.request().header("Last-Event-ID");
    const auto newest = newest_entry(store);
    if (text.empty()) return newest;
    const auto id = whole_number<std::int64_t>(text);
    if (!id || *id < 0) {
        return invalid("Last-Event-ID", Reason::malformed, "use an id that was sent");
    }
    return std::min(*id, newest);
}

Result<std::shared_ptr<Subscription>> open(const Call& call, Connection& store) {
    if (auto query = only_query(call, {}); !query) return query.error();
    if (auto live = check_live(call); !live) return live.error();
    auto& hub = call.application.events();
    const auto after = last_event_id(call, store);
    if (!after) return after.error();
    auto subscription = std::make_shared<Subscription>(listener_of(call, store), *after);
    // Listening begins before the look back, in a newer snapshot than the one read so far: what
    // is committed in between comes by one way or the other, and by its number only once.
    if (auto joined = hub.subscribe(subscription); !joined) return std::move(joined).error();
    const auto look_back = [&](Connection& newer) {
        // A ban, another role or a sign-out meanwhile closed the streams that were open by then.
        const auto& before = call.identity;
        const auto again = identify(newer, before.credential, call.application.roles(), call.now);
        if (!again || again->banned || again->permissions != before.permissions) return false;
        subscription->opened_at(newest_entry(newer));
        catch_up(*subscription, newer, *after, call.now);
        return true;
    };
    try {
        if (call.application.store().read(look_back)) {
            subscription->begin();
            return subscription;
        }
    } catch (const StoreFault&) {
        hub.unsubscribe(subscription);  // nobody else would, and its user could have one less
        throw;
    }
    hub.unsubscribe(subscription);
    return make_error(ErrorCode::UNAUTHORIZED, "your login has changed; sign in again");
}

}  // namespace

std::vector<Route> event_routes() {
    return {{Method::get, "/api/v1/events", Who::person_or_act_as, BodyKind::none, open}};
}

}  // namespace hallpass::server
