// Mail through a real SMTP server: TLS, sign-in, what is written, and what happens while it is
// down.
#include <fstream>
#include <set>

#include "hallpass_catch.hpp"
#include "notify_receiver.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

std::function<void(Settings&)> mail_to(int port, const TemporaryFolder& folder,
                                       const std::function<void(NotifySettings&)>& more = {}) {
    return [=, certificate = folder.file("cert.pem")](Settings& settings) {
        auto& notify = settings.notify;
        notify.mail.url = "smtp://127.0.0.1:" + std::to_string(port);
        notify.mail.from = "hallpass@example.com";
        notify.mail.ca_file = certificate;
        notify.poll_every = 10ms;
        notify.first_pause = 20ms;
        notify.longest_pause = 100ms;
        notify.transfer_max = 5s;
        if (more) more(notify);
    };
}

std::string header(const std::string& mail, const std::string& name) {
    const auto text = member(mail, "mail.text");
    const auto at = text.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 4;
    return text.substr(from, text.find("\r\n", from) - from);
}

std::string text_of(const std::string& mail) { return readable(member(mail, "mail.text")); }

std::int64_t metric(TestServer& server, const std::string& name) {
    With scraper;
    scraper.bearer = server.bearer("scraper", R"(,"roles":["service"])");
    const auto text = server.request("GET", "/metrics", scraper).body;
    const auto at = text.find("\n" + name + " ");
    REQUIRE(at != std::string::npos);
    return std::stoll(text.substr(at + name.size() + 2));
}

/// Waits until the number is reached; the server is asked again and again until then.
bool reaches(TestServer& server, const std::string& name, std::int64_t least) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (metric(server, name) >= least) return true;
    }
    return false;
}

bool runs_empty(TestServer& server) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (server.number(
                "SELECT (SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM messages)") == 0) {
            return true;
        }
    }
    return false;
}

void rename_user(TestServer& server, const std::string& user, const std::string& name,
                 const std::string& email, const std::string& locale) {
    server.server().application().store().write_now([&](Transaction& transaction) {
        transaction.store().execute(
            "UPDATE users SET name = :name, email = :email, locale = :locale WHERE id = :user",
            {{"name", name}, {"email", email}, {"locale", locale}, {"user", user}});
    });
}

}  // namespace

TEST_CASE("the user and the agent get mail, over STARTTLS, with the exact end") {
    TemporaryFolder folder;
    Receiver smtp{"smtp", folder.path().string(), R"(,"password":"secret of the test")"};
    std::ofstream{folder.file("password")} << "secret of the test\n";
    TestServer server{mail_to(smtp.port(), folder, [&](NotifySettings& notify) {
        notify.mail.user = "hallpass";
        notify.mail.password_file = folder.file("password");
    })};
    Journey journey{server};
    const auto grant = journey.request_grant();
    const auto asked = smtp.next("mail");
    CHECK(member(asked, "mail.to") == "piet@example.nl");
    CHECK(member(asked, "mail.from") == "hallpass@example.com");
    CHECK(member(asked, "mail.secure") == "true");
    CHECK(member(asked, "mail.user") == "hallpass");
    CHECK(header(asked, "Subject") == "Jan asks for access to your account");
    CHECK(header(asked, "To") == "\"Piet de Boer\" <piet@example.nl>");
    CHECK(header(asked, "Auto-Submitted") == "auto-generated");
    CHECK(header(asked, "Date").ends_with(" +0000"));
    CHECK(text_of(asked).find("Reason: The parcel does not show\r\nTicket: T-1") !=
          std::string::npos);
    journey.consent(grant);
    const auto granted = smtp.next("mail");
    CHECK(member(granted, "mail.to") == "jan@example.nl");
    CHECK(text_of(granted).find("(Europe/Amsterdam, UTC+0") != std::string::npos);
    const auto started = journey.start();
    const auto told = smtp.next("mail");
    CHECK(member(told, "mail.to") == "piet@example.nl");
    CHECK(header(told, "Subject") == "Jan is looking into your account");
    // No token, no code, no link that signs anybody in.
    CHECK(text_of(told).find(started.text("delegatedToken").substr(0, 20)) == std::string::npos);
    CHECK(text_of(told).find("token") == std::string::npos);
    CHECK(text_of(told).find("\r\n" + server.server().address() + "\r\n") != std::string::npos);
    server.post("/api/v1/support-access/support-sessions/" + started.text("session.id") + "/end",
                "{}", "jan");
    CHECK(header(smtp.next("mail"), "Subject") == "Jan has left your account");
    CHECK(runs_empty(server));
    CHECK(metric(server, "hallpass_messages_delivered_total") == 4);
    CHECK(metric(server, "hallpass_message_failures_total") == 0);
}

TEST_CASE("mail speaks the reader's language, and no name breaks out of its header") {
    TemporaryFolder folder;
    Receiver smtp{"smtp", folder.path().string()};
    TestServer server{mail_to(smtp.port(), folder)};
    Journey journey{server};
    rename_user(server, "piet", "Piet\r\nBcc: all@example.nl\r\n\r\nDear all", "piet@example.nl",
                "nl");
    rename_user(server, "jan", "Zoë \"Jan\" <x@y>\nX-Evil: 1", "jan@example.nl", "en");
    journey.request_grant();
    const auto mail = smtp.next("mail");
    CHECK(member(mail, "mail.to") == "piet@example.nl");
    CHECK(header(mail, "Bcc").empty());
    CHECK(header(mail, "X-Evil").empty());
    CHECK(header(mail, "Subject").starts_with("=?utf-8?B?"));
    CHECK(text_of(mail).find("wil meekijken in uw account") != std::string::npos);
    CHECK(text_of(mail).find("Zoë \"Jan\" <x@y> X-Evil: 1") != std::string::npos);
    // A line that is a dot alone does not end the mail.
    rename_user(server, "jan", "\n.\r\n", "jan@example.nl", "en");
    journey.request_grant("T-2");
    CHECK(member(smtp.next("mail"), "mail.to") == "piet@example.nl");
}

TEST_CASE("an address that cannot be used, or a mailbox that is not there, is a dead letter") {
    TemporaryFolder folder;
    Receiver smtp{"smtp", folder.path().string(), R"(,"refuse":550)"};
    TestServer server{mail_to(smtp.port(), folder)};
    Journey journey{server};
    rename_user(server, "els", "Els", "els@example.nl\r\nRCPT TO:<all@example.nl>", "en");
    journey.request_grant("T-1", "jan", "els");
    REQUIRE(reaches(server, "hallpass_messages_dead", 1));
    journey.request_grant("T-1", "jan", "piet");
    REQUIRE(reaches(server, "hallpass_messages_dead", 2));
    CHECK(smtp.stays_silent("mail"));
    CHECK(server.get("/api/v1/admin/dead-letters", "jan").status == 403);
    CHECK(server.get("/api/v1/admin/dead-letters", "piet").status == 403);
    const auto page = server.get("/api/v1/admin/dead-letters", "ada");
    REQUIRE(page.json().root().find("items").size() == 2);
    const auto first = page.json().root().find("items").first().excerpt(2000);
    CHECK(member(first, "failure") == "the user's mail address is not usable");
    CHECK(member(first, "userId") == "els");
    CHECK(page.body.find("example.nl") == std::string::npos);
    CHECK(page.body.find("(SMTP 550)") != std::string::npos);
    // Once its cause is gone, a dead letter is sent after all.
    rename_user(server, "els", "Els", "els@example.nl", "en");
    smtp.stop();
    Receiver repaired{"smtp", folder.path().string(), smtp.port_option()};
    const auto requeue = "/api/v1/admin/dead-letters/" + member(first, "id") + "/requeue";
    CHECK(server.post(requeue, "{}", "jan").status == 403);
    CHECK(server.post("/api/v1/admin/dead-letters/msg_none/requeue", "{}", "ada").status == 404);
    CHECK(server.post(requeue, "{}", "ada").status == 204);
    CHECK(member(repaired.next("mail"), "mail.to") == "els@example.nl");
    CHECK(server.post(requeue, "{}", "ada").status == 404);
}

TEST_CASE("one tenant's admin neither sees nor sends another's dead letters") {
    TemporaryFolder folder;
    Receiver smtp{"smtp", folder.path().string(), R"(,"refuse":550)"};
    TestServer server{mail_to(smtp.port(), folder)};
    Journey journey{server};
    journey.request_grant("T-1", "olga", "otto", "elders");
    REQUIRE(reaches(server, "hallpass_messages_dead", 1));
    CHECK(server.get("/api/v1/admin/dead-letters", "ada").json().root().find("items").size() == 0);
    std::string id;
    server.server().application().store().read([&](Connection& store) {
        store.query("SELECT id FROM messages", "t", {}, [&](Columns& row) { id = row.text(); });
        return 0;
    });
    CHECK(server.post("/api/v1/admin/dead-letters/" + id + "/requeue", "{}", "ada").status == 404);
}

TEST_CASE(
    "while the mail server is down nothing is lost, and each mail comes once when it is back") {
    TemporaryFolder folder;
    auto smtp = std::make_unique<Receiver>("smtp", folder.path().string());
    const auto port = smtp->port();
    const auto same_port = smtp->port_option();
    smtp->stop();
    TestServer server{mail_to(port, folder)};
    Journey journey{server};
    for (int ticket = 1; ticket <= 5; ++ticket)
        journey.request_grant("T-" + std::to_string(ticket));
    REQUIRE(reaches(server, "hallpass_message_failures_total", 12));
    CHECK(metric(server, "hallpass_messages_waiting") == 5);
    server.restart();
    CHECK(metric(server, "hallpass_messages_waiting") == 5);
    Receiver back{"smtp", folder.path().string(), same_port};
    std::set<std::string> tickets, ids;
    for (int i = 0; i < 5; ++i) {
        const auto mail = back.next("mail");
        ids.insert(header(mail, "Message-ID"));
        const auto text = text_of(mail);
        tickets.insert(text.substr(text.find("Ticket: "), 11));
    }
    CHECK(tickets.size() == 5);
    CHECK(ids.size() == 5);
    CHECK(runs_empty(server));
    CHECK(back.stays_silent("mail"));
    CHECK(metric(server, "hallpass_messages_dead") == 0);
}

TEST_CASE("after the last attempt a mail is a dead letter") {
    TemporaryFolder folder;
    Receiver smtp{"smtp", folder.path().string(), R"(,"refuse":450)"};
    TestServer server{
        mail_to(smtp.port(), folder, [](NotifySettings& notify) { notify.attempts_max = 3; })};
    Journey journey{server};
    journey.request_grant();
    REQUIRE(reaches(server, "hallpass_messages_dead", 1));
    CHECK(metric(server, "hallpass_message_failures_total") == 3);
    CHECK(metric(server, "hallpass_messages_waiting") == 0);
    CHECK(server.number("SELECT attempts FROM messages") == 3);
}

TEST_CASE("without TLS, or with a certificate that nobody vouches for, nothing is sent") {
    TemporaryFolder folder;
    Receiver bare{"smtp", folder.path().string(), R"(,"startTls":false)"};
    {
        TestServer server{mail_to(bare.port(), folder)};
        Journey{server}.request_grant();
        REQUIRE(reaches(server, "hallpass_message_failures_total", 1));
        CHECK(bare.stays_silent("mail"));
    }
    Receiver unknown{"smtp", folder.path().string()};
    {
        TestServer server{mail_to(unknown.port(), folder,
                                  [](NotifySettings& notify) { notify.mail.ca_file.clear(); })};
        Journey{server}.request_grant();
        REQUIRE(reaches(server, "hallpass_message_failures_total", 1));
        CHECK(unknown.stays_silent("mail"));
    }
    // Unless an operator says so for a mail server on this machine.
    TestServer server{
        mail_to(bare.port(), folder, [](NotifySettings& notify) { notify.mail.plain = true; })};
    Journey{server}.request_grant();
    CHECK(member(bare.next("mail"), "mail.secure") == "false");
}

TEST_CASE("where nothing is set up, nothing is kept to be sent") {
    TestServer server;
    Journey journey{server};
    journey.consent(journey.request_grant());
    REQUIRE(journey.start().status == 201);
    CHECK(server.number("SELECT COUNT(*) FROM outbox") == 0);
    CHECK(server.number("SELECT COUNT(*) FROM messages") == 0);
    CHECK(metric(server, "hallpass_messages_waiting") == 0);
}

TEST_CASE("a change that is undone tells nobody") {
    TemporaryFolder folder;
    Receiver smtp{"smtp", folder.path().string()};
    TestServer server{mail_to(smtp.port(), folder)};
    auto& store = server.server().application().store();
    std::int64_t kept = 0;
    CHECK_THROWS(store.write_now([&](Transaction& transaction) {
        RecordRow entry;
        entry.event = "access_requested";
        entry.subject_id = "piet";
        transaction.record_and_publish(entry, {});
        kept = transaction.store().number("SELECT COUNT(*) FROM outbox");
        throw std::runtime_error("undo");
    }));
    CHECK(kept == 1);
    CHECK(server.number("SELECT COUNT(*) FROM outbox") == 0);
    CHECK(server.number("SELECT COUNT(*) FROM record") == 0);
    CHECK(smtp.stays_silent("mail"));
}
