#include "notify/webhook_sender.hpp"

#include "notify/webhook_signature.hpp"

namespace hallpass::server {

WebhookSender::WebhookSender(const WebhookSettings& settings, const std::string& ca_file,
                             const Egress& egress, std::chrono::milliseconds longest,
                             const std::atomic<bool>& stop)
    : content_type_(settings.format == WebhookSettings::Format::caep ? "application/secevent+jwt"
                                                                     : "application/json"),
      transfer_("https", ca_file, longest, stop) {
    if (!settings.secret_file.empty()) keys_ = webhook_keys(secret_in_file(settings.secret_file));
    transfer_.limit_to(egress);
    transfer_.set(CURLOPT_URL, settings.url.c_str());
    transfer_.set(CURLOPT_USERAGENT, "Hallpass-Webhook/1");
}

Outcome WebhookSender::send(const std::string& id, const std::string& body, Instant now) {
    HeaderLines headers;
    headers.add("Content-Type", content_type_);
    headers.add("Accept", "application/json");  // RFC 8935 section 2.1
    headers.add("webhook-id", id);
    headers.add("webhook-timestamp", std::to_string(to_unix_s(now)));
    if (!keys_.empty()) headers.add("webhook-signature", webhook_signature(keys_, id, now, body));
    transfer_.set(CURLOPT_HTTPHEADER, headers.get());
    transfer_.set(CURLOPT_POSTFIELDS, body.data());
    transfer_.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    auto outcome = outcome_of(transfer_.run());
    transfer_.set(CURLOPT_POSTFIELDS, nullptr);
    transfer_.set(CURLOPT_HTTPHEADER, nullptr);
    return outcome;
}

Outcome WebhookSender::outcome_of(CURLcode code) const {
    const auto status = transfer_.status();
    // A receiver that has said yes and then talks on and on has said yes.
    const bool answered = code == CURLE_OK || code == CURLE_WRITE_ERROR;
    if (answered && status >= 200 && status < 300) return {Outcome::Kind::delivered, "", {}};
    if (code == CURLE_ABORTED_BY_CALLBACK) return {Outcome::Kind::stopped, "", {}};
    Outcome outcome{Outcome::Kind::failed, "", {}};
    outcome.failure = answered ? "HTTP " + std::to_string(status) : libcurl().easy_strerror(code);
    // Standard Webhooks: 410 says that nobody listens here any more.
    if (answered && status == 410) outcome.kind = Outcome::Kind::failed_for_good;
    curl_off_t seconds = 0;
    libcurl().easy_getinfo(transfer_.handle(), CURLINFO_RETRY_AFTER, &seconds);
    const std::chrono::seconds asked_for{std::max<curl_off_t>(seconds, 0)};
    outcome.wait_at_least = std::min(asked_for, retry_after_max);
    return outcome;
}

}  // namespace hallpass::server
