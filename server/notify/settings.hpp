#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace hallpass::server {

/// The mail server that takes what is sent by mail.
struct MailSettings {
    std::string url;            ///< smtp://HOST[:PORT] or smtps://HOST[:PORT]; empty: no mail
    std::string from;           ///< the sender's address
    std::string user;           ///< empty: no sign-in
    std::string password_file;  ///< holds the password, and a line feed at most
    std::string ca_file;        ///< empty: the system's certificate authorities
    bool plain = false;         ///< without TLS; accepted for a mail server on this machine alone
};

/// One address that is told of what happens.
struct WebhookSettings {
    enum class Format { standard, slack, caep };
    std::string name;         ///< what the operator calls it; a message keeps it, never the URL
    std::string url;          ///< https alone
    std::string secret_file;  ///< `whsec_…` lines, the newest first; each of them signs
    Format format = Format::standard;
    std::string tenant_id;      ///< empty: every tenant
    std::string locale = "en";  ///< of Slack's text
    std::string audience;       ///< `aud` of security event tokens

    /// `name=…,url=https://…,secret=FILE[,format=slack|caep][,tenant=…][,locale=nl][,audience=…]`
    /// @throws std::runtime_error where a part is missing or not known
    static WebhookSettings parse(const std::string& text);
};

/// How people and other systems are told (contract, section 11).
struct NotifySettings {
    MailSettings mail;
    std::vector<WebhookSettings> webhooks;
    std::vector<std::string> allowed_networks;  ///< CIDR: private addresses webhooks may reach
    std::string webhook_ca_file;                ///< empty: the system's certificate authorities
    int attempts_max = 36;                      ///< with the pauses below: four and a half days
    std::chrono::milliseconds first_pause{10'000};
    std::chrono::milliseconds longest_pause{4 * 3'600'000};
    std::chrono::milliseconds transfer_max{30'000};  ///< for one mail or webhook, all in all
    std::chrono::milliseconds poll_every{1'000};

    /// Whether anything leaves the server at all.
    bool outside() const { return !mail.url.empty() || !webhooks.empty(); }
};

}  // namespace hallpass::server
