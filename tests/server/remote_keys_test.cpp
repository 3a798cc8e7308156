// An identity provider whose keys are at a URL: fetched beside the requests, bounded, failing
// closed.
#include <atomic>
#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <mutex>
#include <thread>

#include "hallpass/token.hpp"
#include "hallpass_catch.hpp"
#include "identity/key_set_url.hpp"
#include "signing/signing_key.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using SteadyClock = std::chrono::steady_clock;

/// A stand-in for an identity provider's web server: gives what it is told to give.
class Provider {
  public:
    Provider() : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}) {
        thread_ = std::thread{[this] { run(); }};
    }
    ~Provider() {
        stopping_ = true;
        release();
        asio::io_context io;
        asio::ip::tcp::socket knock{io};
        boost::system::error_code ignored;
        knock.connect(acceptor_.local_endpoint(), ignored);
        thread_.join();
    }
    std::string url() const {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/jwks";
    }
    void give(unsigned status, const std::string& body, const std::string& location = {}) {
        const std::lock_guard lock{mutex_};
        status_ = status;
        body_ = body;
        location_ = location;
    }
    /// Lets answers wait until `release`.
    void hold() { held_ = true; }
    void release() {
        held_ = false;
        held_.notify_all();
    }
    int asked() const { return asked_; }

  private:
    void run() {
        while (!stopping_) {
            asio::ip::tcp::socket socket{io_};
            boost::system::error_code error;
            acceptor_.accept(socket, error);
            if (error || stopping_) continue;
            boost::beast::flat_buffer buffer;
            http::request<http::empty_body> request;
            http::read(socket, buffer, request, error);
            ++asked_;
            held_.wait(true);
            http::response<http::string_body> response;
            {
                const std::lock_guard lock{mutex_};
                response.result(status_);
                response.body() = body_;
                if (!location_.empty()) response.set(http::field::location, location_);
            }
            response.prepare_payload();
            http::write(socket, response, error);
        }
    }
    asio::io_context io_;
    asio::ip::tcp::acceptor acceptor_;
    std::mutex mutex_;
    unsigned status_ = 200;
    std::string body_, location_;
    std::atomic<bool> held_ = false, stopping_ = false;
    std::atomic<int> asked_ = 0;
    std::thread thread_;
};

std::string jwks_of(const std::vector<std::shared_ptr<const SigningKey>>& keys) {
    std::string text = R"({"keys":[)";
    for (const auto& key : keys) {
        text += (text.back() == '[' ? "" : ",") + key->verification_jwk();
    }
    return text + "]}";
}

void trust(Settings& settings, const Provider& provider) {
    settings.issuers.push_back({"https://remote.test", "hallpass", "", "", provider.url()});
}

std::string bearer_of(TestServer& server, const SigningKey& key, const std::string& more = {}) {
    const auto now = to_unix_s(server.server().application().clock().now());
    const auto input =
        base64url_encode(R"({"alg":")" + std::string{to_string(key.algorithm())} + R"(","kid":")" +
                         key.key_id() + R"("})") +
        "." +
        base64url_encode(R"({"iss":"https://remote.test","aud":"hallpass","sub":"piet","exp":)" +
                         std::to_string(now + 36'000) + more + "}");
    return input + "." + base64url_encode(key.sign(input));
}

test::Reply me(TestServer& server, const std::string& bearer) {
    With with;
    with.bearer = bearer;
    return server.request("GET", "/api/v1/me", with);
}
test::Reply me(TestServer& server, const SigningKey& key) {
    return me(server, bearer_of(server, key));
}

/// Asks until there is another answer than "being fetched".
int settled(TestServer& server, const SigningKey& key) {
    const auto deadline = SteadyClock::now() + 20s;
    for (;;) {
        const auto status = me(server, key).status;
        if (status != 503 || SteadyClock::now() > deadline) return status;
    }
}

}  // namespace

TEST_CASE("keys are fetched beside the requests, which fail closed until they are there") {
    Provider provider;
    const auto key = SigningKey::generate(Algorithm::ES256);
    provider.give(200, jwks_of({key}));
    provider.hold();
    TestServer server{[&](Settings& settings) { trust(settings, provider); }};
    const auto begin = SteadyClock::now();
    const auto early = me(server, *key);
    CHECK(early.status == 503);
    CHECK(early.error() == "KEYS_UNAVAILABLE");
    CHECK(early.headers.at("retry-after") == "1");
    CHECK(SteadyClock::now() - begin < 4s);                 // it does not wait for the provider
    CHECK(server.get("/api/v1/me", "piet").status == 200);  // nor do others' tokens
    provider.release();
    CHECK(settled(server, *key) == 200);
    const auto asked = provider.asked();
    for (int i = 0; i < 20; ++i) CHECK(me(server, *key).status == 200);
    CHECK(provider.asked() == asked);
    const auto stranger = SigningKey::generate(Algorithm::ES256);
    auto forged = bearer_of(server, *key);
    forged = forged.substr(0, forged.rfind('.') + 1) + base64url_encode(stranger->sign("x"));
    CHECK(me(server, forged).error() == "UNAUTHORIZED");
}

TEST_CASE("an unknown kid asks once per interval, however many bring one") {
    Provider provider;
    const auto first = SigningKey::generate(Algorithm::EdDSA);
    const auto second = SigningKey::generate(Algorithm::EdDSA);
    const auto stranger = SigningKey::generate(Algorithm::EdDSA);
    provider.give(200, jwks_of({first}));
    TestServer server{[&](Settings& settings) { trust(settings, provider); }};
    REQUIRE(settled(server, *first) == 200);
    server.advance(31s);
    REQUIRE(provider.asked() == 1);

    provider.give(200, jwks_of({first, second}));
    provider.hold();
    std::vector<std::thread> crowd;
    std::atomic<int> unavailable = 0;
    for (int i = 0; i < 8; ++i) {
        crowd.emplace_back([&] {
            // Few: together they must not outlast the seconds that the provider is given.
            for (int n = 0; n < 2; ++n) {
                if (me(server, *second).error() == "KEYS_UNAVAILABLE") ++unavailable;
            }
        });
    }
    for (auto& each : crowd) each.join();
    CHECK(unavailable == 16);
    CHECK(me(server, *first).status == 200);  // who is known does not wait
    provider.release();
    CHECK(settled(server, *second) == 200);
    CHECK(provider.asked() == 2);
    // Within the interval nobody makes it ask again.
    for (int i = 0; i < 20; ++i) CHECK(me(server, *stranger).error() == "UNAUTHORIZED");
    CHECK(provider.asked() == 2);
    server.advance(31s);
    CHECK(settled(server, *stranger) == 401);
    CHECK(provider.asked() == 3);
}

TEST_CASE("a kid that could not be asked for is not said to be wrong") {
    Provider provider;
    const auto first = SigningKey::generate(Algorithm::EdDSA);
    const auto second = SigningKey::generate(Algorithm::EdDSA);
    provider.give(200, jwks_of({first}));
    TestServer server{[&](Settings& settings) { trust(settings, provider); }};
    REQUIRE(settled(server, *first) == 200);
    provider.give(500, "");
    server.advance(31s);
    // Some of these while it is asked, most of them when it has failed and may not be asked again.
    for (int i = 0; i < 200; ++i) REQUIRE(me(server, *second).error() == "KEYS_UNAVAILABLE");
    CHECK(provider.asked() == 2);
    CHECK(me(server, *first).status == 200);
    provider.give(200, jwks_of({first, second}));
    server.advance(31s);
    CHECK(settled(server, *second) == 200);
}

TEST_CASE("keys that were withdrawn or cannot be had any more stop counting") {
    Provider provider;
    const auto first = SigningKey::generate(Algorithm::EdDSA);
    const auto second = SigningKey::generate(Algorithm::EdDSA);
    provider.give(200, jwks_of({first}));
    TestServer server{[&](Settings& settings) { trust(settings, provider); }};
    REQUIRE(settled(server, *first) == 200);
    provider.give(200, jwks_of({second}));
    server.advance(6min);
    me(server, *first);  // old enough to be asked for anew
    CHECK(settled(server, *second) == 200);
    CHECK(me(server, *first).status == 401);
    // A provider that is down: what is known holds for an hour.
    provider.give(500, "");
    server.advance(59min);
    CHECK(me(server, *second).status == 200);
    server.advance(2min);
    CHECK(me(server, *second).error() == "KEYS_UNAVAILABLE");
}

TEST_CASE("what is no key set changes nothing") {
    const auto key = SigningKey::generate(Algorithm::EdDSA);
    Provider elsewhere;
    elsewhere.give(200, jwks_of({key}));
    const std::string good = jwks_of({key});
    struct Answer {
        unsigned status;
        std::string body, location;
    };
    for (const auto& [status, body, location] :
         {Answer{302, "", elsewhere.url()}, Answer{301, good, elsewhere.url()},
          Answer{200, std::string(300 * 1024, ' ') + good, ""}, Answer{500, good, ""},
          Answer{204, "", ""}, Answer{200, "", ""}, Answer{200, "{}", ""},
          Answer{200, R"({"keys":[]})", ""}, Answer{200, R"({"keys":[{"kty":"RSA"}]})", ""},
          Answer{200, good + good, ""}}) {
        CAPTURE(status, body.size());
        Provider provider;
        provider.give(status, body, location);
        TestServer server{[&](Settings& settings) { trust(settings, provider); }};
        const auto deadline = SteadyClock::now() + 20s;
        while (provider.asked() == 0 && SteadyClock::now() < deadline) std::this_thread::yield();
        CHECK(me(server, *key).error() == "KEYS_UNAVAILABLE");
        CHECK(elsewhere.asked() == 0);
        // It is asked again after a few seconds, and then all is well.
        provider.give(200, good);
        server.advance(6s);
        CHECK(settled(server, *key) == 200);
    }
}

TEST_CASE("a key URL leads over TLS to somewhere, or without it to this machine") {
    for (const auto* url :
         {"http://idp.example/jwks", "http://10.0.0.1/jwks", "http://169.254.169.254/latest",
          "http://[::2]/", "ftp://127.0.0.1/", "file:///etc/passwd", "https://user@idp.example/",
          "https://user:pw@idp.example/", "https://idp.example/#keys", "https:///jwks", "jwks", "",
          "HTTP://idp.example/", "gopher://127.0.0.1/", "http://localhost.evil.example/"}) {
        CAPTURE(url);
        CHECK_THROWS(KeySetUrl{url});
    }
    CHECK_NOTHROW(KeySetUrl{"https://idp.example/.well-known/jwks.json"});
    CHECK_NOTHROW(KeySetUrl{"http://localhost:8080/jwks"});
    CHECK_NOTHROW(KeySetUrl{"http://[::1]:8080/jwks"});
    // A name that looks like this machine and is not.
    const std::atomic<bool> stopping = false;
    CHECK_FALSE(KeySetUrl{"http://127.evil.example/jwks"}.fetch(stopping));
    const auto parsed =
        IssuerSettings::parse("issuer=a,audience=b,jwks=https://idp.example/jwks?a=1,2");
    CHECK(parsed.jwks_url == "https://idp.example/jwks?a=1,2");
    CHECK(parsed.jwks_file.empty());
    CHECK_THROWS(IssuerSettings::parse("issuer=a,audience=b,jwks=https://x/,secret=c"));
}

TEST_CASE("a server stops at once though a provider does not answer") {
    Provider provider;
    provider.hold();
    const auto begin = SteadyClock::now();
    {
        TestServer server{[&](Settings& settings) { trust(settings, provider); }};
        const auto deadline = SteadyClock::now() + 20s;
        while (provider.asked() == 0 && SteadyClock::now() < deadline) std::this_thread::yield();
    }
    CHECK(SteadyClock::now() - begin < 15s);
    provider.release();
}
