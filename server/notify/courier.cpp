#include "notify/courier.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "access/directory.hpp"
#include "notify/pauses.hpp"
#include "notify/reminders.hpp"
#include "notify/security_event.hpp"
#include "random.hpp"
#include "signing/key_fault.hpp"

namespace hallpass::server {
namespace {

constexpr int entries_at_once = 100;
// All that waits is gone through for it.
constexpr int polls_between_mends = 60;

/// Longer than any attempt to send can take.
std::chrono::milliseconds lease_of(const NotifySettings& settings) {
    return 2 * settings.transfer_max;
}

double random_chance() {
    constexpr std::uint32_t steps = 1U << 30;
    return static_cast<double>(random_below(steps)) / steps;
}

}  // namespace

void Bell::ring() {
    {
        const std::lock_guard lock{mutex_};
        rung_ = true;
    }
    changed_.notify_one();
}

void Bell::wait(std::chrono::milliseconds at_most) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, at_most, [&] { return rung_; });
    rung_ = false;
}

Courier::Courier(Store& store, const Clock& clock, const ZoneTable& zones,
                 const NotifySettings& settings, const std::string& read_more_url,
                 const LiveKeys& keys, const std::string& issuer)
    : store_(store),
      clock_(clock),
      keys_(keys),
      settings_(settings),
      egress_(settings.allowed_networks),
      telling_(settings_, zones, read_more_url, issuer),
      sender_(random_id("srv_")) {
    if (!settings_.mail.url.empty()) {
        mailer_ = std::make_unique<Mailer>(settings_.mail, settings_.transfer_max, stopping_);
        add_channel(mail_channel, [this](const MessageRow& message) { return send_mail(message); });
    }
    for (const auto& webhook : settings_.webhooks) {
        auto& sender = *webhooks_.emplace_back(std::make_unique<WebhookSender>(
            webhook, settings_.webhook_ca_file, egress_, settings_.transfer_max, stopping_));
        const bool signs = webhook.format == WebhookSettings::Format::caep;
        // Later the key may become another one: then each event says so as it fails.
        if (signs && !signs_security_events(*keys_.ring())) {
            throw KeyFault{KeyProblem::algorithm_refused,
                           "webhook " + webhook.name + ": " + key_not_public};
        }
        add_channel(channel_of(webhook), [&sender, signs, this](const MessageRow& message) {
            if (signs) return send_security_event(sender, message);
            return sender.send(message.id, message.body, clock_.now());
        });
    }
}

Courier::~Courier() { stop(); }

void Courier::add_channel(std::string name, std::function<Outcome(const MessageRow&)> send) {
    const bool taken = std::any_of(channels_.begin(), channels_.end(),
                                   [&](const auto& each) { return each->name == name; });
    if (taken) throw std::runtime_error("two webhooks have the same name");
    auto& channel = *channels_.emplace_back(std::make_unique<Channel>());
    channel.name = std::move(name);
    channel.send = std::move(send);
}

void Courier::start() {
    for (auto& each : channels_) {
        each->thread = std::thread{[this, &channel = *each] { run_channel(channel); }};
    }
    clerk_ = std::thread{[this] { run_clerk(); }};
}

void Courier::stop() {
    stopping_ = true;
    bell_.ring();
    for (auto& each : channels_) each->bell.ring();
    if (clerk_.joinable()) clerk_.join();
    for (auto& each : channels_) {
        if (each->thread.joinable()) each->thread.join();
    }
}

void Courier::run_clerk() {
    // However often the bell rings, what is about to end is looked for once in a while.
    std::chrono::steady_clock::time_point next_look, next_mend;
    while (!stopping_) {
        try {
            if (std::chrono::steady_clock::now() >= next_look) {
                next_look = std::chrono::steady_clock::now() + settings_.poll_every;
                remind_if_due();
            }
            if (std::chrono::steady_clock::now() >= next_mend) {
                next_mend =
                    std::chrono::steady_clock::now() + polls_between_mends * settings_.poll_every;
                mend_queue();
            }
            tell_what_waits();
        } catch (const std::exception& fault) {
            spdlog::error("notifications met a fault: {}", fault.what());
        }
        bell_.wait(settings_.poll_every);
    }
}

void Courier::remind_if_due() {
    const auto now = clock_.now();
    if (store_.read([&](Connection& store) { return reminder_is_due(store, now); })) {
        store_.write_now([](Transaction& transaction) { remind(transaction); });
    }
}

void Courier::mend_queue() {
    // Another server, just started, may know a channel that this one does not.
    constexpr std::chrono::hours claimed_within{1};
    const auto pause =
        std::max<std::chrono::milliseconds>(settings_.longest_pause, retry_after_max);
    const auto lease = lease_of(settings_);
    const auto now = clock_.now();
    std::vector<std::string> names;
    for (const auto& each : channels_) names.push_back(each->name);
    const bool wrong = store_.read([&](Connection& store) {
        return waits_too_long(store, now, pause, lease) ||
               is_unclaimed(store, names, now - claimed_within);
    });
    if (!wrong) return;
    store_.write_now([&](Transaction& transaction) {
        shorten_waits(transaction, pause, lease);
        give_up_unclaimed(transaction, names, transaction.now() - claimed_within);
    });
}

void Courier::tell_what_waits() {
    const auto waits = [](Connection& store) {
        return store.number("SELECT COUNT(*) FROM (SELECT 1 FROM outbox LIMIT 1) AS waiting") != 0;
    };
    while (!stopping_ && store_.read(waits)) {
        store_.write_now(
            [&](Transaction& transaction) { telling_.tell(transaction, entries_at_once); });
        for (auto& each : channels_) each->bell.ring();
    }
}

void Courier::run_channel(Channel& channel) {
    while (!stopping_) {
        bool sent = false;
        try {
            sent = send_next(channel);
        } catch (const std::exception& fault) {
            spdlog::error("the channel {} met a fault: {}", channel.name, fault.what());
        }
        if (!sent) channel.bell.wait(settings_.poll_every);
    }
}

bool Courier::send_next(Channel& channel) {
    const auto now = clock_.now();
    if (!store_.read([&](Connection& store) { return message_is_due(store, channel.name, now); })) {
        return false;
    }
    std::optional<MessageRow> message;
    store_.write_now([&](Transaction& transaction) {
        message = lease_message(transaction, channel.name, sender_, lease_of(settings_));
    });
    if (!message) return false;
    const auto outcome = channel.send(*message);
    settle(*message, outcome);
    return outcome.kind != Outcome::Kind::stopped;
}

void Courier::settle(const MessageRow& message, const Outcome& outcome) {
    const int attempts = static_cast<int>(message.attempts) + 1;
    const auto pause = std::max(
        outcome.wait_at_least,
        pause_after(attempts, random_chance(), settings_.first_pause, settings_.longest_pause));
    const bool failed =
        outcome.kind == Outcome::Kind::failed || outcome.kind == Outcome::Kind::failed_for_good;
    // Counted first: who sees in the database what became of it sees it counted too.
    if (outcome.kind == Outcome::Kind::delivered) ++delivered_;
    if (failed) ++failed_;
    store_.write_now([&](Transaction& transaction) {
        switch (outcome.kind) {
            case Outcome::Kind::delivered: return settle_delivered(transaction, message);
            case Outcome::Kind::stopped: return settle_unsent(transaction, message);
            case Outcome::Kind::failed_for_good: break;
            case Outcome::Kind::failed:
                if (attempts < settings_.attempts_max) {
                    return settle_failed(transaction, message, outcome.failure, pause);
                }
        }
        settle_dead(transaction, message, outcome.failure);
    });
    if (failed) {
        spdlog::warn("a message was not delivered: channel {}, id {}, attempt {}: {}",
                     message.channel, message.id, attempts, outcome.failure);
    }
}

Outcome Courier::send_mail(const MessageRow& message) {
    const auto reader =
        store_.read([&](Connection& store) { return find_user(store, message.target); });
    if (!reader) return {Outcome::Kind::failed_for_good, "the user is no longer known", {}};
    return mailer_->send({message.id, reader->email, reader->name, message.title, message.body,
                          from_unix_ms(message.created_at_unix_ms)});
}

Outcome Courier::send_security_event(WebhookSender& sender, const MessageRow& message) {
    try {
        const auto token = signed_security_event(*keys_.ring(), message.body);
        if (token) return sender.send(message.id, *token, clock_.now());
    } catch (const KeyFault&) {
        return {Outcome::Kind::failed, "the key could not sign", {}};
    }
    return {Outcome::Kind::failed, key_not_public, {}};
}

std::string Courier::metrics_text(Connection& store) const {
    const auto counts = message_counts(store);
    const auto line = [](const char* name, const char* kind, const char* help, auto value) {
        return std::string{"# HELP "} + name + " " + help + "\n# TYPE " + name + " " + kind + "\n" +
               name + " " + std::to_string(value) + "\n";
    };
    return line("hallpass_messages_waiting", "gauge", "Mails and webhooks on their way.",
                counts.waiting) +
           line("hallpass_messages_dead", "gauge", "Dead letters: given up, to be queued again.",
                counts.dead) +
           line("hallpass_messages_delivered_total", "counter", "Messages delivered.",
                delivered_.load()) +
           line("hallpass_message_failures_total", "counter", "Attempts that failed.",
                failed_.load());
}

}  // namespace hallpass::server
