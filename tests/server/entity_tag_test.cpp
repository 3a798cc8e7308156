// What a client has already is not sent again: entity tags, and the 304 that goes by them.
#include "http/entity_tag.hpp"

#include <fstream>

#include "answer_head.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

using Values = std::vector<std::string>;

/// A server of one page.
struct Paged {
    TemporaryFolder site;
    TestServer server;

    Paged() : server([this](Settings& settings) { settings.static_dir = site.path().string(); }) {
        write("<p>home");
    }
    void write(const std::string& page) const {
        std::ofstream{site.file("index.html"), std::ios::trunc} << page;
    }
    test::Reply ask(const std::string& known, const std::string& method = "GET") const {
        With with;
        with.headers["If-None-Match"] = known;
        return server.request(method, "/", with);
    }
};

}  // namespace

TEST_CASE("If-None-Match names a tag by itself, weakly, in a list, or with all others") {
    for (const std::string known :
         {"*", "\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\",W/\"a\" ", "\t, ,\"b\"\t,\t\"a\"",
          "\"b,\",\"a\"", "\"\", \"a\"", "\"a\", broken"}) {
        CAPTURE(known);
        CHECK(names_entity_tag(known, "\"a\""));
        CHECK(names_entity_tag(known, "W/\"a\""));
    }
    for (const std::string known :
         {"", "a", "\"A\"", "w/\"a\"", "\"b\"", "\"*\"", "*, \"b\"", "\"b\" \"a\"", "\"b, \"a\"",
          "\"a", "W/", "W/ \"a\"", "W/W/\"a\"", "\"x,\"a\",\"", "b, \"a\"", ",", "\""}) {
        CAPTURE(known);
        CHECK_FALSE(names_entity_tag(known, "\"a\""));
    }
}

TEST_CASE("a page that the client has is not sent again") {
    const Paged paged;
    const auto first = paged.server.get("/");
    REQUIRE(first.status == 200);
    const auto tag = first.headers.at("etag");
    CHECK(tag == entity_tag("<p>home"));
    for (const auto& known : {tag, "W/" + tag, "\"other\", " + tag, std::string{"*"}}) {
        for (const std::string method : {"GET", "HEAD"}) {
            CAPTURE(known, method);
            const auto again = paged.ask(known, method);
            CHECK(again.status == 304);
            CHECK(again.body.empty());
        }
    }
    CHECK(paged.ask("\"other\"").body == "<p>home");
    const auto head = paged.ask("\"other\"", "HEAD");
    CHECK(head.status == 200);
    CHECK(head.headers.at("etag") == tag);
    CHECK(head.headers.at("content-length") == "7");
}

TEST_CASE("a page that was changed is sent, though its length and time are the same") {
    const Paged paged;
    const auto file = paged.site.file("index.html");
    const auto time = std::filesystem::last_write_time(file);
    const auto tag = paged.server.get("/").headers.at("etag");
    paged.write("<p>hole");
    std::filesystem::last_write_time(file, time);
    const auto changed = paged.ask(tag);
    CHECK(changed.status == 200);
    CHECK(changed.body == "<p>hole");
    CHECK(changed.headers.at("etag") != tag);
}

TEST_CASE("a 304 carries what the page's own answer would, but for what is about its body") {
    const Paged paged;
    const auto whole = head_of(paged.server, {.method = "GET", .target = "/"});
    const auto known = head_of(
        paged.server,
        {.method = "GET",
         .target = "/",
         .more = "If-None-Match: \"x\"\r\nIf-None-Match: " + whole.values("etag").at(0) + "\r\n"});
    REQUIRE(known.status == 304);
    for (const std::string name : {"etag", "cache-control", "content-security-policy",
                                   "x-content-type-options", "referrer-policy"}) {
        CAPTURE(name);
        CHECK(known.values(name).size() == 1);
        CHECK(known.values(name) == whole.values(name));
    }
    CHECK(known.values("content-length").empty());
    CHECK(known.values("content-type").empty());
}

TEST_CASE("what is not there, or no page, is never 304") {
    const Paged paged;
    With with;
    with.headers["If-None-Match"] = "*";
    CHECK(paged.server.request("GET", "/nothing", with).status == 404);
    CHECK(paged.server.request("GET", "/healthz", with).status == 200);
    CHECK(paged.server.request("POST", "/", with).status == 404);
}
