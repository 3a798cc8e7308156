// What a change looks up, and what it foresaw that it would: always as its own writing left it.
#include "hallpass_catch.hpp"
#include "store_group.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

std::optional<std::string> name_in(Connection& store, const std::string& id) {
    const auto row = store.find<TenantRow>("WHERE id = :id", {{"id", id}});
    return row ? std::optional{row->name} : std::nullopt;
}

/// What two tables have to say of a member.
struct NamedMember {
    static constexpr const char* table =
        "memberships JOIN tenants ON tenants.id = memberships.tenant_id";
    std::string name, scopes;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("tenants.name", row.name);
        visit("memberships.scopes", row.scopes);
    }
};

}  // namespace

TEST_CASE("a look-up sees what its own transaction wrote, however often it was made before") {
    Group group;
    std::vector<std::optional<std::string>> seen;
    group.add([&](Transaction& transaction) {
        auto& store = transaction.store();
        const auto look = [&] { seen.push_back(name_in(store, "a")); };
        seen.clear();
        look();
        store.insert(TenantRow{"a", "First", "{}"});
        look();
        look();
        store.execute("UPDATE tenants SET name = 'Second' WHERE id = :id", {{"id", "a"}});
        look();
        store.put("UPDATE tenants SET name = :name WHERE id = 'a'", {{"name", "Third"}});
        look();
        store.run("UPDATE tenants SET name = 'Fourth'");
        look();
        store.execute("DELETE FROM tenants WHERE id = 'a'");
        look();
        store.insert(TenantRow{"a", "Fifth", "{}"});
        return true;
    });
    group.add([&](Transaction& transaction) {
        seen.push_back(name_in(transaction.store(), "a"));
        return true;
    });
    group.run();
    const std::optional<std::string> none;
    CHECK(seen == std::vector<std::optional<std::string>>{none, "First", "First", "Second", "Third",
                                                          "Fourth", none, "Fifth"});
}

TEST_CASE("a look-up in several tables sees what was written to any of them") {
    Group group;
    std::vector<std::string> seen;
    group.add([&](Transaction& transaction) {
        auto& store = transaction.store();
        const auto look = [&] {
            const auto row = store.find<NamedMember>("WHERE tenants.id = :id", {{"id", "a"}});
            seen.push_back(row ? row->name + " " + row->scopes : "none");
        };
        seen.clear();
        look();
        UserRow user;
        user.id = "u";
        store.insert(TenantRow{"a", "First", "{}"});
        store.insert(user);
        look();
        store.insert(MembershipRow{"a", "u", "read"});
        look();
        store.put("UPDATE tenants SET name = :name", {{"name", "Second"}});
        look();
        store.execute("UPDATE memberships SET scopes = 'write'");
        look();
        store.execute("DELETE FROM memberships");
        look();
        return true;
    });
    group.run();
    CHECK(seen == std::vector<std::string>{"none", "none", "First read", "Second read",
                                           "Second write", "none"});
}

TEST_CASE("what is foreseen is found afterwards, as it is when it is looked for") {
    Group group;
    group.add([&](Transaction& transaction) {
        auto& store = transaction.store();
        put(transaction, "a");
        store.foresee([&] {
            name_in(store, "a");
            name_in(store, "b");
            name_in(store, "c");
        });
        store.insert(TenantRow{"b", "Later", "{}"});
        CHECK(name_in(store, "a") == "A tenant");
        CHECK(name_in(store, "b") == "Later");
        CHECK(!name_in(store, "c"));
        return true;
    });
    group.run();
    CHECK(group.number("SELECT COUNT(*) FROM tenants") == 2);
}

TEST_CASE(
    "what was told before a row was inserted is told again only where that row is none of it") {
    Group group;
    group.add([&](Transaction& transaction) {
        auto& store = transaction.store();
        const std::optional<std::string> none;
        const std::vector<std::pair<std::string, Binds>> queries{
            {"ORDER BY id", {}},
            {"WHERE id = :id", {{"id", "b"}}},
            {"WHERE id = :id", {{"id", "c"}}},
            {"WHERE id = :id", {{"id", none}}},
            {"WHERE id = :id AND name = :name", {{"id", "b"}, {"name", "B"}}},
            {"WHERE id = :id AND name = :name", {{"id", "b"}, {"name", "C"}}},
            {"WHERE policy = :id AND id <= :last ORDER BY id DESC", {{"id", "{}"}, {"last", "c"}}},
            {"WHERE policy = '{}' AND id IN ('b', 'c') ORDER BY id", {}},
            {"WHERE id = :id OR name = :name ORDER BY id", {{"id", "z"}, {"name", "B"}}},
            {"WHERE id = :id OR id > :id ORDER BY id", {{"id", "a"}}},
            {"WHERE (id = :id OR name = :name) AND policy = :all ORDER BY id",
             {{"id", "z"}, {"name", "C"}, {"all", "{}"}}},
            {"WHERE NOT (id = :id) ORDER BY id", {{"id", "a"}}},
            {"WHERE NOT(name = :name AND id = :id AND policy = :all) ORDER BY id",
             {{"name", "Z"}, {"id", "a"}, {"all", "{}"}}},
            {"WHERE id NOT IN ('a', 'z') AND policy = :all ORDER BY id", {{"all", "{}"}}},
            {"WHERE NOT id = :id AND NOT id = :other ORDER BY id", {{"id", "a"}, {"other", "z"}}},
        };
        const auto told = [&](const auto& query) {
            std::string ids;
            for (const auto& row : store.select<TenantRow>(query.first, query.second))
                ids += row.id;
            return ids;
        };
        const auto asked = [&](const auto& query) {
            std::string ids;
            store.query("SELECT id FROM tenants " + query.first, "t", query.second,
                        [&](Columns& row) { ids += row.text(); });
            return ids;
        };
        for (const char* id : {"a", "b", "c"}) {
            for (const auto& query : queries) told(query);
            store.foresee([&] {
                for (const auto& query : queries) told(query);
            });
            const std::string name{static_cast<char>(*id - 'a' + 'A')};
            store.insert(TenantRow{id, name, "{}"});
            for (const auto& query : queries) {
                INFO("after " << id << ": " << query.first);
                CHECK(told(query) == asked(query));
            }
        }
        return true;
    });
    group.run();
}
