#include "store/engine.hpp"

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "store/postgresql/listener.hpp"
#include "store/postgresql/liveness.hpp"
#include "store/postgresql/locks.hpp"
#include "store/postgresql/pipeline.hpp"
#include "store/postgresql_library.hpp"

namespace hallpass::server {
namespace {

constexpr int oldest_version = 150000;

// What a connection gets unless the URL says otherwise. A server that is gone is noticed within
// seconds, and of several hosts the one that takes writes is found.
constexpr std::array<std::pair<const char*, const char*>, 8> defaults{
    {{"application_name", "hallpassd"},
     {"client_encoding", "UTF8"},
     {"connect_timeout", "3"},
     {"target_session_attrs", "read-write"},
     {"keepalives_idle", "5"},
     {"keepalives_interval", "2"},
     {"keepalives_count", "3"},
     {"tcp_user_timeout", "10000"}}};

// Nobody waits for ever: not a statement, not for the writers' lock, and a server that stops in the
// middle of a transaction does not keep that lock.
constexpr const char* limits =
    "-c statement_timeout=10s -c lock_timeout=8s -c idle_in_transaction_session_timeout=15s"
    " -c client_min_messages=warning";

void append(std::string& text, std::string_view name, std::string_view value) {
    text += (text.empty() ? "" : " ") + std::string{name} + "='";
    for (const char c : value) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    text += "'";
}

PGconn* connection_of(soci::session& session) {
    return static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
}

/// How long PostgreSQL lets a statement run: what the URL, the role and the database come to.
/// @throws ConnectionLost
std::chrono::milliseconds statement_limit(PGconn* connection) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> told{
        PQexec(connection,
               "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'statement_timeout'"),
        PQclear};
    if (PQntuples(told.get()) != 1) throw ConnectionLost("PostgreSQL does not answer");
    const std::string_view text = PQgetvalue(told.get(), 0, 0);
    std::int64_t milliseconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), milliseconds);
    return std::chrono::milliseconds{milliseconds};
}

/// Whether what follows on this connection could only fail too (PostgreSQL, appendix A). Where
/// there is no state, PostgreSQL said nothing at all.
bool ends_connection(std::string_view state) {
    return state.find_first_not_of(' ') == state.npos || state.starts_with("08") ||
           state.starts_with("57P") || state == "25P03" || state == "0A000" || state == "26000";
}

/// PostgreSQL's own words on a fault, after a colon, where they are known to name tables and their
/// like alone (appendix A's classes); others may quote a value, as the lines behind the first may.
std::string own_words(const std::string& state, const soci::soci_error& fault) {
    constexpr std::string_view classes[] = {"0A", "23", "25", "2B", "42", "53", "54", "55", "57"};
    if (std::none_of(std::begin(classes), std::end(classes),
                     [&](std::string_view each) { return state.starts_with(each); })) {
        return "";
    }
    // "Cannot execute query. ERROR:  permission denied for …", in the server's language.
    const auto text = fault.get_error_message();
    const auto line = std::string_view{text}.substr(0, text.find('\n'));
    const auto begin = line.find(":  ");
    return begin == line.npos ? "" : ": " + std::string{line.substr(begin + 3)};
}

/// What libpq needs to connect: the URL's own parameters and, for what it leaves open, limits under
/// which nobody waits for ever.
/// @throws StoreFault
std::string postgresql_parameters(const std::string& url) {
    char* problem = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> given{
        PQconninfoParse(url.c_str(), &problem), PQconninfoFree};
    PQfreemem(problem);
    // libpq's words may quote the URL, and with it a password.
    if (!given) throw StoreFault("the database's URL is not one that PostgreSQL knows");
    std::string parameters, options = limits;
    for (const auto* each = given.get(); each->keyword != nullptr; ++each) {
        if (each->val == nullptr) continue;
        if (std::string_view{each->keyword} == "options") {
            options += " " + std::string{each->val};
        } else {
            append(parameters, each->keyword, each->val);
        }
    }
    append(parameters, "options", options);
    for (const auto& [name, value] : defaults) {
        if ((" " + parameters).find(" " + std::string{name} + "='") == std::string::npos) {
            append(parameters, name, value);
        }
    }
    return parameters;
}

class Postgresql : public Engine {
  public:
    explicit Postgresql(const std::string& url) : parameters_(postgresql_parameters(url)) {}

    bool shared() const override { return true; }
    bool keeps_any_text() const override { return false; }

    void open(soci::session& session) const override {
        Liveness::Attempt attempt{liveness_};
        try {
            session.open(soci::postgresql, parameters_);
        } catch (const soci::soci_error& fault) {
            std::string text = fault.what();
            std::replace(text.begin(), text.end(), '\n', ' ');
            throw ConnectionLost(text);
        }
        auto* connection = connection_of(session);
        const auto* encoding = PQparameterStatus(connection, "server_encoding");
        if (encoding == nullptr || std::string_view{encoding} != "UTF8") {
            throw StoreFault("the PostgreSQL database must have the encoding UTF8");
        }
        // Texts go as they are, in UTF-8, whatever the URL or the environment asks for.
        const auto* spoken = PQparameterStatus(connection, "client_encoding");
        if ((spoken == nullptr || std::string_view{spoken} != "UTF8") &&
            PQsetClientEncoding(connection, "UTF8") != 0) {
            throw StoreFault("the PostgreSQL connection must have the encoding UTF8");
        }
        if (PQserverVersion(connection) < oldest_version) {
            throw StoreFault("PostgreSQL 15 or newer is needed");
        }
        liveness_.limit_statements(statement_limit(connection));
        watch(connection, liveness_);
        attempt.succeeded();
    }

    std::vector<std::string> first_statements() const override {
        // An answer is given after its change is on disk, whatever the cluster's default is.
        return {
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"};
    }

    std::unique_ptr<Prepared> prepare(soci::session&, const std::string&, Shape,
                                      const Binds&) const override {
        return nullptr;
    }
    std::vector<std::string> begin_write() const override {
        return {"BEGIN ISOLATION LEVEL READ COMMITTED",  // whatever the database has as default
                "SELECT pg_advisory_xact_lock(" + std::to_string(writers_lock) + ")"};
    }
    std::string begin_read() const override {
        return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    }

    std::unique_ptr<Pipeline> pipeline(soci::session& session) const override {
        return postgresql_pipeline(connection_of(session));
    }
    std::unique_ptr<CommitListener> listen(const std::string& channel, const std::string& own,
                                           CommitCalls calls) const override {
        return std::make_unique<PostgresqlListener>(parameters_, channel, own, std::move(calls));
    }
    std::string renew_plans() const override { return "DISCARD PLANS"; }

    void commit(soci::session& session, const std::function<void()>& run) const override {
        // COMMIT of a failed transaction is answered like any other, and undoes it.
        if (PQtransactionStatus(connection_of(session)) != PQTRANS_INTRANS) {
            throw StoreFault("the transaction has failed already");
        }
        run();
    }
    /// What fails stays in its transaction, which takes nothing more.
    bool ended_by_itself(soci::session&) const override { return false; }

    Judgement judge(soci::session& session, const soci::soci_error& fault) const override {
        using Kind = Judgement::Kind;
        const auto* own = dynamic_cast<const soci::postgresql_soci_error*>(&fault);
        const auto state = own == nullptr ? std::string{"none"} : own->sqlstate();
        const auto words = own_words(state, fault);
        if (PQstatus(connection_of(session)) != CONNECTION_OK || ends_connection(state)) {
            return {Kind::lost, "the connection to PostgreSQL is lost (" + state + ")" + words};
        }
        if (state.starts_with("23")) return {Kind::constraint, "constraint" + words};
        if (state == "55P03") return {Kind::lock, "a lock was waited for in vain"};
        if (state.starts_with("40")) return {Kind::conflict, "a conflict of transactions"};
        return {Kind::other, "PostgreSQL refused a statement (" + state + ")" + words};
    }

  private:
    const std::string parameters_;
    mutable Liveness liveness_;
};

}  // namespace
}  // namespace hallpass::server

void hallpass_make_postgresql_engine(const std::string& url,
                                     std::shared_ptr<const hallpass::server::Engine>& made) {
    made = std::make_shared<hallpass::server::Postgresql>(url);
}
