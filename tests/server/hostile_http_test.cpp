// Requests that are not what they should be: refused, never a fault, never understood two ways.
#include <filesystem>
#include <fstream>

#include "hallpass_catch.hpp"
#include "http/head_check.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

std::string status_line(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

}  // namespace

TEST_CASE("a head that two parties could read differently is refused") {
    const auto refused = [](const std::string& head) { return refuse_head(head).has_value(); };
    CHECK_FALSE(refused("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    CHECK_FALSE(refused("POST /a?b=c HTTP/1.1\r\nHost: a:1\r\nContent-Length: 3\r\n\r\n"));
    CHECK_FALSE(refused("GET / HTTP/1.0\r\n\r\n"));
    const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
    const char* fields[] = {"Transfer-Encoding: gzip\r\n",
                            "Transfer-Encoding: gzip, chunked\r\n",
                            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                            "Transfer-Encoding: \013chunked\r\n",
                            "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
                            "Content-Length: 3\r\nContent-Length: 3\r\n",
                            "Content-Length: 3, 3\r\n",
                            "Content-Length: +3\r\n",
                            "Content-Length: 0x3\r\n",
                            "Content-Length: \r\n",
                            "Content-Length: 99999999999999999999\r\n",
                            "Host: b\r\n",
                            "X: a\r\n folded\r\n",
                            "X : a\r\n",
                            ": a\r\n",
                            "no colon\r\n",
                            "X: a\rb\r\n",
                            "X: a\nY: b\r\n"};
    for (const std::string field : fields) {
        INFO(field);
        CHECK(refused(get + field + "\r\n"));
    }
    CHECK(refused(get + std::string("X: a\0b\r\n", 8) + "\r\n"));
    const char* heads[] = {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                           "GET //a/b HTTP/1.1\r\nHost: a\r\n\r\n",
                           "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
                           "GET / HTTP/1.1\r\n\r\n",
                           "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
                           "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                           "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
                           "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n",
                           "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                           "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                           "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                           "GET /\r\n\r\n",
                           "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"};
    for (const std::string head : heads) {
        INFO(head);
        CHECK(refused(head));
    }
}

TEST_CASE("a refused request closes its connection") {
    TestServer server;
    const auto answer = server.raw(
        "POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: "
        "chunked\r\n\r\n"
        "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(status_line(answer) == "HTTP/1.1 400 Bad Request");
    CHECK(answer.find("HTTP/1.1", 8) == std::string::npos);
    CHECK(answer.find("application/problem+json") != std::string::npos);
}

TEST_CASE("sizes have limits") {
    TestServer server;
    const std::string long_value(20'000, 'a');
    CHECK(status_line(server.raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + long_value +
                                 "\r\n\r\n")) == "HTTP/1.1 431 Request Header Fields Too Large");
    const std::string post =
        "POST /demo/sign-in HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/json\r\n";
    CHECK(status_line(server.raw(post + "Content-Length: 70000\r\n\r\n")) ==
          "HTTP/1.1 413 Payload Too Large");
    std::string chunks = post + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 5; ++i) chunks += "4000\r\n" + std::string(0x4000, 'a') + "\r\n";
    CHECK(status_line(server.raw(chunks + "0\r\n\r\n")) == "HTTP/1.1 413 Payload Too Large");
    CHECK(status_line(server.raw(post + "Transfer-Encoding: chunked\r\n\r\n2;" +
                                 std::string(1000, 'x') + "=y\r\n{}\r\n0\r\n\r\n")) ==
          "HTTP/1.1 400 Bad Request");
    CHECK(
        status_line(server.raw(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")) ==
        "HTTP/1.1 400 Bad Request");
}

TEST_CASE("a trailer adds nothing to the head") {
    TestServer server;
    const auto answer = server.raw(
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\nAuthorization: "
        "Bearer " +
        server.bearer("piet") + "\r\n\r\n");
    CHECK(status_line(answer) == "HTTP/1.1 401 Unauthorized");
}

TEST_CASE("pipelined requests are answered in their order") {
    TestServer server;
    const auto answer = server.raw(
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: "
        "localhost\r\n\r\n"
        "GET /demo/people HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const auto first = answer.find("200 OK");
    const auto second = answer.find("404 Not Found");
    const auto third = answer.rfind("200 OK");
    CHECK(first < second);
    CHECK(second < third);
    CHECK(answer.find("piet@example.nl") != std::string::npos);
}

TEST_CASE("a refusal after a HEAD request has its body, and one by the head alone is not lost") {
    TestServer server;
    const auto answer =
        server.raw("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nnonsense\r\n\r\n");
    const auto second = answer.find("HTTP/1.1 400 ");
    REQUIRE(second != std::string::npos);
    CHECK(answer.find("VALIDATION_ERROR", second) != std::string::npos);
    const auto unread =
        server.raw("POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n" +
                   std::string(300'000, 'a'));
    CHECK(status_line(unread) == "HTTP/1.1 404 Not Found");
    CHECK(unread.find("NOT_FOUND") != std::string::npos);
}

TEST_CASE("unknown paths, wrong methods and HEAD") {
    TestServer server;
    CHECK(server.get("/api/v1/nothing").error() == "NOT_FOUND");
    CHECK(server.get("/api/v1/me/").error() == "NOT_FOUND");
    const auto wrong = server.request("PUT", "/api/v1/support-access/grants");
    CHECK(wrong.status == 405);
    CHECK(wrong.headers.at("allow") == "POST, GET, HEAD");
    CHECK(server.request("BREW", "/healthz").status == 405);
    const auto head = server.request("HEAD", "/healthz");
    CHECK(head.status == 200);
    CHECK(head.body.empty());
    CHECK(head.headers.count("hallpass-now") == 1);
    CHECK(head.headers.at("cache-control") == "no-store");
}

TEST_CASE("static pages: nothing outside the folder, nothing hidden") {
    TemporaryFolder site;
    std::filesystem::create_directory(site.path() / "sub");
    std::ofstream{site.file("index.html")} << "<p>home";
    std::ofstream{site.file("core.wasm")} << "wasm";
    std::ofstream{site.file("switch-user.html")} << "<p>switch";
    std::ofstream{site.file(".hidden")} << "secret";
    std::filesystem::create_symlink("/etc/passwd", site.path() / "link.txt");
    TestServer server{[&](Settings& settings) { settings.static_dir = site.path().string(); }};
    const auto page = server.get("/");
    CHECK(page.body == "<p>home");
    CHECK(page.headers.at("content-security-policy").find("'wasm-unsafe-eval'") !=
          std::string::npos);
    CHECK(server.get("/core.wasm").headers.at("content-type") == "application/wasm");
    CHECK(server.get("/switch-user?token=abc").body == "<p>switch");
    for (const std::string path :
         {"/.hidden", "/../secret", "/%2e%2e/secret", "/sub/..%2f..%2fsecret", "/link.txt", "/sub",
          "/%00", "/%ff", "/..\\secret", "/index.html/"}) {
        INFO(path);
        CHECK(server.get(path).status == 404);
    }
}

TEST_CASE("a slow client is told so") {
    TestServer server{[](Settings& settings) { settings.patience.head = std::chrono::seconds{1}; }};
    const auto answer = server.raw("GET /healthz HTTP/1.1\r\nHost:");
    CHECK(status_line(answer) == "HTTP/1.1 408 Request Timeout");
}
