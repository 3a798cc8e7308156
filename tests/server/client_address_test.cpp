#include "http/client_address.hpp"

#include "hallpass_catch.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;

namespace {

using Texts = std::vector<std::string>;

std::string refusal_of(const std::string& text) {
    try {
        const TrustedProxies proxies{{text}};
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

bool trusts(const Texts& proxies, const std::string& address) {
    return TrustedProxies{proxies}.include(boost::asio::ip::make_address(address));
}

}  // namespace

TEST_CASE("a trusted network is what its prefix says, and not one address more") {
    CHECK(trusts({"10.0.0.0/8"}, "10.0.0.0"));
    CHECK(trusts({"10.0.0.0/8"}, "10.255.255.255"));
    CHECK_FALSE(trusts({"10.0.0.0/8"}, "9.255.255.255"));
    CHECK_FALSE(trusts({"10.0.0.0/8"}, "11.0.0.0"));
    CHECK(trusts({"192.0.2.128/25"}, "192.0.2.128"));
    CHECK_FALSE(trusts({"192.0.2.128/25"}, "192.0.2.127"));
    CHECK(trusts({"fd00::/8"}, "fd00::1"));
    CHECK(trusts({"fd00::/8"}, "fdff:ffff::1"));
    CHECK_FALSE(trusts({"fd00::/8"}, "fe00::1"));
    CHECK_FALSE(trusts({"fd00::/8"}, "fc00::1"));
    CHECK(trusts({"2001:db8:0:8000::/49"}, "2001:db8:0:ffff::1"));
    CHECK_FALSE(trusts({"2001:db8:0:8000::/49"}, "2001:db8:0:7fff::1"));
    CHECK(trusts({"fe80::/10"}, "fe80::1%1"));
    CHECK_FALSE(trusts({}, "127.0.0.1"));
}

TEST_CASE("a single address is trusted however it is spelt, and its neighbours are not") {
    CHECK(trusts({"192.0.2.1"}, "192.0.2.1"));
    CHECK_FALSE(trusts({"192.0.2.1"}, "192.0.2.0"));
    CHECK(trusts({"FD00:0:0::1"}, "fd00::1"));
    CHECK_FALSE(trusts({"fd00::1"}, "fd00::"));
    CHECK(trusts({"198.51.100.1", "10.0.0.0/8", "::1"}, "::1"));
}

TEST_CASE("an IPv4 address is the same one where IPv6 carries it") {
    CHECK(trusts({"10.0.0.0/8"}, "::ffff:10.1.2.3"));
    CHECK_FALSE(trusts({"10.0.0.0/8"}, "::ffff:11.1.2.3"));
    CHECK(trusts({"::ffff:192.0.2.1"}, "192.0.2.1"));
    CHECK_FALSE(trusts({"fd00::/8"}, "::ffff:10.1.2.3"));
    CHECK_FALSE(trusts({"::/8"}, "::ffff:10.1.2.3"));
}

TEST_CASE("what is no address and no network, or not the one that was meant, is named") {
    for (const auto* text : {"", "somewhere", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
                             "10.0.0.0/8x", "10.0.0/8", "10.0.0.0/8/8", "/8", "fd00::/129",
                             "fd00::/", "fd00:/8", "10.0.0.0/255.0.0.0", "10.0.0.0 /8"}) {
        CAPTURE(text);
        CHECK_THAT(refusal_of(text), Contains("--trusted-proxy " + std::string{text} + ": give"));
    }
    CHECK_THAT(refusal_of("10.1.2.3/8"), Contains("the network is 10.0.0.0/8"));
    CHECK_THAT(refusal_of("fd00::1/8"), Contains("the network is fd00::/8"));
    CHECK_THAT(refusal_of("0.0.0.0/0"), Contains("believe everybody"));
    CHECK_THAT(refusal_of("::/0"), Contains("believe everybody"));
    CHECK_THAT(refusal_of("::ffff:10.0.0.0/104"), Contains("the IPv4 network itself"));
    CHECK(refusal_of("10.0.0.0/8").empty());
}

TEST_CASE("the client is the last address that is no trusted proxy's, whatever stands before it") {
    const TrustedProxies proxies{{"10.0.0.0/8", "fd00::/8", "192.0.2.1"}};
    struct Case {
        const char *peer, *forwarded_for, *client;
    };
    for (const auto& each : {
             Case{"203.0.113.7", "198.51.100.1", "203.0.113.7"},  // itself no proxy
             Case{"10.0.0.1", "", "10.0.0.1"},
             Case{"10.0.0.1", "203.0.113.7", "203.0.113.7"},
             Case{"10.0.0.1", "203.0.113.7, 10.9.9.9", "203.0.113.7"},
             Case{"10.0.0.1", "203.0.113.7,fd00::5 , 192.0.2.1", "203.0.113.7"},
             // Written by the client: a proxy appends.
             Case{"10.0.0.1", "127.0.0.1, 203.0.113.7", "203.0.113.7"},
             Case{"10.0.0.1", "10.0.0.2, 203.0.113.7, 10.9.9.9", "203.0.113.7"},
             Case{"10.0.0.1", "198.51.100.1, 198.51.100.2, 203.0.113.7", "203.0.113.7"},
             Case{"10.0.0.1", "10.0.0.2, nonsense, 10.9.9.9", "10.9.9.9"},
             Case{"10.0.0.1", "nonsense", "10.0.0.1"},
             Case{"10.0.0.1", "198.51.100.1,", "10.0.0.1"},
             Case{"10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"},  // proxies all the way
             Case{"::ffff:10.0.0.1", "2001:DB8::7", "2001:db8::7"},
             Case{"10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"},
             Case{"10.0.0.1", "198.51.100.1, ::ffff:10.0.0.2", "198.51.100.1"},
             Case{"fd00::1", "\t203.0.113.7\t", "203.0.113.7"},
             Case{"unknown", "203.0.113.7", "unknown"},
         }) {
        CAPTURE(each.peer, each.forwarded_for);
        CHECK(client_address_of(each.peer, each.forwarded_for, proxies) == each.client);
    }
    CHECK(client_address_of("127.0.0.1", "203.0.113.7", TrustedProxies{Texts{}}) == "127.0.0.1");
}

TEST_CASE("the record shows whom a trusted network's proxy names, and nobody whom a client names") {
    TestServer server{[](Settings& settings) { settings.trusted_proxies = {"127.0.0.0/8"}; }};
    const auto start = [&](const std::string& agent, const std::string& user, const With& sent) {
        auto with = sent;
        with.bearer = server.bearer(agent);
        with.body = R"({"tenantId":"bureau","targetUserId":")" + user +
                    R"(","reason":"Look into the parcel"})";
        REQUIRE(server.request("POST", "/admin/support-access/requests", with).status == 201);
    };
    const auto recorded = [&](const std::string& address) {
        return server.number(
            "SELECT COUNT(*) FROM record WHERE event = 'impersonation_started'"
            " AND ip = '" +
            address + "'");
    };
    With with;
    with.headers["X-Forwarded-For"] = "198.51.100.66, 203.0.113.7, 127.0.0.9";
    start("jan", "piet", with);
    CHECK(recorded("203.0.113.7") == 1);
    // A proxy that writes the other header only would be a reason to read it; ours passes it on.
    with.headers = {{"Forwarded", "for=198.51.100.66"}};
    start("kim", "els", with);
    CHECK(recorded("127.0.0.1") == 1);
    CHECK(recorded("198.51.100.66") == 0);
}

TEST_CASE("a server with a proxy that is none does not start") {
    CHECK_THROWS_WITH(
        TestServer{[](Settings& settings) { settings.trusted_proxies = {"10.0.0.1/8"}; }},
        Contains("--trusted-proxy 10.0.0.1/8"));
}
