#include "test_server.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include "declared_answers.hpp"
#include "digest.hpp"
#include "directory/import.hpp"
#include "hallpass/token.hpp"
#include "hallpass_catch.hpp"
#include "random.hpp"
#include "timed_socket.hpp"
#include "tls_client.hpp"

namespace hallpass::server::test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr const char* directory = R"({"type":"tenant","id":"de-akker","name":"De Akker"}
{"type":"tenant","id":"hulp","name":"Hulp","profile":"helpdesk"}
{"type":"tenant","id":"bureau","name":"Bureau","profile":"support_access"}
{"type":"tenant","id":"firma","name":"Firma","profile":"law_firm"}
{"type":"tenant","id":"elders","name":"Elders"}
{"type":"tenant","id":"dicht","name":"Dicht","overrides":{"actAsEnabled":false}}
{"type":"user","id":"piet","name":"Piet de Boer","email":"piet@example.nl","timeZone":"Europe/Amsterdam"}
{"type":"user","id":"els","name":"Els","email":"els@example.nl"}
{"type":"user","id":"stil","name":"Stil","email":"stil@example.nl","optedOut":true}
{"type":"user","id":"otto","name":"Otto","email":"otto@example.nl"}
{"type":"user","id":"jan","name":"Jan","email":"jan@example.nl","roles":["helpdeskAgent"]}
{"type":"user","id":"kim","name":"Kim","email":"kim@example.nl","roles":["helpdeskAgent"]}
{"type":"user","id":"olga","name":"Olga","email":"olga@example.nl","roles":["helpdeskAgent"]}
{"type":"user","id":"ada","name":"Ada","email":"ada@example.nl","roles":["helpdeskAdmin"]}
{"type":"membership","tenantId":"elders","userId":"otto","scopes":["parcels:read"]}
{"type":"membership","tenantId":"elders","userId":"olga"}
)";

std::string whole_directory() {
    std::string lines = directory;
    for (const std::string tenant : {"de-akker", "hulp", "bureau", "firma", "dicht"}) {
        for (const std::string user : {"piet", "els", "stil"}) {
            lines += R"({"type":"membership","tenantId":")" + tenant + R"(","userId":")" + user +
                     R"(","scopes":["parcels:read","parcels:update","cases:read"]})"
                     "\n";
        }
        for (const std::string user : {"jan", "kim", "ada"}) {
            lines += R"({"type":"membership","tenantId":")" + tenant + R"(","userId":")" + user +
                     "\"}\n";
        }
    }
    return lines;
}

}  // namespace

json::Document Reply::json() const {
    auto document = json::Document::parse(body);
    REQUIRE(document.ok());
    return *std::move(document);
}

std::string Reply::text(std::string_view path) const {
    const auto document = json::Document::parse(body);
    if (!document) return {};
    auto value = document->root();
    while (!path.empty()) {
        const auto name = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(path.size(), name.size() + 1));
        value = value.find(name);
    }
    if (!value) return {};
    if (const auto text = value.string()) return std::string{*text};
    return value.excerpt(10'000);
}

TemporaryFolder::TemporaryFolder()
    : path_(std::filesystem::temp_directory_path() / random_id("hallpass-test-")) {
    std::filesystem::create_directory(path_);
}
TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

TestServer::TestServer(const std::function<void(Settings&)>& adjust) {
    std::ofstream{folder_.file("secret")} << secret;
    settings_.port = 0;
    settings_.database.clear();
    settings_.key_file = folder_.file("keys.json");
    settings_.demo = true;
    settings_.issuer = "https://hallpass.test";
    settings_.credential_burst = 1e6;
    auto& allowances = settings_.allowances;
    allowances.changes = allowances.requests = allowances.starts = Allowance::unlimited();
    settings_.issuers = {{"https://idp.test", "hallpass", folder_.file("secret"), ""}};
    if (adjust) adjust(settings_);
    if (settings_.database.empty()) {
        database_ = std::make_unique<TestDatabase>(folder_.file("test.db"));
        settings_.database = database_->url();
    }
    server_ = std::make_unique<Server>(settings_);
    std::istringstream lines{whole_directory()};
    auto& application = server_->application();
    const auto counts =
        import_directory(application.store(), application.zones(), application.roles(), lines);
    REQUIRE(counts.ok());
}

TestServer::~TestServer() { CHECK(undeclared_answers() == ""); }

void TestServer::restart() {
    server_.reset();
    server_ = std::make_unique<Server>(settings_);
}

Reply TestServer::request(std::string_view method, const std::string& path,
                          const With& with) const {
    http::request<http::string_body> request;
    request.method_string({method.data(), method.size()});
    request.target(path);
    request.set(http::field::host, "127.0.0.1:" + std::to_string(port()));
    if (!with.bearer.empty()) request.set(http::field::authorization, "Bearer " + with.bearer);
    if (!with.cookie.empty()) request.set(http::field::cookie, "hallpass_session=" + with.cookie);
    if (!with.body.empty()) request.set(http::field::content_type, with.content_type);
    for (const auto& [name, value] : with.headers) request.set(name, value);
    request.body() = with.body;
    request.prepare_payload();
    http::response_parser<http::string_body> parser;
    if (method == "HEAD") parser.skip(true);
    exchange(request, parser);

    Reply reply;
    reply.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
        std::string name{field.name_string().data(), field.name_string().size()};
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        reply.headers[name] = std::string{field.value().data(), field.value().size()};
    }
    reply.body = parser.get().body();
    hold_against_document(server_->application(), method, path, reply);
    return reply;
}

void TestServer::exchange(http::request<http::string_body>& request,
                          http::response_parser<http::string_body>& parser) const {
    if (settings_.tls.on()) {
        request.set(http::field::connection, "close");
        std::ostringstream text;
        text << request;
        const auto answer = raw(text.str(), 20);
        boost::system::error_code error;
        parser.eager(true);
        parser.put(asio::buffer(answer), error);
        INFO(answer);
        REQUIRE(parser.is_done());
        return;
    }
    TimedSocket socket{port()};
    http::write(socket, request);
    boost::beast::flat_buffer buffer;
    http::read(socket, buffer, parser);
}

Reply TestServer::get(const std::string& path, const std::string& user) const {
    With with;
    if (!user.empty()) with.bearer = bearer(user);
    return request("GET", path, with);
}

Reply TestServer::post(const std::string& path, const std::string& body,
                       const std::string& user) const {
    With with;
    with.body = body;
    if (!user.empty()) with.bearer = bearer(user);
    return request("POST", path, with);
}

std::string TestServer::raw(const std::string& bytes, int seconds) const {
    if (settings_.tls.on()) {
        TlsClient client{port(), {}, seconds};
        REQUIRE(client.shakes_hands());
        client.send(bytes);
        return client.rest();
    }
    TimedSocket socket{port(), seconds};
    boost::system::error_code error;
    asio::write(socket, asio::buffer(bytes), error);
    std::string answer;
    while (!error) {
        char part[4096];
        const auto size = socket.read_some(asio::buffer(part), error);
        answer.append(part, size);
    }
    return answer;
}

std::string TestServer::signed_jwt(const std::string& header, const std::string& claims,
                                   const std::string& key) {
    const auto input = base64url_encode(header) + "." + base64url_encode(claims);
    return input + "." + base64url_encode(hmac_sha256(key, input));
}

std::string TestServer::bearer(const std::string& user, const std::string& more_claims) const {
    const auto now = to_unix_s(server_->application().clock().now());
    return signed_jwt(R"({"alg":"HS256","typ":"JWT"})",
                      R"({"iss":"https://idp.test","aud":"hallpass","sub":")" + user +
                          R"(","exp":)" + std::to_string(now + 3600) + more_claims + "}",
                      secret);
}

bool TestServer::has_room() const {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (std::chrono::steady_clock::now() < give_up) {
        if (get("/healthz").status == 200) return true;
        std::this_thread::yield();
    }
    return false;
}

void TestServer::advance(std::chrono::seconds by) {
    const auto reply =
        post("/demo/clock", R"({"advanceSeconds":)" + std::to_string(by.count()) + "}");
    REQUIRE(reply.status == 200);
}

std::int64_t TestServer::number(const std::string& sql) {
    return server_->application().store().read(
        [&](Connection& connection) { return connection.number(sql); });
}

std::string Journey::request_grant(const std::string& ticket, const std::string& agent,
                                   const std::string& user, const std::string& tenant) {
    const auto reply =
        server.post("/api/v1/support-access/grants",
                    R"({"tenantId":")" + tenant + R"(","targetUserId":")" + user +
                        R"(","ticketId":")" + ticket + R"(","reason":"The parcel does not show"})",
                    agent);
    INFO(reply.body);
    REQUIRE(reply.status == 201);
    return reply.text("id");
}

void Journey::consent(const std::string& grant, const std::string& user, const std::string& body) {
    const auto reply = server.post("/api/v1/support-access/grants/" + grant + "/grant", body, user);
    INFO(reply.body);
    REQUIRE(reply.status == 200);
}

Reply Journey::start(const std::string& agent, const std::string& user, const std::string& tenant,
                     const std::string& more) {
    const auto member = tenant == "firma" ? "lawFirmId" : "tenantId";
    const bool needs_ticket = tenant == "de-akker" && more.find("ticketId") == std::string::npos;
    const std::string ticket = needs_ticket ? R"(,"ticketId":"T-1")" : "";
    return server.post("/admin/support-access/requests",
                       std::string{R"({")"} + member + R"(":")" + tenant + R"(","targetUserId":")" +
                           user + R"(","reason":"The parcel does not show")" + ticket + more + "}",
                       agent);
}

}  // namespace hallpass::server::test
