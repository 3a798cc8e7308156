// Lists of grants come by pages, from several indexes: whoever asks gets each grant that they may
// see once, the newest first, and no other.
#include <algorithm>
#include <set>
#include <tuple>

#include "hallpass_catch.hpp"
#include "store/rows.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

constexpr const char* grants_path = "/api/v1/support-access/grants";
constexpr std::int64_t long_ago = 1'700'000'000'000, far_ahead = 4'000'000'000'000;

template <std::size_t count>
std::optional<std::string> pick(const char* const (&from)[count], int at) {
    const auto* chosen = from[static_cast<std::size_t>(at) % count];
    if (chosen == nullptr) return std::nullopt;
    return chosen;
}

/// Of all kinds in all tenants, several of them from the same millisecond.
std::vector<GrantRow> many_grants() {
    static constexpr const char* tenants[] = {"de-akker", "hulp", "elders"};
    static constexpr const char* subjects[] = {"piet", "els", "otto", "els"};
    static constexpr const char* agents[] = {"jan", nullptr, "kim", "olga", nullptr};
    static constexpr const char* tickets[] = {"T-1", "T-2", nullptr};
    static constexpr const char* states[] = {"pending", "granted", "declined", "revoked",
                                             "expired", "granted", "pending"};
    std::vector<GrantRow> rows;
    std::set<std::tuple<std::string, std::string, std::string, std::string>> open;
    for (int at = 0; at < 150; ++at) {
        GrantRow row;
        row.id = "gr_" + std::to_string(1000 + at * 37 % 1000);
        row.tenant_id = *pick(tenants, at);
        row.subject_id = *pick(subjects, at / 2);
        row.agent_id = pick(agents, at);
        if (row.agent_id) row.ticket_id = pick(tickets, at / 3);
        row.status = *pick(states, at / 5);
        if (!row.agent_id && row.status == "pending") row.status = "granted";
        const bool is_open = row.status == "pending" || row.status == "granted";
        const auto key = std::tuple{row.tenant_id, row.subject_id, row.agent_id.value_or(""),
                                    row.ticket_id.value_or("")};
        if (is_open && !open.insert(key).second) row.status = "revoked";
        row.created_at_unix_ms = long_ago + at * 7 % 40;
        const auto until = at % 4 == 0 ? long_ago + 1000 : far_ahead;
        if (row.agent_id) row.pending_until_unix_ms = until;
        if (row.status == "declined") row.declined_at_unix_ms = long_ago + 500;
        if (row.status == "revoked") row.revoked_at_unix_ms = long_ago + 500;
        if (row.status == "expired") row.expired_at_unix_ms = long_ago + 2000;
        if (row.status != "pending" && row.status != "declined") {
            row.granted_at_unix_ms = row.created_at_unix_ms;
            row.granted_until_unix_ms = until;
        }
        rows.push_back(row);
    }
    return rows;
}

std::string status_now(const GrantRow& row) {
    const bool over = (row.status == "pending" && row.pending_until_unix_ms < far_ahead) ||
                      (row.status == "granted" && row.granted_until_unix_ms < far_ahead);
    return over ? "expired" : row.status;
}

struct Staff {
    bool acts = false, administers = false;
    std::set<std::string> tenants{};
};

/// Who is who below: kim and olga work for every tenant there, jan and ada for two of them.
Staff staff(const std::string& user) {
    const std::set<std::string> two{"de-akker", "hulp"}, all{"de-akker", "hulp", "elders"};
    if (user == "jan") return {true, false, two};
    if (user == "kim") return {true, false, all};
    if (user == "ada") return {true, true, two};
    if (user == "olga") return {true, true, all};
    return {};
}

bool may_see(const std::string& user, const GrantRow& row) {
    if (row.subject_id == user || row.agent_id == user) return true;
    const auto who = staff(user);
    return who.acts && who.tenants.contains(row.tenant_id) && (who.administers || !row.agent_id);
}

struct Filter {
    std::string status, ticket, subject;

    std::string query() const {
        std::string text;
        if (!status.empty()) text += "&status=" + status;
        if (!ticket.empty()) text += "&ticketId=" + ticket;
        if (!subject.empty()) text += "&subjectId=" + subject;
        return text;
    }
    bool takes(const GrantRow& row) const {
        return (status.empty() || status == status_now(row)) &&
               (ticket.empty() || row.ticket_id == ticket) &&
               (subject.empty() || row.subject_id == subject);
    }
};

std::vector<std::string> expected(std::vector<GrantRow> rows, const std::string& user,
                                  const Filter& filter) {
    std::erase_if(rows, [&](const auto& row) { return !may_see(user, row) || !filter.takes(row); });
    std::sort(rows.begin(), rows.end(), [](const auto& one, const auto& other) {
        return std::tie(one.created_at_unix_ms, one.id) >
               std::tie(other.created_at_unix_ms, other.id);
    });
    std::vector<std::string> ids;
    for (const auto& row : rows) ids.push_back(row.id);
    return ids;
}

std::vector<std::string> listed(const TestServer& server, const std::string& user, int limit,
                                const Filter& filter) {
    std::vector<std::string> ids;
    std::string cursor;
    do {
        const auto reply =
            server.get(grants_path + std::string{"?limit="} + std::to_string(limit) +
                           filter.query() + (cursor.empty() ? "" : "&cursor=" + cursor),
                       user);
        REQUIRE(reply.status == 200);
        const auto page = reply.json();
        const auto items = page.root().find("items");
        REQUIRE(items.size() <= static_cast<std::size_t>(limit));
        for (auto item = items.first(); item; item = item.next()) {
            ids.emplace_back(*item.find("id").string());
        }
        cursor = page.root().find("nextCursor").string().value_or("");
    } while (!cursor.empty());
    return ids;
}

}  // namespace

TEST_CASE("a list of grants is whole and in order, whoever asks and however small its pages are") {
    TestServer server;
    const auto rows = many_grants();
    server.server().application().store().write_now([&](Transaction& transaction) {
        transaction.store().execute(
            "UPDATE users SET all_tenants = 1, roles = 'helpdeskAdmin' WHERE id = 'olga'");
        transaction.store().execute("UPDATE users SET all_tenants = 1 WHERE id = 'kim'");
        for (const auto& row : rows) transaction.store().insert(row);
    });
    std::vector<Filter> filters{{}, {"", "T-1", ""}, {"", "", "els"}, {"granted", "T-2", "piet"}};
    for (const std::string status : {"pending", "granted", "declined", "revoked", "expired"}) {
        filters.push_back({status, "", ""});
    }
    for (const std::string user : {"piet", "els", "otto", "jan", "kim", "ada", "olga"}) {
        for (const auto& filter : filters) {
            INFO(user << filter.query());
            const auto ids = expected(rows, user, filter);
            CHECK(listed(server, user, 7, filter) == ids);
            CHECK(listed(server, user, 200, filter) == ids);
        }
    }
    CHECK(expected(rows, "jan", {}).size() > 60);
    CHECK(expected(rows, "kim", {"pending", "", ""}).size() > 1);
}

TEST_CASE("a list of grants is whole where the database has an order of letters of its own",
          "[.postgresql]") {
    TestServer server;
    Connection store{server.settings().database};
    // Triggers of a column keep it as it is.
    store.run(
        "DO $$ DECLARE each record; BEGIN FOR each IN SELECT tgname FROM pg_trigger"
        " WHERE tgrelid = 'grants'::regclass AND NOT tgisinternal"
        " LOOP EXECUTE format('DROP TRIGGER %I ON grants', each.tgname); END LOOP; END $$");
    store.run("ALTER TABLE grants ALTER COLUMN id TYPE TEXT COLLATE \"en-x-icu\"");
    std::vector<GrantRow> rows;
    // Of one moment; by bytes all capitals come before all others.
    for (const std::string letter : {"a", "B", "c", "D", "e", "F", "_", "-"}) {
        for (const auto* subject : {"piet", "els"}) {
            GrantRow row;
            row.id = "gr_" + letter + subject;
            row.tenant_id = "de-akker";
            row.subject_id = subject;
            row.agent_id = "jan";
            row.status = "revoked";
            row.created_at_unix_ms = long_ago;
            row.revoked_at_unix_ms = long_ago + 500;
            rows.push_back(row);
        }
    }
    server.server().application().store().write_now([&](Transaction& transaction) {
        for (const auto& row : rows) transaction.store().insert(row);
    });
    for (const std::string user : {"piet", "jan", "ada"}) {
        INFO(user);
        for (const int limit : {1, 3, 200}) {
            CHECK(listed(server, user, limit, {}) == expected(rows, user, {}));
        }
    }
}

TEST_CASE("lists of grants read their rows by an index", "[sqlite]") {
    TestServer server;
    const auto plan = [&](const std::string& where) {
        std::string text;
        server.server().application().store().read([&](Connection& store) {
            store.query("EXPLAIN QUERY PLAN SELECT * FROM grants WHERE " + where +
                            " ORDER BY created_at_unix_ms DESC, id DESC LIMIT 10",
                        "nnnt", {}, [&](Columns& row) {
                            row.number(), row.number(), row.number();
                            text += row.text() + "\n";
                        });
            return 0;
        });
        return text;
    };
    const auto in_order = [&](const std::string& where, const std::string& index) {
        const auto text = plan(where);
        INFO(text);
        CHECK(text.find(" " + index + " ") != std::string::npos);
        CHECK(text.find("ORDER BY") == std::string::npos);  // as in USE TEMP B-TREE FOR ORDER BY
    };
    const std::string after =
        " AND created_at_unix_ms <= 2 AND (created_at_unix_ms < 2 OR id < 'b')";
    const std::string open = " AND status = 'granted' AND status IN ('pending', 'granted')";
    for (const auto& rest : {std::string{}, after}) {
        in_order("agent_id = 'a'" + rest, "grants_of_agent");
        in_order("subject_id = 'a'" + rest, "grants_of_subject");
        in_order("tenant_id = 'a'" + rest, "grants_of_tenant");
        in_order("tenant_id = 'a' AND agent_id IS NULL" + rest, "standing_grants_of_tenant");
        in_order("tenant_id = 'a'" + open + rest, "open_grants_of_tenant");
        in_order("agent_id = 'a'" + open + rest, "open_grants_of_agent");
        in_order(
            "(subject_id = 'a' OR agent_id = 'a' OR (tenant_id IN (SELECT tenant_id"
            " FROM memberships WHERE user_id = 'a'))) AND ticket_id = 'b'" +
                rest,
            "grants_of_ticket");
    }
}
