// An erasure on record is no cover for what else was done to the record.
#include <fstream>

#include "audit/erasure.hpp"
#include "audit/erasure_change.hpp"
#include "audit_record.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

/// Erases all that five entries say about persons, as it is on record.
void erase_all(const AuditRecord& record) {
    REQUIRE(record.audit("erase --user piet").exit_code == 0);
    REQUIRE(record.audit("verify").exit_code == 0);
}

/// Without the first part that stands between these two.
std::string without(std::string text, const std::string& start, const std::string& next) {
    const auto from = text.find(start);
    REQUIRE(from != std::string::npos);
    return text.erase(from, text.find(next, from) - from);
}
std::string without_people(const std::string& text) {
    return without(text, R"(,"people":{)", R"(,"origin":{)");
}
std::string without_origin(const std::string& text) {
    return without(text, R"(,"origin":{)", R"(,"details":{)");
}
std::string without_details(const std::string& text) {
    return without(text, R"(,"details":{)", R"(,"hash":")");
}

}  // namespace

TEST_CASE("what is written where a part was erased is found") {
    const AuditRecord record{5};
    erase_all(record);
    for (const std::string column :
         {"actor_id", "subject_id", "agent_id", "ip", "user_agent", "resource_id", "metadata"}) {
        INFO(column);
        auto store = record.open();
        store.execute("UPDATE record SET " + column + " = '{\"a\":1}' WHERE sequence = 3");
        const auto found = record.audit("verify");
        INFO(found.output);
        CHECK(found.exit_code == 2);
        CHECK_THAT(found.output, Contains("entry 3:"));
        std::ofstream{record.file(column)} << record.exported();
        const auto in_file = record.audit("verify --file " + record.file(column));
        CHECK(in_file.exit_code == 2);
        CHECK_THAT(in_file.output, Contains("entry 3:"));
        store.execute("UPDATE record SET " + column + " = " +
                      (column == "metadata" ? "'{}'" : "NULL") + " WHERE sequence = 3");
    }
    CHECK(record.audit("verify").exit_code == 0);
}

TEST_CASE("what is written where a part was erased does not keep an erasure busy for ever") {
    const AuditRecord record{5};
    erase_all(record);
    record.open().execute("UPDATE record SET actor_id = 'kim' WHERE sequence = 3");
    const SystemClock clock;
    Store store{"sqlite:" + record.file("record.db"), clock};
    CHECK_THROWS_WITH(erase_older(store, clock.now() + 1h, 3),
                      Contains("entry 3 is not as it was written"));
}

TEST_CASE("an exported file without a part that no erasure on record took is found") {
    const AuditRecord record{5};
    const auto verify = [&record](const std::string& text, const std::string& more = "") {
        std::ofstream{record.file("cut.jsonl"), std::ios::binary} << text;
        return record.audit("verify --file " + record.file("cut.jsonl") + more);
    };
    const auto whole = record.exported();
    CHECK(verify(whole).exit_code == 0);
    for (const auto& cut : {without_people(whole), without_origin(whole), without_details(whole)}) {
        const auto found = verify(cut);
        INFO(found.output);
        CHECK(found.exit_code == 2);
        CHECK_THAT(found.output, Contains("no erasure on record took"));
        // An excerpt may lack the erasure's own entry.
        CHECK(verify(cut, " --excerpt").exit_code == 0);
    }
    erase_all(record);
    const auto erased = record.exported();
    CHECK(verify(erased).exit_code == 0);
    // One part more: of the erasure's entry itself, which says how many there are.
    CHECK(verify(without_details(erased)).exit_code == 2);
    CHECK(verify(without_origin(erased)).exit_code == 2);
}

TEST_CASE("only an erasure's entry accounts for parts, and for no more than a change takes") {
    CHECK(parts_erased_by("personal_data_erased", R"({"parts":12})") == 12);
    CHECK(parts_erased_by("personal_data_expired", R"({"parts":12})") == 12);
    CHECK(parts_erased_by("resource_read", R"({"parts":12})") == 0);
    CHECK(parts_erased_by("personal_data_erased", R"({"parts":-12})") == 0);
    CHECK(parts_erased_by("personal_data_erased", R"({"parts":9223372036854775807})") < 10'000'000);
    CHECK(parts_erased_by("personal_data_erased", "{}") == 0);
    CHECK(parts_erased_by("personal_data_erased", "{") == 0);
}
