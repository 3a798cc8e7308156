// Nothing that somebody sends becomes a header of an answer, or a line of one.
#include <set>

#include "answer_head.hpp"
#include "http/request.hpp"
#include "routes/routes.hpp"
#include "scim_client.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

/// Every header that an answer may have.
const std::set<std::string> known_headers = {"allow",
                                             "access-control-allow-origin",
                                             "cache-control",
                                             "connection",
                                             "content-disposition",
                                             "content-length",
                                             "content-security-policy",
                                             "content-type",
                                             "cross-origin-resource-policy",
                                             "etag",
                                             "hallpass-now",
                                             "location",
                                             "referrer-policy",
                                             "retry-after",
                                             "set-cookie",
                                             "www-authenticate",
                                             "x-accel-buffering",
                                             "x-content-type-options"};

// As characters, and as two whose low bytes are a line's end.
const std::string breaks[] = {"\r\nX-Evil: evil\r\nSet-Cookie: evil=1\r\n\r\n<p>evil",
                              "\nX-Evil: evil", "\rX-Evil: evil", "\u560d\u560aX-Evil: evil"};

void check_clean(const Head& head) {
    for (const auto& [name, value] : head.fields) {
        INFO(name << ": " << value);
        CHECK(known_headers.contains(name));
        CHECK_THAT(value, !Contains("evil"));
    }
}

}  // namespace

TEST_CASE("nothing that is sent becomes a header of the answer, on any path") {
    TestServer server{[](Settings& settings) { provision(settings, "elders"); }};
    const auto bearers = {server.bearer("ada"), provisioning_token("elders")};
    for (const auto& text : breaks) {
        const auto encoded = percent_encode("x" + text);
        json::Writer written;
        written.begin_object();
        for (const auto* name : {"tenantId", "targetUserId", "ticketId", "reason", "userName",
                                 "token", "code", "role", "timeZone"}) {
            written.member(name, "x" + text);
        }
        const auto body = std::move(written.end_object()).text();
        // Control characters are refused in a head by themselves.
        const std::string value = text.front() == '\r' || text.front() == '\n' ? "evil" : text;
        std::string headers = "Content-Type: application/json\r\n";
        for (const std::string name :
             {"User-Agent", "Idempotency-Key", "If-None-Match", "Last-Event-ID", "Accept",
              "Accept-Language", "X-Request-Id", "X-Forwarded-For", "Origin"}) {
            headers += name + ": " + value + "\r\n";
        }
        for (const auto& route : all_routes()) {
            for (const auto& bearer : bearers) {
                const auto look = [&](const std::string& target, const std::string& sent) {
                    INFO(name_of(route.method) << " " << target);
                    check_clean(head_of(
                        server, {.method = name_of(route.method),
                                 .target = target,
                                 .more = headers + "Authorization: Bearer " + bearer + "\r\n",
                                 .body = sent}));
                };
                look(path_of(route, encoded), body);
                look(path_of(route) + "?" + encoded + "=1&cursor=" + encoded, "{}");
            }
        }
        for (const auto* name : {"User-Agent", "Idempotency-Key", "Cookie", "Content-Type"}) {
            const auto head = head_of(server, {.method = "POST",
                                               .target = "/api/v1/session",
                                               .more = name + std::string{": x"} + text + "\r\n"});
            check_clean(head);
        }
    }
}

TEST_CASE("what a header holds of a name is encoded") {
    TestServer server{[](Settings& settings) {
        provision(settings, "elders");
        settings.issuers[0].claims.roles_claim = "r";
    }};
    const std::string mail = R"(,"emails":[{"value":"nora@elders.nl"}])";
    const ScimClient scim{server, provisioning_token("elders")};
    for (const auto& text : breaks) {
        json::Writer name;
        name.string("nora" + text);
        const auto quoted = std::move(name).text();
        const auto made = scim.create(quoted.substr(1, quoted.size() - 2), mail);
        INFO(made.body);
        CHECK((made.status == 400 || made.status == 201));
        if (made.status == 201) CHECK_THAT(made.headers.at("location"), Contains("/nora%"));
        CHECK(made.headers.count("x-evil") == 0);
        // What a provider's token carries goes into the cookie.
        With with;
        with.bearer = server.bearer(
            "jan", R"(,"r":["helpdeskAgent",)" + quoted + R"(,"; Domain=evil.test"])");
        with.body = "{}";
        const auto signed_in = server.request("POST", "/api/v1/session", with);
        REQUIRE(signed_in.status == 200);
        CHECK(signed_in.headers.count("x-evil") == 0);
        const auto& cookie = signed_in.headers.at("set-cookie");
        CHECK_THAT(cookie, !Contains("evil"));
        CHECK_THAT(cookie, StartsWith("hallpass_session="));
        CHECK(cookie.substr(cookie.find(';')) == "; Path=/; HttpOnly; SameSite=Lax; Max-Age=28800");
    }
    const auto odd = scim.create("nora/../?a=b#c\\\\%0d%0a;d", mail);
    INFO(odd.body);
    REQUIRE(odd.status == 201);
    CHECK_THAT(odd.headers.at("location"),
               Catch::EndsWith("/nora%2F..%2F%3Fa%3Db%23c%5C%250d%250a%3Bd"));
}
