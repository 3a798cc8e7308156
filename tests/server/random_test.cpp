#include "random.hpp"

#include <set>

#include "hallpass/ids.hpp"
#include "hallpass_catch.hpp"

using namespace hallpass;
using namespace hallpass::server;

TEST_CASE("ids with a time are in its order, and no two of one moment are the same") {
    std::string last;
    for (const std::int64_t ms : {0LL, 31LL, 32LL, 1'760'797'800'000LL, 1'760'797'800'001LL,
                                  1'760'797'801'000LL, 32'503'680'000'000LL}) {
        const auto id = timed_id("ses_", from_unix_ms(ms));
        CHECK(id > last);
        CHECK(is_valid_id(id));
        CHECK(id.size() == random_id("ses_").size() + 9);
        last = id;
    }
    std::set<std::string> ids;
    for (int at = 0; at < 1000; ++at) ids.insert(timed_id("tok_", from_unix_ms(1)));
    CHECK(ids.size() == 1000);
}
