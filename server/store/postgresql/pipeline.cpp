#include "store/postgresql/pipeline.hpp"

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "store/postgresql/numbered.hpp"

namespace hallpass::server {
namespace {

using PipelineResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

constexpr const char* connection_failure = "08006";

[[noreturn]] void fail_as(const char* state) {
    throw soci::postgresql_soci_error("a statement failed", state);
}

bool succeeded(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

StatementAnswer answer_of(PGresult* result) {
    StatementAnswer answer;
    const std::string_view changed = PQcmdTuples(result);
    std::from_chars(changed.data(), changed.data() + changed.size(), answer.changed);
    const int columns = PQnfields(result);
    answer.rows.resize(static_cast<std::size_t>(PQntuples(result)));
    for (int row = 0; row < PQntuples(result); ++row) {
        auto& values = answer.rows[static_cast<std::size_t>(row)];
        values.resize(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(result, row, column) != 0) continue;
            const auto length = static_cast<std::size_t>(PQgetlength(result, row, column));
            values[static_cast<std::size_t>(column)].emplace(PQgetvalue(result, row, column),
                                                             length);
        }
    }
    return answer;
}

class PostgresqlPipeline : public Pipeline {
  public:
    explicit PostgresqlPipeline(PGconn* connection) : connection_(connection) {}

    void send(const SentStatement& statement) override {
        if (waiting_.empty()) require(PQenterPipelineMode(connection_));
        const auto& kept = prepare(statement.sql);
        std::vector<const char*> values;
        values.reserve(kept.names.size());
        for (const auto& name : kept.names) {
            const auto given = std::find_if(statement.values.begin(), statement.values.end(),
                                            [&](const auto& each) { return each.first == name; });
            if (given == statement.values.end()) fail_as("42P02");  // undefined_parameter
            values.push_back(given->second ? given->second->c_str() : nullptr);
        }
        require(PQsendQueryPrepared(connection_, kept.id.c_str(), static_cast<int>(values.size()),
                                    values.data(), nullptr, nullptr, 0));
        waiting_.push_back(Kind::statement);
    }

    std::vector<StatementAnswer> finish() override {
        std::vector<StatementAnswer> answers;
        if (waiting_.empty()) return answers;
        const auto waiting = std::exchange(waiting_, {});
        std::string failure;
        if (PQpipelineSync(connection_) == 0) fail_as(connection_failure);
        for (const auto kind : waiting) {
            const auto result = next();
            if (!succeeded(result.get())) {
                note_failure(failure, result.get());
            } else if (kind == Kind::statement) {
                answers.push_back(answer_of(result.get()));
            }
            // Every statement's answer ends with none.
            if (const PipelineResult more{PQgetResult(connection_), PQclear}; more) {
                fail_as(connection_failure);
            }
        }
        if (PQresultStatus(next().get()) != PGRES_PIPELINE_SYNC ||
            PQexitPipelineMode(connection_) == 0) {
            fail_as(connection_failure);
        }
        if (!failure.empty()) {
            kept_.clear();  // what was to be prepared after the failure is not
            fail_as(failure.c_str());
        }
        return answers;
    }

  private:
    enum class Kind { preparation, statement };
    struct Kept {
        std::string id;
        std::vector<std::string> names;
    };

    const Kept& prepare(const std::string& sql) {
        const auto found = kept_.find(sql);
        if (found != kept_.end()) return found->second;
        auto [text, names] = numbered(sql);
        Kept kept{"ahead_" + std::to_string(++prepared_), std::move(names)};
        require(PQsendPrepare(connection_, kept.id.c_str(), text.c_str(), 0, nullptr));
        waiting_.push_back(Kind::preparation);
        return kept_.emplace(sql, std::move(kept)).first->second;
    }
    void require(int done) const {
        if (done == 0) fail_as(connection_failure);
    }
    PipelineResult next() const {
        PipelineResult result{PQgetResult(connection_), PQclear};
        if (!result) fail_as(connection_failure);
        return result;
    }
    static void note_failure(std::string& failure, const PGresult* result) {
        if (!failure.empty()) return;
        const auto* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        failure = state == nullptr ? connection_failure : state;
    }

    PGconn* connection_;
    std::vector<Kind> waiting_;
    std::unordered_map<std::string, Kept> kept_;
    std::uint64_t prepared_ = 0;
};

}  // namespace

std::unique_ptr<Pipeline> postgresql_pipeline(PGconn* connection) {
    return std::make_unique<PostgresqlPipeline>(connection);
}

}  // namespace hallpass::server
