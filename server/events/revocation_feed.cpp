#include "events/revocation_feed.hpp"

#include <algorithm>

#include "hallpass/json.hpp"
#include "whole_number.hpp"

namespace hallpass::server {
namespace {

// Looked at again each time, for clocks that are a little apart and commits that overtook each
// other.
constexpr std::int64_t overlap_ms = 60'000;
constexpr std::int64_t resumable_ms = 3'600'000;
constexpr std::size_t tokens_in_a_message = 500, tokens_missed_max = 1'000;

LiveEvent message(std::int64_t id, const char* name, std::string data) {
    LiveEvent event;
    event.sequence = id;
    event.name = name;
    event.data = std::move(data);
    return event;
}

}  // namespace

RevocationFeed::RevocationFeed(Store& store, const Clock& clock, std::string base_uri,
                               Limits limits)
    : store_(store),
      clock_(clock),
      base_uri_(std::move(base_uri)),
      limits_(limits),
      opened_(limits.opened_in_a_burst, limits.opened_per_second),
      newest_id_(to_unix_ms(clock.now())),
      looked_at_(newest_id_) {}

std::vector<RevocationFeed::Ended> RevocationFeed::ended_since(std::int64_t since_unix_ms,
                                                               std::size_t most) {
    std::vector<Ended> ended;
    store_.read([&](Connection& store) {
        store.query(
            "SELECT status_list, status_index, revoked_at_unix_ms FROM tokens"
            " WHERE revoked_at_unix_ms IS NOT NULL AND revoked_at_unix_ms >= :since"
            " AND revoked_at_unix_ms < expires_at_unix_ms"
            " ORDER BY revoked_at_unix_ms LIMIT :most",
            "nnn", {{"since", since_unix_ms}, {"most", static_cast<std::int64_t>(most)}},
            [&](Columns& row) {
                const auto list = row.number(), index = row.number();
                ended.push_back({list, index, row.number()});
            });
    });
    return ended;
}

std::string RevocationFeed::data_of(const Ended* first, const Ended* last) const {
    json::Writer writer;
    writer.begin_object().key("tokens").begin_array();
    for (; first != last; ++first) {
        writer.begin_object().member("uri", base_uri_ + std::to_string(first->list));
        writer.member("idx", first->index).end_object();
    }
    writer.end_array().end_object();
    return std::move(writer).text();
}

void RevocationFeed::look() {
    const std::lock_guard lock{mutex_};
    note_step_back(to_unix_ms(clock_.now()));
    if (hub_.size() > 0) tell_news();
}

void RevocationFeed::note_step_back(std::int64_t now) {
    if (now + overlap_ms < newest_id_) afresh_until_ = newest_id_;
    // What is ended from now on carries the earlier time.
    looked_at_ = std::min(looked_at_, now);
}

void RevocationFeed::tell_news() {
    const auto now = to_unix_ms(clock_.now());
    note_step_back(now);
    auto ended = ended_since(looked_at_ - overlap_ms, told_.size() + tokens_in_a_message + 1);
    std::erase_if(ended, [&](const Ended& each) {
        const auto [place, fresh] = told_.emplace(std::pair{each.list, each.index}, now);
        place->second = now;  // found again while its time is to come: known for as long
        return !fresh;
    });
    looked_at_ = now;
    if (ended.empty()) return;
    // All that was told within the overlap is found again and must be known.
    std::erase_if(told_, [&](const auto& each) { return each.second < now - 3 * overlap_ms; });
    newest_id_ = std::max(newest_id_ + 1, now);
    note_step_back(now);
    const bool countable = ended.size() <= tokens_in_a_message;
    hub_.publish({countable ? message(newest_id_, "revoked",
                                      data_of(ended.data(), ended.data() + ended.size()))
                            : message(newest_id_, "reset", "{}")});
}

std::size_t RevocationFeed::streams_of(const std::string& client_address) {
    std::size_t of_address = 0;
    std::erase_if(streams_, [&](const auto& each) {
        const auto stream = each.lock();
        if (!stream) return true;
        if (stream->closed()) {
            hub_.unsubscribe(stream);
            return true;
        }
        if (stream->listener().user_id == client_address) ++of_address;
        return false;
    });
    return of_address;
}

std::size_t RevocationFeed::size() {
    const std::lock_guard lock{mutex_};
    streams_of({});
    return streams_.size();
}

std::optional<std::vector<LiveEvent>> RevocationFeed::missed(std::string_view last_event_id) {
    const auto id = whole_number<std::int64_t>(last_event_id);
    const auto now = to_unix_ms(clock_.now());
    if (!id || *id > newest_id_ || *id < now - resumable_ms) return std::nullopt;
    if (*id <= afresh_until_) return std::nullopt;
    std::vector<LiveEvent> events;
    if (*id == newest_id_) return events;
    const auto ended = ended_since(*id - overlap_ms, tokens_missed_max + 1);
    if (ended.size() > tokens_missed_max) return std::nullopt;
    // A message's id is the time of its last token: who loses the connection after it gets the
    // rest the next time.
    std::int64_t last_id = 0;
    for (std::size_t at = 0; at < ended.size(); at += tokens_in_a_message) {
        const auto count = std::min(tokens_in_a_message, ended.size() - at);
        last_id = std::max({last_id + 1, ended[at + count - 1].at_unix_ms, *id});
        events.push_back(
            message(last_id, "revoked", data_of(ended.data() + at, ended.data() + at + count)));
    }
    newest_id_ = std::max(newest_id_, last_id + 1);
    return events;
}

Result<std::shared_ptr<Subscription>> RevocationFeed::open(std::string_view last_event_id,
                                                           const std::string& client_address) {
    const std::lock_guard lock{mutex_};
    const bool in_time = opened_.take(client_address, clock_.now()).count() == 0;
    if (!in_time || streams_of(client_address) >= limits_.streams_of_an_address) {
        return make_error(ErrorCode::RATE_LIMITED,
                          "this address opens too many streams; poll the status lists meanwhile");
    }
    if (streams_.size() >= limits_.streams) {
        return make_error(ErrorCode::SERVICE_UNAVAILABLE,
                          "too many streams are open; poll the status lists and try again later");
    }
    tell_news();
    Listener listener;
    listener.user_id = client_address;
    listener.all_of_tenant = listener.all_tenants = true;
    listener.heartbeat = limits_.heartbeat;
    auto stream = std::make_shared<Subscription>(std::move(listener), 0);
    auto events = missed(last_event_id);
    const bool resumed = events.has_value();
    if (!resumed) events.emplace();
    events->push_back(
        message(newest_id_, "ready", resumed ? R"({"resumed":true})" : R"({"resumed":false})"));
    stream->add_earlier(*events);
    stream->begin();
    // Nothing is told while this holds the lock: there is no gap, and nobody hears anything twice.
    static_cast<void>(hub_.subscribe(stream));  // which counts by address, and is never suspended
    streams_.push_back(stream);
    return stream;
}

}  // namespace hallpass::server
