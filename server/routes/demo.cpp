// What exists under --demo alone.
#include "access/directory.hpp"
#include "access/settlement.hpp"
#include "application.hpp"
#include "hallpass/wire.hpp"
#include "routes/login_start.hpp"
#include "routes/parties.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

Result<Answer> sign_in_to_demo(const Call& call, Transaction& transaction) {
    wire::ObjectReader body{call.body()};
    const auto user_id = body.required_id("userId");
    if (auto error = body.finish()) return *error;
    const auto user = find_user(transaction.store(), user_id);
    if (!user) return make_error(ErrorCode::USER_NOT_FOUND, "there is no such person in the demo");
    if (banned_at(*user, call.now))
        return make_error(ErrorCode::FORBIDDEN, "this person is banned");
    return start_login(call, transaction, user_id);
}

Result<Answer> people(const Call& call, Connection& store) {
    json::Writer writer;
    writer.begin_object().key("items").begin_array();
    for (const auto& user : store.select<UserRow>("ORDER BY name, id LIMIT 200")) {
        writer.begin_object().member("id", user.id).member("name", user.name);
        writer.member("email", user.email).key("roles").begin_array();
        for (const auto role : roles_of(user)) writer.string(role);
        writer.end_array().member("banned", banned_at(user, call.now)).end_object();
    }
    return Answer::json(200,
                        std::move(writer.end_array().key("nextCursor").null().end_object()).text());
}

Answer clock_answer(Instant now) {
    json::Writer writer;
    writer.begin_object().member("nowMs", to_unix_ms(now)).end_object();
    return Answer::json(200, std::move(writer).text());
}

Result<Answer> tell_clock(const Call& call, Connection&) { return clock_answer(call.now); }

Result<Answer> move_clock(const Call& call, Transaction& transaction) {
    constexpr std::int64_t ten_years_s = 315'360'000;
    constexpr std::int64_t last_second = 4'070'908'800;  // 2099-01-01
    wire::ObjectReader body{call.body()};
    const auto seconds = body.optional_integer("advanceSeconds", 0, ten_years_s);
    if (!seconds) {
        body.fail(invalid("advanceSeconds", Reason::required, "say by how many seconds"));
    }
    if (seconds && call.now + std::chrono::seconds{*seconds} > from_unix_s(last_second)) {
        body.fail(
            invalid("advanceSeconds", Reason::out_of_range, "the demo ends in the year 2099"));
    }
    if (auto error = body.finish()) return *error;
    call.application.demo_clock().advance(std::chrono::seconds{*seconds});
    const auto now = call.application.clock().now();
    RecordTree tree;  // the writer's own looks anew before the next change
    Transaction later{transaction.store(), tree, now, false, transaction.group()};
    while (settle_all(later, 200)) {
    }
    for (auto& event : later.take_events()) transaction.publish(std::move(event));
    return clock_answer(now);
}

}  // namespace

std::vector<Route> demo_routes() {
    std::vector<Route> routes{
        {Method::post, "/demo/sign-in", Who::anyone, BodyKind::json, sign_in_to_demo},
        {Method::get, "/demo/people", Who::anyone, BodyKind::none, people},
        {Method::get, "/demo/clock", Who::anyone, BodyKind::none, tell_clock},
        {Method::post, "/demo/clock", Who::anyone, BodyKind::json, move_clock},
    };
    for (auto& route : routes) route.demo_only = route.gives_secrets = true;
    return routes;
}

}  // namespace hallpass::server
