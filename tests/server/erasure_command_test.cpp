// `hallpassd audit erase`: a long record, beside a running server, and told nonsense.
#include "audit_record.hpp"
#include "lived_access.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

TEST_CASE("audit erase takes a long record in bounded changes") {
    const AuditRecord record{900};
    const auto erased = record.audit("erase --user piet");
    INFO(erased.output);
    CHECK(erased.exit_code == 0);
    CHECK_THAT(erased.output, Contains("900 entries' personal data (2700 parts)"));
    auto store = record.open();
    CHECK(store.number("SELECT COUNT(*) FROM record WHERE subject_id IS NOT NULL") == 0);
    CHECK(store.number("SELECT COUNT(*) FROM record WHERE event = 'personal_data_erased'") == 5);
    CHECK(record.audit("verify").exit_code == 0);
    CHECK(record.audit("erase --user piet").exit_code == 1);  // nobody knows them any more
}

TEST_CASE("audit erase --before takes what is older, beside a running server") {
    TestServer server;
    server.server().application().demo_clock().advance(-24h * 10);
    lived_through(server);
    const auto names = server.number(named);
    const auto day = [](std::chrono::hours ago) {
        return format_rfc3339(std::chrono::floor<std::chrono::seconds>(SystemClock{}.now() - ago));
    };
    CHECK_THAT(audit(server, {"erase", "--before", day(24h * 11)}).output, Contains("0 entries"));
    CHECK(server.number(named) == names);
    const auto erased = audit(server, {"erase", "--before", day(24h * 9)});
    INFO(erased.output);
    CHECK(erased.exit_code == 0);
    CHECK_THAT(erased.output, Contains(std::to_string(names) + " entries"));
    CHECK(server.number(named) == 0);
    CHECK(count(server, "sessions") == 0);
    CHECK(audit(server, {"verify"}).exit_code == 0);
}

TEST_CASE("bad input to audit erase erases nothing") {
    const AuditRecord record{5};
    for (const std::string words :
         {"erase", "erase --user", "erase --user piet --before 2026-01-01",
          "erase --before yesterday", "erase --before 9999-01-01",
          "erase --user nobody-of-that-name",
          "erase --user piet --database sqlite:/nonexistent.db"}) {
        INFO(words);
        CHECK(record.audit(words).exit_code != 0);
    }
    auto store = record.open();
    CHECK(store.number("SELECT COUNT(*) FROM record WHERE subject_id = 'piet'") == 5);
    CHECK(store.number("SELECT COUNT(*) FROM record") == 5);
}
