#pragma once

#include "hallpass/time.hpp"
#include "notify/settings.hpp"
#include "notify/transfer.hpp"

namespace hallpass::server {

struct Mail {
    std::string id;  ///< becomes the Message-ID: the same for every attempt
    std::string to_address, to_name, subject, text;
    Instant at;
};

/// Hands mail to the configured server: SMTP with STARTTLS, or TLS from the start (smtps://).
class Mailer {
  public:
    /// @throws std::runtime_error where a setting is not usable: an address, a missing password,
    ///         or mail in the clear to another machine
    Mailer(const MailSettings& settings, std::chrono::milliseconds longest,
           const std::atomic<bool>& stop);

    Outcome send(const Mail& mail);

  private:
    Outcome outcome_of(CURLcode code) const;

    MailSettings settings_;
    std::string password_;
    Transfer transfer_;
};

}  // namespace hallpass::server
