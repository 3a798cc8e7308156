#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "audit/heads.hpp"
#include "clock.hpp"
#include "config/settings.hpp"
#include "config/zones_file.hpp"
#include "events/hub.hpp"
#include "events/record_watch.hpp"
#include "events/revocation_feed.hpp"
#include "hallpass/permission.hpp"
#include "hallpass/time_zone.hpp"
#include "http/allowances.hpp"
#include "http/call.hpp"
#include "http/rate_limiter.hpp"
#include "http/router.hpp"
#include "http/static_files.hpp"
#include "http/worker_threads.hpp"
#include "identity/bearer.hpp"
#include "identity/provisioners.hpp"
#include "log.hpp"
#include "metrics.hpp"
#include "receipts/receipts.hpp"
#include "signing/act_as_tokens.hpp"
#include "signing/status_list.hpp"
#include "store/store.hpp"
#include "tls/live_tls.hpp"

namespace hallpass::server {

class Courier;
class TrustedProxies;

/// What a request comes to: an answer, or a stream of events.
struct Reply {
    Answer answer;
    std::shared_ptr<Subscription> stream;
};
using Respond = std::function<void(Reply)>;

/// The server without its sockets: takes requests, gives replies.
class Application {
  public:
    /// @param settings with `public_url` filled in
    /// @throws std::runtime_error, StoreFault
    explicit Application(Settings settings);
    ~Application();

    /// What the head decides before a body is read: an answer, or how large the body may be.
    struct Admission {
        std::optional<Answer> refusal;
        std::size_t body_max_bytes = 0;
        std::string_view route{};                          ///< its pattern; empty: there is none
        Answer (*worded)(const Error&) = Answer::problem;  ///< how a body that cannot be is refused
    };
    Admission admit(const Request& head);
    /// Counts an attempt with a credential. @returns the refusal where there were too many
    std::optional<Answer> count_attempt(const std::string& client_address,
                                        Answer (*refusal)(const Error&) = Answer::problem);
    /// Answers a whole request; `respond` is called once, from any thread.
    void handle(Request request, Respond respond);

    /// Writes down what the clock has ended; called now and then, never needed for enforcement. Of
    /// several servers on one database, the one on duty does it.
    void sweep();
    /// Signs the head of the record, if it grew; called every minute. Of several servers on one
    /// database, the one on duty does it.
    void sign_head();
    /// Takes up another key file, if it was changed, and ends the sessions of keys that are gone.
    void follow_keys();
    /// Reads the identity providers' key files again.
    void follow_providers() { issuers_.follow_files(); }
    /// Reads the certificate again, where the server itself speaks TLS.
    void follow_certificate();
    /// Tells those who listen what other processes have done; called many times a second. Nothing
    /// to do where every commit is heard of.
    void look_elsewhere() {
        if (!store_.shared()) watch_.look();
    }
    /// Tells edges which tokens were ended, by this process or another one.
    void tell_revocations();
    /// Takes up what was done elsewhere, keys first; called every second.
    void follow_others() {
        follow_keys();
        tell_revocations();
    }
    /// Closes streams, finishes what is under way and queued writes. Done once: the destructor asks
    /// for it again.
    void stop();

    const Settings& settings() const { return settings_; }
    const TrustedProxies& trusted_proxies() const { return *trusted_proxies_; }
    const Clock& clock() const { return clock_; }
    /// Only under --demo.
    DemoClock& demo_clock() { return clock_; }
    Store& store() { return store_; }
    WorkerThreads& workers() { return workers_; }
    const ActAsTokens& tokens() const { return tokens_; }
    const Receipts& receipts() const { return receipts_; }
    StatusLists& status_lists() { return status_lists_; }
    const RecordHeads& heads() const { return heads_; }
    const LiveKeys& keys() const { return keys_; }
    const Issuers& issuers() const { return issuers_; }
    const Roles& roles() const { return roles_; }
    const Provisioners& provisioners() const { return provisioners_; }
    const ZoneTable& zones() const { return zones_.table(); }
    EventHub& events() { return events_; }
    RevocationFeed& revocations() { return revocations_; }
    Allowances& allowances() { return allowances_; }
    Metrics& metrics() { return metrics_; }
    const RequestLog& request_log() const { return request_log_; }
    const Courier& courier() const { return *courier_; }
    const Router& router() const { return router_; }
    /// The OpenAPI document of its routes: made when it is first asked for, and kept.
    const std::string& openapi_document();
    /// What is spoken with those who connect; nothing: plain HTTP.
    std::shared_ptr<ssl_ctx_st> tls_context() const { return tls_ ? tls_->context() : nullptr; }
    /// When the server's certificate ends, where it has one.
    std::optional<Instant> certificate_end() const;
    /// Whether cookies are for HTTPS alone.
    bool secure_cookies() const;
    std::string public_origin() const;

  private:
    void hear_other_servers();
    void expire_personal_data();

    Settings settings_;
    std::unique_ptr<const TrustedProxies> trusted_proxies_;
    DemoClock clock_;
    std::unique_ptr<LiveTls> tls_;
    LiveKeys keys_;
    std::atomic<bool> lost_keys_unsettled_ = false, retention_behind_ = false;
    Store store_;
    ActAsTokens tokens_;
    Receipts receipts_;
    StatusLists status_lists_;
    RecordHeads heads_;
    Issuers issuers_;
    Roles roles_;
    Provisioners provisioners_;
    ConfiguredZones zones_;
    EventHub events_;
    RevocationFeed revocations_;
    RecordWatch watch_;
    RateLimiter credential_limit_;
    Allowances allowances_;
    Metrics metrics_;
    RequestLog request_log_;
    Router router_;
    std::once_flag openapi_made_, stopped_;
    std::string openapi_document_;
    StaticFiles static_files_;
    std::unique_ptr<Courier> courier_;
    WorkerThreads workers_;

    friend class Dispatch;
};

}  // namespace hallpass::server
