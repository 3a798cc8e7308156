// What SOCI calls of libpq to run a statement, under the same names and with the same outcome; but
// nobody waits for ever. The loader looks into this library before those that it needs, so that
// SOCI's calls lead here, those included that nothing of ours could wrap: with which it begins a
// connection, and lets go of a statement.
#include <libpq-fe.h>

#include "store/postgresql/liveness.hpp"

namespace hallpass::server {
namespace {

/// Sends a statement. @returns the last of its results, as libpq itself does; nothing where it was
/// not sent
template <class Send>
PGresult* result_of(PGconn* connection, Send send) {
    if (!begin_statement(connection) || send() == 0) return nullptr;
    PGresult* last = nullptr;
    for (;;) {
        await_result(connection);
        PGresult* const result = PQgetResult(connection);
        if (result == nullptr) return last;
        PQclear(last);
        last = result;
    }
}

}  // namespace
}  // namespace hallpass::server

extern "C" {

PGresult* PQexec(PGconn* connection, const char* query) {
    return hallpass::server::result_of(connection, [&] { return PQsendQuery(connection, query); });
}

PGresult* PQexecParams(PGconn* connection, const char* command, int count, const Oid* types,
                       const char* const* values, const int* lengths, const int* formats,
                       int result_format) {
    return hallpass::server::result_of(connection, [&] {
        return PQsendQueryParams(connection, command, count, types, values, lengths, formats,
                                 result_format);
    });
}

PGresult* PQprepare(PGconn* connection, const char* name, const char* query, int count,
                    const Oid* types) {
    return hallpass::server::result_of(
        connection, [&] { return PQsendPrepare(connection, name, query, count, types); });
}

PGresult* PQexecPrepared(PGconn* connection, const char* name, int count, const char* const* values,
                         const int* lengths, const int* formats, int result_format) {
    return hallpass::server::result_of(connection, [&] {
        return PQsendQueryPrepared(connection, name, count, values, lengths, formats,
                                   result_format);
    });
}

}  // extern "C"
