// The status list: the form that the Token Status List draft gives it, and what it tells.
#include <zlib.h>

#include <chrono>

#include "hallpass/revocation.hpp"
#include "hallpass/token.hpp"
#include "hallpass_catch.hpp"
#include "random.hpp"
#include "signing/status_list.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

std::string inflated(const std::string& compressed) {
    std::string bytes(4 * 1024 * 1024, '\0');
    auto size = static_cast<uLongf>(bytes.size());
    REQUIRE(uncompress(reinterpret_cast<Bytef*>(bytes.data()), &size,
                       reinterpret_cast<const Bytef*>(compressed.data()),
                       static_cast<uLong>(compressed.size())) == Z_OK);
    bytes.resize(size);
    return bytes;
}

std::string part(const std::string& token, int number) {
    std::size_t begin = 0;
    while (number-- > 0) begin = token.find('.', begin) + 1;
    return *base64url_decode(token.substr(begin, token.find('.', begin) - begin));
}

struct ReadList {
    json::Document header, claims;
    std::string bytes;
    std::uint8_t at(std::uint64_t index) const {
        const auto list = StatusList::over(
            {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, 1);
        return list->at(index).value_or(9);
    }
    std::size_t marked() const {
        std::size_t count = 0;
        for (std::uint64_t index = 0; index < bytes.size() * 8; ++index) count += at(index);
        return count;
    }
};

ReadList list_of(const TestServer& server, int number = 1) {
    const auto reply = server.get("/status/" + std::to_string(number));
    REQUIRE(reply.status == 200);
    auto header = json::Document::parse(part(reply.body, 0));
    auto claims = json::Document::parse(part(reply.body, 1));
    const auto lst = claims->root().find("status_list").find("lst").string();
    auto bytes = inflated(*base64url_decode(*lst));
    return {*std::move(header), *std::move(claims), std::move(bytes)};
}

std::uint64_t index_of(const std::string& token) {
    const auto claims = json::Document::parse(part(token, 1));
    return static_cast<std::uint64_t>(
        *claims->root().find("status").find("status_list").find("idx").integer());
}

void end(TestServer& server, const std::string& session) {
    REQUIRE(server.post("/api/v1/support-access/support-sessions/" + session + "/end", "{}", "jan")
                .status == 200);
}

/// Lets a window of five minutes begin, so that none ends within the next few requests.
void begin_window(TestServer& server) {
    const auto now = to_unix_s(server.server().application().clock().now());
    server.advance(std::chrono::seconds{300 - now % 300});
}

}  // namespace

TEST_CASE("the status list has the form of the draft") {
    TestServer server;
    const auto reply = server.get("/status/1");
    CHECK(reply.headers.at("content-type") == "application/statuslist+jwt");
    CHECK(reply.headers.at("access-control-allow-origin") == "*");
    const auto list = list_of(server);
    CHECK(list.header.root().find("typ").string() == "statuslist+jwt");
    const auto claims = list.claims.root();
    CHECK(std::string{*claims.find("sub").string()}.ends_with("/status/1"));
    const auto issued = claims.find("iat").integer(), expires = claims.find("exp").integer();
    REQUIRE((issued && expires));
    CHECK(*expires - *issued == 900);
    CHECK(claims.find("ttl").integer() == 5);
    CHECK(claims.find("status_list").find("bits").integer() == 1);
    CHECK(list.bytes.size() * 8 == static_cast<std::size_t>(StatusLists::capacity));
    // The draft's own vector, section 4.2 and appendix C: LSB first.
    const std::vector<std::uint64_t> revoked{0, 3, 4, 5, 7, 8, 9, 13, 15};
    const auto bytes = inflated(StatusLists::compressed(revoked));
    CHECK(bytes.substr(0, 2) == "\xb9\xa3");
}

TEST_CASE("the list tells what was ended before its time, and of nothing else") {
    TestServer server;
    Journey journey{server};
    const auto etag = [&] { return server.get("/status/1").headers.at("etag"); };
    begin_window(server);
    const auto empty = etag();
    const auto first = journey.start("jan", "piet", "bureau");
    const auto second = journey.start("jan", "els", "bureau");
    // A start changes nothing in it: nobody can see that there was one.
    CHECK(etag() == empty);
    CHECK(list_of(server).marked() == 0);
    end(server, first.text("session.id"));
    CHECK(etag() != empty);
    const auto list = list_of(server);
    CHECK(list.at(index_of(first.text("delegatedToken"))) == 1);
    CHECK(list.at(index_of(second.text("delegatedToken"))) == 0);
    CHECK(list.marked() == 1);
    // What merely runs out is not told; what was ended stays told after it would have run out.
    server.advance(31min);
    server.server().application().sweep();
    CHECK(list_of(server).marked() == 1);
    CHECK(list_of(server).at(index_of(first.text("delegatedToken"))) == 1);
    server.advance(24h);
    CHECK(list_of(server).marked() == 0);
}

TEST_CASE("a list is signed anew before it is old, and else stays the same") {
    TestServer server;
    begin_window(server);
    const auto first = server.get("/status/1");
    server.advance(270s);
    CHECK(server.get("/status/1").body == first.body);
    server.advance(30s);
    const auto later = server.get("/status/1");
    CHECK(later.body != first.body);
    With with;
    with.headers["If-None-Match"] = later.headers.at("etag");
    CHECK(server.request("GET", "/status/1", with).status == 304);
    // As a proxy that compresses passes it on.
    with.headers["If-None-Match"] = "W/" + later.headers.at("etag");
    CHECK(server.request("GET", "/status/1", with).status == 304);
    with.headers["If-None-Match"] = first.headers.at("etag");
    CHECK(server.request("GET", "/status/1", with).status == 200);
}

/// An edge takes no list that is older than the one it has: where one server's is, it would be left
/// with none as long as it reaches that server alone.
TEST_CASE("servers of one database sign the same list, whenever each was first asked for it") {
    TestServer server;
    Journey journey{server};
    auto& application = server.server().application();
    const auto claims = json::Document::parse(part(server.get("/status/1").body, 1));
    std::string base{*claims->root().find("sub").string()};
    base.pop_back();
    StatusLists first{application.store(), application.keys(), application.clock(), base},
        second{application.store(), application.keys(), application.clock(), base};
    const auto token = [](StatusLists& lists) { return (*lists.at_now(1))->token; };
    begin_window(server);
    const auto empty = token(first);
    server.advance(120s);
    CHECK(token(second) == empty);
    end(server, journey.start("jan", "piet", "bureau").text("session.id"));
    const auto ended = token(second);
    CHECK(ended != empty);
    server.advance(120s);
    CHECK(token(first) == ended);
    begin_window(server);
    const auto later = token(first);
    CHECK(later != ended);
    server.advance(240s);
    CHECK(token(second) == later);
}

/// What somebody kept must not pass for the newer one, and a clock that is ahead must not keep all
/// other servers' lists out.
TEST_CASE("a list with a revocation more is a newer one, but never from far ahead") {
    TestServer server;
    Journey journey{server};
    const auto& clock = server.server().application().clock();
    const auto issued_at = [&] {
        const auto list = list_of(server);
        return *list.claims.root().find("iat").integer();
    };
    begin_window(server);
    auto before = issued_at();
    CHECK(before % 300 == 0);
    for (int i = 0; i < 2; ++i) {
        server.advance(2s);
        const auto now = to_unix_s(clock.now());
        end(server, journey.start("jan", "piet", "bureau").text("session.id"));
        const auto after = issued_at();
        CHECK(after > before);
        CHECK(after >= now);
        CHECK(after <= to_unix_s(clock.now()));
        before = after;
    }
    server.server().application().store().write_now([&](Transaction& transaction) {
        transaction.store().execute(
            "UPDATE tokens SET revoked_at_unix_ms = revoked_at_unix_ms + 3600000,"
            " expires_at_unix_ms = expires_at_unix_ms + 7200000");
    });
    begin_window(server);
    CHECK(list_of(server).marked() == 2);
    CHECK(issued_at() <= to_unix_s(clock.now()) + 30);
}

TEST_CASE(
    "tokens have no index twice, also after a restart, and a full list is followed by another") {
    TestServer server;
    Journey journey{server};
    std::set<std::uint64_t> indices;
    for (int i = 0; i < 20; ++i) {
        if (i == 10) server.restart();
        const auto started = journey.start("jan", "piet", "bureau");
        REQUIRE(started.status == 201);
        CHECK(indices.insert(index_of(started.text("delegatedToken"))).second);
        end(server, started.text("session.id"));
    }
    // Not one after the other, and not from one corner.
    CHECK(*indices.rbegin() - *indices.begin() >
          static_cast<std::uint64_t>(StatusLists::capacity) / 4);
    CHECK(server.get("/status/2").status == 404);
    server.server().application().store().write_now([](Transaction& transaction) {
        transaction.store().execute("UPDATE status_lists SET places_taken = :half",
                                    {{"half", StatusLists::capacity / 2}});
    });
    server.restart();  // what a process has taken already it gives first
    const auto next = journey.start("jan", "piet", "bureau");
    CHECK(part(next.text("delegatedToken"), 1).find("/status/2\"") != std::string::npos);
    CHECK(list_of(server, 2).marked() == 0);
}

TEST_CASE("a list of a million entries stays small whatever is marked in it") {
    struct Case {
        std::size_t marked, token_max_bytes;
    };
    // Half of all, at random, is the worst there is.
    for (const auto& [marked, token_max_bytes] :
         {Case{0, 1'000}, Case{1'000, 4'000}, Case{10'000, 25'000}, Case{524'288, 200'000}}) {
        std::set<std::uint64_t> chosen;
        while (chosen.size() < marked) {
            chosen.insert(random_below(static_cast<std::uint32_t>(StatusLists::capacity)));
        }
        const std::vector<std::uint64_t> indices{chosen.begin(), chosen.end()};
        const auto begin = std::chrono::steady_clock::now();
        const auto text = base64url_encode(base64url_encode(StatusLists::compressed(indices)));
        const std::chrono::duration<double, std::milli> taken =
            std::chrono::steady_clock::now() - begin;
        WARN(marked << " of " << StatusLists::capacity << " marked: " << text.size() << " bytes, "
                    << taken.count() << " ms to build");
        CHECK(text.size() < token_max_bytes + token_max_bytes / 2);
    }
}
