// Messages that wait for what does not come: a clock that was set back, a channel that is gone.
#include <thread>

#include "hallpass_catch.hpp"
#include "notify/messages.hpp"
#include "store/migrations.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

void add_message(Connection& store, const std::string& id, Instant due, Instant leased_until = {}) {
    MessageRow message;
    message.id = id;
    message.channel = "webhook:" + id;
    message.event = "access_requested";
    message.tenant_id = "de-akker";
    message.due_at_unix_ms = to_unix_ms(due);
    message.leased_until_unix_ms = to_unix_ms(leased_until);
    store.insert(message);
}

std::int64_t number_of(Transaction& transaction, const std::string& column, const std::string& id) {
    return transaction.store().number(
        "SELECT COALESCE(" + column + ", 0) FROM messages WHERE id = :id", {{"id", id}});
}

}  // namespace

TEST_CASE(
    "no message waits longer than a pause, and no lease lasts longer, once the clock is set back") {
    TestServer server;
    server.server().application().store().write_now([](Transaction& transaction) {
        const auto now = transaction.now();
        add_message(transaction.store(), "soon", now + 4h);
        CHECK_FALSE(waits_too_long(transaction.store(), now, 4h, 1min));
        add_message(transaction.store(), "later", now + 4h + 1ms);
        CHECK(waits_too_long(transaction.store(), now, 4h, 1min));
        add_message(transaction.store(), "held", now, now + 24h);
        shorten_waits(transaction, 4h, 1min);
        CHECK_FALSE(waits_too_long(transaction.store(), now, 4h, 1min));
        CHECK(number_of(transaction, "due_at_unix_ms", "soon") == to_unix_ms(now + 4h));
        CHECK(number_of(transaction, "due_at_unix_ms", "later") == to_unix_ms(now));
        CHECK(number_of(transaction, "leased_until_unix_ms", "held") == to_unix_ms(now + 1min));
    });
}

TEST_CASE("only what no channel has taken for long is given up") {
    TestServer server;
    server.server().application().store().write_now([](Transaction& transaction) {
        const auto now = transaction.now();
        add_message(transaction.store(), "kept", now - 2h);
        add_message(transaction.store(), "gone", now - 30min);
        const std::vector<std::string> channels{"mail", "webhook:kept"};
        CHECK_FALSE(is_unclaimed(transaction.store(), channels, now - 1h));
        CHECK(is_unclaimed(transaction.store(), channels, now - 30min));
        CHECK(is_unclaimed(transaction.store(), {}, now - 1h));
        give_up_unclaimed(transaction, channels, now - 30min);
        CHECK(number_of(transaction, "dead_at_unix_ms", "gone") == to_unix_ms(now));
        CHECK(number_of(transaction, "dead_at_unix_ms", "kept") == 0);
    });
}

TEST_CASE("messages of a webhook that was removed become dead letters, which can be sent again") {
    // What waits is looked at when the server starts, and every minute: it waits before that.
    const TemporaryFolder folder;
    const TestDatabase database{folder.file("store.db")};
    {
        Connection store{database.url()};
        migrate(store);
        store.begin_write();
        add_message(store, "gone", SystemClock{}.now() - 2h);
        store.commit();
    }
    TestServer server{[&](Settings& settings) { settings.database = database.url(); }};
    const auto letters = [&] {
        return server.number("SELECT COUNT(*) FROM messages WHERE dead_at_unix_ms IS NOT NULL");
    };
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (letters() == 0 && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    CHECK(letters() == 1);
    const auto list = server.get("/api/v1/admin/dead-letters", "ada");
    INFO(list.body);
    CHECK(list.body.find("not set up any more") != std::string::npos);
}
