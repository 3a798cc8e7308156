#include "config/notify_options.hpp"

#include <CLI/CLI.hpp>

namespace hallpass::server {
namespace {

void add_mail_options(CLI::App& serve, MailSettings& mail) {
    serve
        .add_option("--smtp", mail.url,
                    "the mail server, smtp://HOST[:PORT] (STARTTLS) or smtps://HOST[:PORT]; "
                    "without it no mail is sent")
        ->envname("HALLPASS_SMTP");
    serve.add_option("--mail-from", mail.from, "the sender's address")
        ->envname("HALLPASS_MAIL_FROM");
    serve.add_option("--smtp-user", mail.user, "who signs in to the mail server")
        ->envname("HALLPASS_SMTP_USER");
    serve.add_option("--smtp-password", mail.password_file, "a file with the password")
        ->envname("HALLPASS_SMTP_PASSWORD");
    serve
        .add_option("--smtp-ca", mail.ca_file,
                    "certificate authorities for the mail server (default: the system's)")
        ->envname("HALLPASS_SMTP_CA");
    serve
        .add_flag("--smtp-plain", mail.plain,
                  "mail without TLS, to a mail server on this machine alone")
        ->envname("HALLPASS_SMTP_PLAIN");
}

void add_webhook_options(CLI::App& serve, NotifySettings& settings) {
    serve
        .add_option_function<std::vector<std::string>>(
            "--webhook",
            [&](const std::vector<std::string>& texts) {
                for (const auto& text : texts) {
                    settings.webhooks.push_back(WebhookSettings::parse(text));
                }
            },
            "name=…,url=https://…,secret=FILE[,tenant=…], or with format=slack[,locale=nl], "
            "or with format=caep,audience=… for security event tokens; may be given again")
        ->envname("HALLPASS_WEBHOOK");
    serve
        .add_option("--webhook-network", settings.allowed_networks,
                    "a private network that webhooks may reach, in CIDR; may be given again")
        ->envname("HALLPASS_WEBHOOK_NETWORK");
    serve
        .add_option("--webhook-ca", settings.webhook_ca_file,
                    "certificate authorities for webhooks (default: the system's)")
        ->envname("HALLPASS_WEBHOOK_CA");
}

void add_retry_options(CLI::App& serve, NotifySettings& settings) {
    const auto milliseconds = [&serve](const char* name, const char* variable,
                                       std::chrono::milliseconds& value, const char* about) {
        serve
            .add_option_function<std::int64_t>(
                name, [&value](std::int64_t ms) { value = std::chrono::milliseconds{ms}; }, about)
            ->envname(variable)
            ->check(CLI::Range(1, 86'400'000));
    };
    serve
        .add_option("--message-attempts", settings.attempts_max,
                    "how often a mail or webhook is tried before it is a dead letter")
        ->envname("HALLPASS_MESSAGE_ATTEMPTS")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    milliseconds("--message-first-pause-ms", "HALLPASS_MESSAGE_FIRST_PAUSE_MS",
                 settings.first_pause, "the pause after the first failure (default 10000)");
    milliseconds("--message-longest-pause-ms", "HALLPASS_MESSAGE_LONGEST_PAUSE_MS",
                 settings.longest_pause, "pauses double up to this (default 14400000)");
    milliseconds("--message-timeout-ms", "HALLPASS_MESSAGE_TIMEOUT_MS", settings.transfer_max,
                 "how long one attempt may take (default 30000)");
}

}  // namespace

void add_notify_options(CLI::App& serve, NotifySettings& settings) {
    add_mail_options(serve, settings.mail);
    add_webhook_options(serve, settings);
    add_retry_options(serve, settings);
}

}  // namespace hallpass::server
