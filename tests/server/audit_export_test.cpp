// Exports of the record: what is chosen, how it is spelt, and that no change to a file goes unseen.
#include "audit/record_lines.hpp"

#include <random>
#include <sstream>

#include "audit/tree_check.hpp"
#include "audit_record.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;

namespace {

constexpr unsigned seed = 20261121;

/// The head of a file's entries where all of it holds, as verify --file judges it.
std::optional<RecordHead> head_of(const std::string& text,
                                  std::optional<RecordHead> expected = std::nullopt) {
    std::istringstream input{text};
    LineReader lines{input};
    TreeCheck check{TreeCheck::Extent::whole};
    if (expected) check.expect(*std::move(expected));
    while (const auto line = lines.next()) {
        const auto entry = read_json_line(*line);
        if (!entry || check.take({entry->sequence, entry->computed, entry->hash, {}})) {
            return std::nullopt;
        }
    }
    if (lines.fault() != nullptr || check.finish()) return std::nullopt;
    return check.head();
}
bool holds(const std::string& text, std::optional<RecordHead> expected = std::nullopt) {
    return head_of(text, std::move(expected)).has_value();
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream input{text};
    for (std::string line; std::getline(input, line);) lines.push_back(line + "\n");
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line;
    return text;
}

std::size_t count(const std::string& text) { return lines_of(text).size(); }

}  // namespace

TEST_CASE("any changed bit, and any entry deleted, doubled or moved in a file, is found") {
    std::mt19937 random{seed};
    INFO("seed " << seed);
    const auto text = AuditRecord{40}.exported();
    const auto lines = lines_of(text);
    REQUIRE(holds(text));
    for (int round = 0; round < tamper_rounds(); ++round) {
        auto flipped = text;
        const auto place = random() % flipped.size();
        flipped[place] = static_cast<char>(flipped[place] ^ (1 << random() % 8));
        if (holds(flipped)) FAIL("a changed bit at " << place << " is not seen");

        const auto at = random() % (lines.size() - 1);
        auto deleted = lines;
        deleted.erase(deleted.begin() + static_cast<std::ptrdiff_t>(at));
        if (holds(joined(deleted))) FAIL("the deletion of entry " << at + 1 << " is not seen");

        auto moved = lines;
        std::swap(moved[at], moved[at + 1 + random() % (lines.size() - 1 - at)]);
        if (holds(joined(moved))) FAIL("moving entry " << at + 1 << " is not seen");

        auto doubled = lines;
        doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(at), lines[at]);
        if (holds(joined(doubled))) FAIL("doubling entry " << at + 1 << " is not seen");
    }
}

TEST_CASE("a file that was cut off is found: within a line at once, between lines by a kept head") {
    std::mt19937 random{seed};
    INFO("seed " << seed);
    const auto text = AuditRecord{40}.exported();
    const auto head = head_of(text);
    REQUIRE(head);
    CHECK(holds(text, head));
    for (int round = 0; round < tamper_rounds(); ++round) {
        const auto size = random() % text.size();
        const auto part = text.substr(0, size);
        if (holds(part, head)) FAIL("a file cut at " << size << " is not seen");
        const bool between_lines = size == 0 || text[size - 1] == '\n';
        CHECK(holds(part) == between_lines);
    }
}

TEST_CASE("an export chooses by period, tenant, user, agent and session") {
    const AuditRecord record{40};
    const auto lines = [&](const std::string& arguments) {
        const auto name = record.file("chosen.jsonl");
        std::remove(name.c_str());
        REQUIRE(record.audit("export " + arguments + " --output " + name).exit_code == 0);
        const auto verified = record.audit("verify --excerpt --file " + name);
        INFO(verified.output);
        CHECK(verified.exit_code == 0);
        return verified.output.substr(0, verified.output.find(' '));
    };
    CHECK(lines("") == "40");
    CHECK(lines("--tenant elders") == "8");
    CHECK(lines("--user piet") == "40");
    CHECK(lines("--user els") == "0");
    CHECK(lines("--agent jan") == "20");
    CHECK(lines("--session ses_3") == "4");
    CHECK(lines("--session ses_3 --tenant elders") == "0");
    CHECK(lines("--to 2020-01-01") == "0");
    CHECK(lines("--from 2020-01-01") == "40");
    CHECK(lines("--from 2020-01-01T00:00:00Z --to 2020-01-02") == "0");
    // Chosen entries are no whole record, and verify says so where it is taken for one.
    CHECK(record.audit("verify --file " + record.file("chosen.jsonl")).exit_code == 0);
    lines("--tenant elders");
    CHECK(record.audit("verify --file " + record.file("chosen.jsonl")).exit_code == 2);
    // No file is written over, and no moment is guessed.
    CHECK(record.audit("export --output " + record.file("chosen.jsonl")).exit_code == 1);
    CHECK(record.audit("export --from yesterday").exit_code > 2);
    CHECK(record.audit("export --format xml").exit_code > 2);
}

TEST_CASE("a CSV keeps formulas as text, and its quotes whole") {
    const auto csv = AuditRecord{2}.audit("export --format csv").output;
    CHECK(csv.substr(0, csv.find("\r\n")) ==
          "sequence,at,event,actorId,subjectId,agentId,tenantId,ticketId,grantId,sessionId,ip,"
          "userAgent,method,resourceType,resourceId,outcome,durationMs,metadata,hash");
    CHECK_THAT(csv, Contains(R"("'=cmd|' /C calc'!A0, ""Browser"" é",)"));
    CHECK(count(csv) == 5);  // the header, two entries; beside them how many, and the head
    RecordRow row;
    for (const std::string text : {"=1", "+1", "-1", "@a", "\tx", "\rx", "\nx", "  =1"}) {
        row.event = text;
        CHECK_THAT(csv_line(row), Contains("\"'" + text + "\""));
    }
    row.event = "1-1=0";
    CHECK_THAT(csv_line(row), Contains("\"1-1=0\""));
}
