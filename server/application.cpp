#include "application.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "access/settlement.hpp"
#include "audit/erasure.hpp"
#include "audit/record_key.hpp"
#include "audit/retention.hpp"
#include "config/roles.hpp"
#include "http/client_address.hpp"
#include "http/dispatch.hpp"
#include "http/entity_tag.hpp"
#include "http/known_host.hpp"
#include "notify/courier.hpp"
#include "openapi/document.hpp"
#include "random.hpp"
#include "routes/routes.hpp"
#include "scim/refusal.hpp"
#include "scim/words.hpp"
#include "signing/published_keys.hpp"
#include "store/migrations.hpp"

namespace hallpass::server {
namespace {

// More than there are processors on a small machine: most of them wait for a database.
constexpr unsigned workers_min = 4;

Settings completed(Settings settings) {
    refuse_clear_address(settings);
    while (settings.public_url.ends_with('/')) settings.public_url.pop_back();
    while (settings.app_url.ends_with('/')) settings.app_url.pop_back();
    if (settings.issuer.empty()) settings.issuer = settings.public_url;
    if (settings.app_url.empty()) settings.app_url = settings.public_url;
    return settings;
}

/// What the record's heads are signed as: the public address without its scheme, as C2SP
/// signed-note recommends. It is fixed with the key; the file keeps both.
std::string record_name(const Settings& settings) {
    const auto& url = settings.public_url;
    const auto host = url.find("://");
    auto name = (host == std::string::npos ? url : url.substr(host + 3)) + "/record";
    std::erase_if(name, [](char c) { return c == '+' || static_cast<unsigned char>(c) <= ' '; });
    return name;
}

/// Whose refusals have SCIM's form, also where there is no such route.
bool is_scim(std::string_view path) {
    if (!path.starts_with(scim_base)) return false;
    path.remove_prefix(scim_base.size());
    return path.empty() || path.starts_with('/');
}

std::vector<Route> enabled_routes(bool demo) {
    auto routes = all_routes();
    std::erase_if(routes, [&](const Route& route) { return route.demo_only && !demo; });
    return routes;
}

void settle_lost_keys(Store& store, const LiveKeys& keys) {
    store.write_now(
        [&](Transaction& transaction) { end_sessions_of_lost_keys(transaction, *keys.ring()); });
}

}  // namespace

Application::Application(Settings settings)
    : settings_(completed(std::move(settings))),
      trusted_proxies_(std::make_unique<TrustedProxies>(settings_.trusted_proxies)),
      tls_(settings_.tls.on() ? std::make_unique<LiveTls>(settings_.tls, clock_) : nullptr),
      keys_((start_cryptography(), key_file_of(settings_))),
      store_(settings_.database, clock_),
      tokens_(keys_, {settings_.issuer, settings_.audience, settings_.public_url + "/status/"}),
      receipts_(keys_, settings_.issuer, settings_.app_url),
      status_lists_(store_, keys_, clock_, settings_.public_url + "/status/"),
      heads_(store_,
             open_record_key(store_, record_key_file_of(settings_), record_name(settings_))),
      issuers_(settings_.issuers, clock_),
      roles_(configured_roles(settings_.roles)),
      provisioners_(settings_.provisioning, roles_),
      zones_(settings_.zones_file),
      events_(settings_.allowances.streams_of_a_user),
      revocations_(store_, clock_, settings_.public_url + "/status/", settings_.revocation_streams),
      watch_(store_, events_, clock_),
      credential_limit_(settings_.credential_burst, settings_.credentials_per_second),
      allowances_(settings_.allowances),
      request_log_(settings_.log_requests, settings_.log_format),
      router_(enabled_routes(settings_.demo)),
      static_files_(settings_.static_dir),
      workers_(std::max(workers_min, settings_.threads)) {
    if (settings_.notify.outside()) store_.keep_outbox();
    refuse_unknown_roles(settings_.issuers, roles_);
    settle_lost_keys(store_, keys_);
    heads_.keep_up();  // what was recorded before a crash, or before there were heads
    courier_ = std::make_unique<Courier>(store_, clock_, zones_.table(), settings_.notify,
                                         settings_.app_url, keys_, settings_.issuer);
    store_.on_commit([this](const std::vector<LiveEvent>& events) {
        tell_revocations();
        watch_.committed(events);
        courier_->wake();
    });
    courier_->start();
    if (store_.shared()) hear_other_servers();
}

void Application::hear_other_servers() {
    CommitCalls calls;
    calls.begin = [this] {
        // Streams that open from now on read for themselves what came before.
        watch_.look();
        events_.resume();
    };
    calls.heard = [this] {
        tell_revocations();
        watch_.look();
    };
    calls.end = [this] {
        events_.suspend();
        revocations_.close_all();
    };
    store_.listen(std::move(calls));
}

Application::~Application() { stop(); }

void Application::stop() {
    std::call_once(stopped_, [this] {
        events_.close_all();
        revocations_.close_all();
        workers_.stop();
        if (courier_) courier_->stop();
        sign_head();
        store_.stop();
    });
}

const std::string& Application::openapi_document() {
    std::call_once(openapi_made_, [this] {
        openapi_document_ = openapi_json(router_.routes(), settings_.public_url);
        openapi_document_.shrink_to_fit();
    });
    return openapi_document_;
}

bool Application::secure_cookies() const {
    if (settings_.tls.on() || settings_.public_url.starts_with("https://")) return true;
    return !settings_.demo;
}

std::string Application::public_origin() const {
    const auto& url = settings_.public_url;
    const auto host = url.find("://");
    return url.substr(0, url.find('/', host == std::string::npos ? 0 : host + 3));
}

Application::Admission Application::admit(const Request& head) {
    // A page whose name was made to lead here must not be taken for our own.
    if (settings_.demo && !is_known_host(head.header("Host"), public_origin())) {
        return {Answer::problem(
            make_error(ErrorCode::FORBIDDEN, "use the address that the server printed", "Host"))};
    }
    const auto match = router_.find(head.method, head.path);
    if (match.route != nullptr) {
        if (match.route->tries_credentials) {
            if (auto limited = count_attempt(head.client_address)) {
                return {std::move(limited), 0, match.route->pattern};
            }
        }
        return {std::nullopt, match.route->body_max_bytes, match.route->pattern,
                match.route->refusal};
    }
    const auto worded = is_scim(head.path) ? scim_problem : Answer::problem;
    if (!match.allow.empty()) {
        auto answer = worded(make_error(ErrorCode::METHOD_NOT_ALLOWED,
                                        "use one of the methods in the Allow header"));
        answer.with("Allow", match.allow);
        return {std::move(answer)};
    }
    const bool reads = head.method == Method::get || head.method == Method::head;
    if (auto page = reads ? static_files_.find(head.path) : std::nullopt) {
        leave_out_known(*page, head);
        return {std::move(page)};
    }
    return {worded(make_error(ErrorCode::NOT_FOUND, "there is nothing at this address"))};
}

std::optional<Answer> Application::count_attempt(const std::string& client_address,
                                                 Answer (*refusal)(const Error&)) {
    const auto wait = credential_limit_.take(network_of(client_address), clock_.now());
    if (wait.count() == 0) return std::nullopt;
    return Answer::too_many("too many attempts from this address; wait and try again", wait,
                            refusal);
}

void Application::handle(Request request, Respond respond) {
    std::make_shared<Dispatch>(*this, std::move(request), std::move(respond))->run();
}

void Application::tell_revocations() {
    try {
        revocations_.look();
    } catch (const std::exception& fault) {
        // Edges poll the lists beside the stream; those who come back hear what was missed.
        spdlog::error("revocations could not be told: {}", fault.what());
        revocations_.close_all();
    }
}

void Application::follow_keys() {
    if (keys_.follow()) lost_keys_unsettled_ = true;
    if (!lost_keys_unsettled_) return;
    try {
        settle_lost_keys(store_, keys_);
        lost_keys_unsettled_ = false;
    } catch (const std::exception& fault) {
        spdlog::error("sessions of retired keys could not be ended: {}", fault.what());
    }
}

void Application::follow_certificate() {
    if (tls_ && !tls_->reload()) metrics_.count_refused_certificate();
}

std::optional<Instant> Application::certificate_end() const {
    if (!tls_) return std::nullopt;
    return tls_->expires_at();
}

void Application::sign_head() {
    if (store_.on_duty()) heads_.keep_up();
}

void Application::expire_personal_data() {
    // The rest, where there is more, goes with the next sweep: other changes must not wait for it.
    constexpr int changes_a_sweep = 50;
    Instant reached;
    store_.write_now([&](Transaction& transaction) {
        reached = move_retention_on(transaction, settings_.sweep_every);
    });
    if (settings_.record_retention.count() == 0) return;
    const bool behind = clock_.now() - reached > std::chrono::hours{24};
    if (behind && !retention_behind_.exchange(true)) {
        spdlog::warn(
            "the clock is at {}, retention at {}: the clock was set forward, or no server swept for"
            " long; personal data is erased by the latter, which catches up {} times as fast as"
            " time passes",
            format_rfc3339(clock_.now()), format_rfc3339(reached), retention_catches_up);
    }
    if (!behind) retention_behind_ = false;
    erase_older(store_, reached - settings_.record_retention, changes_a_sweep);
}

void Application::sweep() {
    constexpr int rows_at_once = 200;
    try {
        // Said by each server; and nothing is erased by one that may not know all of it.
        if (store_.read(is_too_new)) throw StoreFault(schema_too_new);
        if (!store_.on_duty()) return;
        bool more = true;
        while (more) {
            store_.write_now([&](Transaction& transaction) {
                more = settle_all(transaction, rows_at_once);
                const auto now = to_unix_ms(transaction.now());
                transaction.store().execute("DELETE FROM logins WHERE expires_at_unix_ms <= :now",
                                            {{"now", now}});
                transaction.store().execute("DELETE FROM kept_answers WHERE at_unix_ms <= :oldest",
                                            {{"oldest", now - 86'400'000}});
            });
        }
        expire_personal_data();
    } catch (const std::exception& fault) {
        metrics_.count_sweep_fault();
        spdlog::error("the sweep met a fault: {}", fault.what());
    }
}

}  // namespace hallpass::server
