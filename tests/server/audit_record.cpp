#include "audit_record.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "audit/tree_check.hpp"
#include "hallpass_catch.hpp"
#include "store/store.hpp"

namespace hallpass::server::test {
namespace {

RecordRow entry_number(int number) {
    RecordRow entry;
    entry.event = number % 3 == 0 ? "resource_write" : "resource_read";
    entry.actor_id = number % 2 == 0 ? "jan" : "kim";
    entry.subject_id = "piet";
    entry.agent_id = entry.actor_id;
    entry.tenant_id = number % 5 == 0 ? "elders" : "de-akker";
    if (number % 4 != 0) entry.ticket_id = "T-" + std::to_string(number % 7);
    entry.session_id = "ses_" + std::to_string(number % 10);
    entry.ip = "192.0.2.1";
    entry.user_agent = "=cmd|' /C calc'!A0, \"Browser\" é";
    entry.method = "GET";
    entry.resource_type = "parcel";
    entry.resource_id = "p-" + std::to_string(number);
    if (number % 2 == 0) entry.duration_ms = number;
    entry.metadata = R"({"path":"/parcels/)" + std::to_string(number) + R"("})";
    return entry;
}

}  // namespace

int tamper_rounds() {
    const char* asked = std::getenv("HALLPASS_TAMPER_ROUNDS");
    return asked == nullptr ? 60 : std::atoi(asked);
}

void check_tree(const std::vector<RecordRow>& entries) {
    TreeCheck check{TreeCheck::Extent::whole};
    for (const auto& entry : entries) {
        const auto finding =
            check.take({entry.sequence, leaf_hash_of(entry), entry.hash, entry.nodes});
        if (finding) FAIL("entry " << finding->sequence << ": " << finding->what);
    }
}

AuditRecord::AuditRecord(int entries) : database_("sqlite:" + folder_.file("record.db")) {
    const SystemClock clock;
    Store store{database_, clock};
    store.write_now([&](Transaction& transaction) {
        for (int number = 1; number <= entries; ++number) transaction.record(entry_number(number));
    });
}

Outcome AuditRecord::audit(const std::string& arguments) const {
    std::vector<std::string> words{"audit"};
    std::istringstream text{arguments};
    for (std::string word; text >> word;) words.push_back(word);
    words.insert(words.end(), {"--database", database_});
    return hallpassd(words);
}

std::string AuditRecord::exported() const {
    const auto name = file("exported.jsonl");
    std::remove(name.c_str());
    REQUIRE(audit("export --output " + name).exit_code == 0);
    std::ostringstream text;
    text << std::ifstream{name, std::ios::binary}.rdbuf();
    return text.str();
}

}  // namespace hallpass::server::test
