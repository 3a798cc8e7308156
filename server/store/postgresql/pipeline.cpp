#include "store/postgresql/pipeline.hpp"

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "store/postgresql/liveness.hpp"
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

StatementAnswer::Row row_of(const PGresult* result, int row, int first_column) {
    StatementAnswer::Row values(static_cast<std::size_t>(PQnfields(result) - first_column));
    for (std::size_t at = 0; at < values.size(); ++at) {
        const int column = first_column + static_cast<int>(at);
        if (PQgetisnull(result, row, column) != 0) continue;
        const auto length = static_cast<std::size_t>(PQgetlength(result, row, column));
        values[at].emplace(PQgetvalue(result, row, column), length);
    }
    return values;
}

StatementAnswer answer_of(PGresult* result) {
    StatementAnswer answer;
    const std::string_view changed = PQcmdTuples(result);
    std::from_chars(changed.data(), changed.data() + changed.size(), answer.changed);
    answer.rows.reserve(static_cast<std::size_t>(PQntuples(result)));
    for (int row = 0; row < PQntuples(result); ++row) {
        answer.rows.push_back(row_of(result, row, 0));
    }
    return answer;
}

/// The answers of queries that were asked at once.
void add_answers_of(const PGresult* result, std::size_t count,
                    std::vector<StatementAnswer>& answers) {
    const auto first = answers.size();
    answers.resize(first + count);
    for (int row = 0; row < PQntuples(result); ++row) {
        const std::string_view text = PQgetvalue(result, row, 0);
        std::size_t place = 0;
        std::from_chars(text.data(), text.data() + text.size(), place);
        if (place == 0 || place > count) fail_as(connection_failure);
        answers[first + place - 1].rows.push_back(row_of(result, row, 1));
    }
}

/// @param place where it is most often
const SentStatement::Value& value_of(const SentStatement& statement, const std::string& name,
                                     std::size_t place) {
    if (place < statement.values.size() && statement.values[place].name == name) {
        return statement.values[place];
    }
    const auto given = std::find_if(statement.values.begin(), statement.values.end(),
                                    [&](const auto& each) { return each.name == name; });
    if (given == statement.values.end()) fail_as("42P02");  // undefined_parameter
    return *given;
}

class PostgresqlPipeline : public Pipeline {
  public:
    explicit PostgresqlPipeline(PGconn* connection) : connection_(connection) {}

    void send(const SentStatement& statement) override {
        const auto& kept = prepare(statement.sql, [&] { return numbered(statement.sql); });
        std::vector<const char*> values;
        values.reserve(kept.names.size());
        for (std::size_t at = 0; at < kept.names.size(); ++at) {
            const auto& given = value_of(statement, kept.names[at], at);
            values.push_back(given.text ? given.text->c_str() : nullptr);
        }
        send(kept, values, nullptr, nullptr, 1);
    }

    void send_all(const std::vector<SentStatement>& queries) override {
        if (queries.size() == 1) return send(queries.front());
        send(queries, asked_at_once, queries.size());
    }

    void send_rows(const std::vector<SentStatement>& rows) override {
        if (rows.size() == 1) return send(rows.front());
        send(rows, inserted_at_once, 1);
    }

    std::vector<StatementAnswer> finish() override {
        std::vector<StatementAnswer> answers;
        if (waiting_.empty()) return answers;
        const auto waiting = std::exchange(waiting_, {});
        std::string failure;
        if (PQpipelineSync(connection_) == 0) fail_as(connection_failure);
        for (const auto& [count, prepared] : waiting) {
            const auto result = next();
            if (!succeeded(result.get())) {
                note_failure(failure, result.get());
                // Only what the database has not got: it keeps a prepared one, come what may.
                if (count == 0) kept_.erase(prepared);
            } else if (count == 1) {
                answers.push_back(answer_of(result.get()));
            } else if (count > 1) {
                add_answers_of(result.get(), count, answers);
            }
            // Every statement's answer ends with none.
            if (await_next()) fail_as(connection_failure);
        }
        if (PQresultStatus(next().get()) != PGRES_PIPELINE_SYNC ||
            PQexitPipelineMode(connection_) == 0) {
            fail_as(connection_failure);
        }
        if (!failure.empty()) fail_as(failure.c_str());
        return answers;
    }

  private:
    struct Kept {
        std::string id;
        std::vector<std::string> names;
    };

    /// What was prepared under a name, or is to be.
    template <class Make>
    const Kept& prepare(const std::string& name, Make make) {
        if (waiting_.empty()) {
            require(begin_statement(connection_) ? PQenterPipelineMode(connection_) : 0);
        }
        const auto found = kept_.find(name);
        if (found != kept_.end()) return found->second;
        auto [text, names] = make();
        Kept kept{"ahead_" + std::to_string(++prepared_), std::move(names)};
        require(PQsendPrepare(connection_, kept.id.c_str(), text.c_str(), 0, nullptr));
        waiting_.push_back({0, name});
        return kept_.emplace(name, std::move(kept)).first->second;
    }
    /// @param lengths, formats as libpq takes them; nothing where all values are texts
    void send(const Kept& kept, const std::vector<const char*>& values, const int* lengths,
              const int* formats, std::size_t answers) {
        require(PQsendQueryPrepared(connection_, kept.id.c_str(), static_cast<int>(values.size()),
                                    values.data(), lengths, formats, 0));
        waiting_.push_back({answers, {}});
    }
    /// Statements of one text as one, which takes an array of each one's values.
    void send(const std::vector<SentStatement>& statements,
              NumberedStatement (*at_once)(const std::string&, const std::vector<bool>&),
              std::size_t answers) {
        const auto& first = statements.front();
        const auto& kept = prepare("at once: " + first.sql, [&] {
            std::vector<bool> is_text;
            for (const auto& name : numbered(first.sql).names) {
                is_text.push_back(value_of(first, name, is_text.size()).is_text);
            }
            return at_once(first.sql, is_text);
        });
        std::vector<std::string> arrays;
        std::vector<const char*> values;
        std::vector<int> lengths;
        for (std::size_t at = 0; at < kept.names.size(); ++at) {
            std::vector<const std::optional<std::string>*> each;
            each.reserve(statements.size());
            for (const auto& statement : statements) {
                each.push_back(&value_of(statement, kept.names[at], at).text);
            }
            const bool is_text = value_of(first, kept.names[at], at).is_text;
            arrays.push_back(array_bytes(each, is_text));
        }
        for (const auto& array : arrays) {
            values.push_back(array.data());
            lengths.push_back(static_cast<int>(array.size()));
        }
        const std::vector<int> binary(arrays.size(), 1);
        send(kept, values, lengths.data(), binary.data(), answers);
    }
    void require(int done) const {
        if (done == 0) fail_as(connection_failure);
    }
    PipelineResult await_next() const {
        await_result(connection_);
        return {PQgetResult(connection_), PQclear};
    }
    PipelineResult next() const {
        auto result = await_next();
        if (!result) fail_as(connection_failure);
        return result;
    }
    static void note_failure(std::string& failure, const PGresult* result) {
        if (!failure.empty()) return;
        const auto* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        failure = state == nullptr ? connection_failure : state;
    }

    PGconn* connection_;
    struct Waiting {
        std::size_t answers;   ///< how many it gives; a preparation none
        std::string prepared;  ///< under which name
    };
    std::vector<Waiting> waiting_;
    std::unordered_map<std::string, Kept> kept_;
    std::uint64_t prepared_ = 0;
};

}  // namespace

std::unique_ptr<Pipeline> postgresql_pipeline(PGconn* connection) {
    return std::make_unique<PostgresqlPipeline>(connection);
}

}  // namespace hallpass::server
