#include "events/hub.hpp"

#include <algorithm>

namespace hallpass::server {
namespace {

// A reader this far behind is dropped; it comes back with Last-Event-ID.
constexpr std::size_t queued_max_bytes = 256 * 1024;
constexpr std::size_t early_max = 1000;

}  // namespace

bool Listener::concerned_by(const LiveEvent& event) const {
    if (session_id) return event.session_id == session_id;
    if (event.subject_id == user_id || event.agent_id == user_id) return true;
    if (!all_tenants && !tenants.contains(event.tenant_id)) return false;
    return all_of_tenant || (acts && !event.agent_id);
}

std::string Listener::owner() const {
    // No id begins with a space.
    return session_id ? " " + *session_id : user_id;
}

void Subscription::push(const LiveEvent& event) {
    if (event.sequence <= last_sequence_ || dropped_) return;
    if (queued_.size() > queued_max_bytes) {
        // Nothing after a gap: what is queued already is sent, the rest the reader asks for again.
        dropped_ = closed_ = true;
        return;
    }
    last_sequence_ = event.sequence;
    queued_ += "id: " + std::to_string(event.sequence) + "\nevent: " + event.name +
               "\ndata: " + event.data + "\n\n";
}

bool Subscription::add_earlier(const std::vector<LiveEvent>& earlier) {
    const std::lock_guard lock{mutex_};
    for (const auto& event : earlier) push(event);
    return !dropped_;
}

void Subscription::reset(std::int64_t sequence) {
    const std::lock_guard lock{mutex_};
    last_sequence_ = sequence;
    queued_ += "id: " + std::to_string(sequence) + "\nevent: reset\ndata: {}\n\n";
}

void Subscription::opened_at(std::int64_t sequence) {
    const std::lock_guard lock{mutex_};
    opened_at_ = sequence;
}

void Subscription::begin() {
    const std::lock_guard lock{mutex_};
    for (const auto& event : early_) push(event);
    early_.clear();
    begun_ = true;
}

bool Subscription::offer(const LiveEvent& event) {
    std::function<void()> ready;
    bool open = true;
    {
        const std::lock_guard lock{mutex_};
        if (closed_) return false;
        if (event.close_streams_of) {
            if (*event.close_streams_of != listener_.user_id) return true;
            if (event.sequence != 0 && event.sequence <= opened_at_) return true;
            closed_ = true;
        } else if (!listener_.concerned_by(event)) {
            return true;
        } else if (begun_) {
            push(event);
        } else if (early_.size() < early_max) {
            early_.push_back(event);
        } else {
            closed_ = true;
        }
        if (listener_.session_id && event.name == "impersonation_ended") closed_ = true;
        open = !closed_;
        ready = ready_;
    }
    if (ready) ready();
    return open;
}

void Subscription::close() {
    std::function<void()> ready;
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
        ready = ready_;
    }
    if (ready) ready();
}

std::string Subscription::take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(queued_, {});
}

bool Subscription::closed() const {
    const std::lock_guard lock{mutex_};
    return closed_ && queued_.empty();
}

void Subscription::on_ready(std::function<void()> ready) {
    const std::lock_guard lock{mutex_};
    ready_ = std::move(ready);
}

Result<Done> EventHub::subscribe(const std::shared_ptr<Subscription>& subscription) {
    const std::lock_guard lock{mutex_};
    if (suspended_) {
        return make_error(ErrorCode::SERVICE_UNAVAILABLE,
                          "live events cannot be followed right now; try again shortly");
    }
    const auto owner = owners_.try_emplace(subscription->listener().owner()).first;
    if (owner->second >= streams_of_one_) {
        return make_error(ErrorCode::RATE_LIMITED,
                          "you have too many streams of events open; close one and try again");
    }
    ++owner->second;
    subscriptions_.insert(subscription);
    return Done{};
}

void EventHub::forget(const Listener& listener) {
    const auto owner = owners_.find(listener.owner());
    if (--owner->second == 0) owners_.erase(owner);
}

void EventHub::unsubscribe(const std::shared_ptr<Subscription>& subscription) {
    const std::lock_guard lock{mutex_};
    if (subscriptions_.erase(subscription) != 0) forget(subscription->listener());
}

void EventHub::publish(const std::vector<LiveEvent>& events) {
    const std::lock_guard lock{mutex_};
    // All of a commit for one listener, then the next: most are sent it in one piece.
    std::erase_if(subscriptions_, [&](const auto& each) {
        const bool open = std::all_of(events.begin(), events.end(),
                                      [&](const LiveEvent& event) { return each->offer(event); });
        if (!open) forget(each->listener());
        return !open;
    });
}

void EventHub::close_all() {
    const std::lock_guard lock{mutex_};
    for (const auto& each : subscriptions_) each->close();
    subscriptions_.clear();
    owners_.clear();
}

void EventHub::suspend() {
    {
        const std::lock_guard lock{mutex_};
        suspended_ = true;
    }
    close_all();
}

void EventHub::resume() {
    const std::lock_guard lock{mutex_};
    suspended_ = false;
}

std::size_t EventHub::size() const {
    const std::lock_guard lock{mutex_};
    return subscriptions_.size();
}

}  // namespace hallpass::server
