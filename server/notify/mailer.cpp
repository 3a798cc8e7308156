#include "notify/mailer.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>

#include <stdexcept>

#include "notify/mail_text.hpp"

namespace hallpass::server {
namespace {

bool is_this_machine(const boost::urls::url_view& url) {
    const std::string host{url.host_address()};
    if (host == "localhost") return true;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    return !error && address.is_loopback();
}

MailSettings checked(MailSettings settings) {
    const auto url = boost::urls::parse_uri(settings.url);
    // Boost 1.81 takes 127.0.0.1.example.com for an address with a path behind it.
    const bool bare = url && (url->encoded_path().empty() || url->encoded_path() == "/") &&
                      !url->has_query() && !url->has_fragment();
    const bool known = bare && (url->scheme() == "smtp" || url->scheme() == "smtps") &&
                       !url->host_address().empty() && !url->has_userinfo();
    if (!known) throw std::runtime_error("the mail server must be smtp://HOST or smtps://HOST");
    if (!is_mail_address(settings.from)) {
        throw std::runtime_error("the sender of mail must be an address like hallpass@example.com");
    }
    if (settings.plain && !is_this_machine(*url)) {
        throw std::runtime_error("mail goes without TLS to a mail server on this machine alone");
    }
    if (settings.user.empty() != settings.password_file.empty()) {
        throw std::runtime_error("the mail server needs both a user and a password file, or none");
    }
    return settings;
}

/// Lines as mail has them: quoted-printable knows no other end of a line than CRLF.
std::string with_mail_lines(const std::string& text) {
    std::string lines;
    for (const char c : text) {
        if (c == '\n') lines += '\r';
        lines += c;
    }
    return lines;
}

struct FreeMime {
    void operator()(curl_mime* mime) const { libcurl().mime_free(mime); }
};

}  // namespace

Mailer::Mailer(const MailSettings& settings, std::chrono::milliseconds longest,
               const std::atomic<bool>& stop)
    : settings_(checked(settings)),
      password_(settings_.user.empty() ? "" : secret_in_file(settings_.password_file)),
      transfer_("smtp,smtps", settings_.ca_file, longest, stop) {
    transfer_.set(CURLOPT_URL, settings_.url.c_str());
    transfer_.set(CURLOPT_USE_SSL,
                  static_cast<long>(settings_.plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (!settings_.user.empty()) {
        transfer_.set(CURLOPT_USERNAME, settings_.user.c_str());
        transfer_.set(CURLOPT_PASSWORD, password_.c_str());
    }
    transfer_.set(CURLOPT_FORBID_REUSE, 1L);  // no server waits for the next mail
    const auto sender = "<" + settings_.from + ">";
    transfer_.set(CURLOPT_MAIL_FROM, sender.c_str());
}

Outcome Mailer::send(const Mail& mail) {
    if (!is_mail_address(mail.to_address)) {
        return {Outcome::Kind::failed_for_good, "the user's mail address is not usable", {}};
    }
    const auto& library = libcurl();
    const std::unique_ptr<curl_slist, decltype(library.slist_free_all)> recipients{
        library.slist_append(nullptr, mail.to_address.c_str()), library.slist_free_all};
    HeaderLines headers;
    headers.add("From", "<" + settings_.from + ">");
    headers.add("To", header_name(mail.to_name) + " <" + mail.to_address + ">");
    headers.add("Subject", header_text(mail.subject));
    headers.add("Date", mail_date(mail.at));
    headers.add("Message-ID",
                "<" + mail.id + settings_.from.substr(settings_.from.find('@')) + ">");
    headers.add("Auto-Submitted", "auto-generated");

    const std::unique_ptr<curl_mime, FreeMime> mime{library.mime_init(transfer_.handle())};
    curl_mimepart* const part = library.mime_addpart(mime.get());
    const auto text = with_mail_lines(mail.text);
    library.mime_data(part, text.data(), text.size());
    library.mime_type(part, "text/plain; charset=utf-8");
    library.mime_encoder(part, "quoted-printable");
    transfer_.set(CURLOPT_MAIL_RCPT, recipients.get());
    transfer_.set(CURLOPT_HTTPHEADER, headers.get());
    transfer_.set(CURLOPT_MIMEPOST, mime.get());
    const auto code = transfer_.run();
    auto outcome = outcome_of(code);
    transfer_.set(CURLOPT_MIMEPOST, nullptr);
    transfer_.set(CURLOPT_HTTPHEADER, nullptr);
    transfer_.set(CURLOPT_MAIL_RCPT, nullptr);
    return outcome;
}

Outcome Mailer::outcome_of(CURLcode code) const {
    if (code == CURLE_OK) return {Outcome::Kind::delivered, "", {}};
    if (code == CURLE_ABORTED_BY_CALLBACK) return {Outcome::Kind::stopped, "", {}};
    const auto status = transfer_.status();
    std::string failure = libcurl().easy_strerror(code);
    if (status != 0) failure += " (SMTP " + std::to_string(status) + ")";
    // These say that this mailbox will never take it; anything else may pass.
    const bool for_good = status == 550 || status == 551 || status == 553;
    const bool about_mailbox = for_good && code != CURLE_LOGIN_DENIED;
    return {about_mailbox ? Outcome::Kind::failed_for_good : Outcome::Kind::failed, failure, {}};
}

}  // namespace hallpass::server
