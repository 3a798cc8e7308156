// `hallpassd audit erase`.
#include <cstdio>
#include <limits>
#include <stdexcept>

#include "audit/command.hpp"
#include "audit/erasure.hpp"
#include "audit/verify.hpp"
#include "store/store.hpp"

namespace hallpass::server {
namespace {

void print_erased(const Erased& erased) {
    const auto number = [](std::int64_t value) { return static_cast<long long>(value); };
    std::printf(
        "erased: %lld entries' personal data (%lld parts), %lld sessions, %lld grants,"
        " %lld receipts, %lld dead letters\n",
        number(erased.entries), number(erased.parts), number(erased.sessions),
        number(erased.grants), number(erased.receipts), number(erased.letters));
}

void erase_one_user(Store& store, const std::string& user_id) {
    const auto result = erase_user(store, user_id);
    if (!result.known && !result.erased.any() && result.kept == 0) {
        throw std::runtime_error("neither the directory nor the record knows this user");
    }
    print_erased(result.erased);
    if (result.erased.any()) std::printf("on record as %s\n", result.id.c_str());
    if (result.kept > 0) {
        std::printf("%lld entries about other users name this one as agent or admin: they stay\n",
                    static_cast<long long>(result.kept));
    }
}

}  // namespace

int run_erasure(const AuditCommand& command, const Settings& settings) {
    open_record(settings.database);  // it is not made where it is not there
    const SystemClock clock;
    if (command.erase_before_unix_ms && from_unix_ms(*command.erase_before_unix_ms) > clock.now()) {
        throw std::runtime_error("--before is in the future");
    }
    Store store{settings.database, clock};
    try {
        if (command.erase_before_unix_ms) {
            print_erased(erase_older(store, from_unix_ms(*command.erase_before_unix_ms),
                                     std::numeric_limits<int>::max()));
        } else {
            erase_one_user(store, command.erase_user_id);
        }
    } catch (const ErasureRefused& refused) {
        std::fprintf(stderr, "REFUSED: %s: %s\n", std::string{to_string(refused.refusal())}.c_str(),
                     refused.what());
        return erasure_refused;
    }
    return 0;
}

}  // namespace hallpass::server
