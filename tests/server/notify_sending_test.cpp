// How messages leave: pauses, signatures, addresses that may be reached, settings that cannot work.
#include <atomic>

#include "hallpass_catch.hpp"
#include "notify/base64.hpp"
#include "notify/egress.hpp"
#include "notify/mailer.hpp"
#include "notify/pauses.hpp"
#include "notify/settings.hpp"
#include "notify/webhook_signature.hpp"
#include "random.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace std::chrono_literals;

TEST_CASE("pauses double up to the longest, and half of each is chance") {
    const auto pause = [](int failures, double chance) {
        return pause_after(failures, chance, 10s, 60s);
    };
    CHECK(pause(1, 0.0) == 5s);
    CHECK(pause(1, 0.5) == 7500ms);
    CHECK(pause(2, 0.0) == 10s);
    CHECK(pause(3, 0.0) == 20s);
    CHECK(pause(4, 0.0) == 30s);
    CHECK(pause(1000, 0.999999) <= 60s);
    CHECK(pause(1000, 0.999999) > 59s);
    CHECK(pause_after(1, 0.0, 10s, 4s) == 2s);
}

TEST_CASE("webhooks are signed as Standard Webhooks says") {
    start_cryptography();
    // The specification's own example (standard-webhooks 1.0, libraries' test suite).
    const auto keys = webhook_keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    REQUIRE(keys.size() == 1);
    CHECK(webhook_signature(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", from_unix_s(1614265330),
                            R"({"test": 2432232314})") ==
          "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    const auto both = webhook_keys("whsec_" + base64(std::string(24, 'n')) +
                                   "\r\n\nwhsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    REQUIRE(both.size() == 2);
    const auto signatures = webhook_signature(both, "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                              from_unix_s(1614265330), R"({"test": 2432232314})");
    CHECK(signatures.find(" v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=") == 47);
    const std::string bad[] = {"",
                               "\n",
                               "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                               "whsec_",
                               "whsec_" + base64(std::string(23, 'k')),
                               "whsec_" + base64(std::string(65, 'k')),
                               "whsec_not base64!"};
    for (const auto& text : bad) {
        INFO(text);
        CHECK_THROWS(webhook_keys(text));
    }
    CHECK_NOTHROW(webhook_keys("whsec_" + base64(std::string(24, 'k'))));
    CHECK_NOTHROW(webhook_keys("whsec_" + base64(std::string(64, 'k'))));
}

TEST_CASE("webhooks reach public addresses alone, unless told otherwise") {
    const auto address = [](const char* text) { return boost::asio::ip::make_address(text); };
    const Egress strict;
    for (const auto* text : {"0.0.0.0",
                             "0.1.2.3",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.1",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.254",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.8",
                             "192.0.2.1",
                             "192.88.99.1",
                             "192.168.1.1",
                             "198.18.0.1",
                             "198.19.255.255",
                             "198.51.100.7",
                             "203.0.113.9",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:127.0.0.1",
                             "::ffff:8.8.8.8",
                             "::7f00:1",
                             "64:ff9b::7f00:1",
                             "64:ff9b:1::1",
                             "100::1",
                             "2001::1",
                             "2001:db8::1",
                             "2002:7f00:1::",
                             "3fff::1",
                             "5f00::1",
                             "fc00::1",
                             "fd12:3456::1",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1"}) {
        INFO(text);
        CHECK_FALSE(strict.allows(address(text)));
    }
    for (const auto* text :
         {"8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
          "126.255.255.255", "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0",
          "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
          "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888"}) {
        INFO(text);
        CHECK(strict.allows(address(text)));
    }
    const Egress inside{{"10.1.0.0/16", "fd00:1::/32"}};
    CHECK(inside.allows(address("10.1.2.3")));
    CHECK_FALSE(inside.allows(address("10.2.0.1")));
    CHECK(inside.allows(address("fd00:1::5")));
    CHECK_FALSE(inside.allows(address("fd00:2::5")));
    CHECK_FALSE(inside.allows(address("::ffff:10.1.2.3")));
    for (const auto* bad : {"10.1.0.0", "10.0.0.0/33", "x", "fd00::/129", ""}) {
        INFO(bad);
        CHECK_THROWS(Egress({bad}));
    }
}

TEST_CASE("settings that cannot work are refused at once") {
    const auto webhook = WebhookSettings::parse(
        "name=ops,url=https://example.com/a?b=c,d,secret=/etc/s,tenant=de-akker,locale=nl");
    CHECK(webhook.url == "https://example.com/a?b=c,d");
    CHECK(webhook.tenant_id == "de-akker");
    CHECK(webhook.format == WebhookSettings::Format::standard);
    CHECK(WebhookSettings::parse("name=s,url=https://h/x,format=slack").secret_file.empty());
    for (const auto* bad :
         {"", "url=https://x,secret=f", "name=a,url=http://x,secret=f", "name=a,url=https://x",
          "name=a,url=https://x,secret=f,format=xml", "color=red",
          "name=a,url=file:///etc,secret=f", "name=\n,url=https://x,secret=f"}) {
        INFO(bad);
        CHECK_THROWS(WebhookSettings::parse(bad));
    }
    const std::atomic<bool> stop{false};
    const auto mailer = [&](const char* url, bool plain, const char* from = "a@b.nl") {
        MailSettings settings;
        settings.url = url;
        settings.from = from;
        settings.plain = plain;
        return Mailer{settings, 1s, stop};
    };
    CHECK_NOTHROW(mailer("smtp://mail.example.com:587", false));
    CHECK_NOTHROW(mailer("smtps://mail.example.com", false));
    for (const auto* here : {"smtp://127.0.0.1:25", "smtp://localhost", "smtp://[::1]:25"}) {
        INFO(here);
        CHECK_NOTHROW(mailer(here, true));
    }
    CHECK_THROWS(mailer("smtp://mail.example.com", true));
    CHECK_THROWS(mailer("smtp://10.0.0.1", true));
    CHECK_THROWS(mailer("smtp://127.0.0.1.example.com", true));
    CHECK_THROWS(mailer("http://mail.example.com", false));
    CHECK_THROWS(mailer("smtp://user:secret@mail.example.com", false));
    CHECK_THROWS(mailer("smtp://mail.example.com", false, "Hallpass <a@b.nl>"));
    MailSettings half;
    half.url = "smtp://mail.example.com";
    half.from = "a@b.nl";
    half.user = "hallpass";
    CHECK_THROWS(Mailer(half, 1s, stop));
}
