#include "store/ahead.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace hallpass::server {
namespace {

// Further statements wait for the answers so far: neither side is to hold more for the other than
// what lies in the sockets anyway.
constexpr std::size_t unanswered_max = 256;
// libpq sends what is longer by itself. PostgreSQL then waits for more in the middle of a
// statement's messages, where its limit for idle transactions does not count: were this process to
// stand still, its lock would stay.
constexpr std::size_t unanswered_bytes_max = 32 * 1024;

// Whose rows those of other tables refer to; each before those that refer to it. The others have
// nothing to be sent after but these.
constexpr std::array<std::string_view, 3> referred_to{"tenants", "users", "grants"};

/// Where a table's rows come among all that are sent together.
std::ptrdiff_t place_of(std::string_view table) {
    return std::find(referred_to.begin(), referred_to.end(), table) - referred_to.begin();
}

/// Whether a condition is one that takes rows away, whatever its value is: none of the others is
/// written here.
bool narrows(std::string_view condition) {
    constexpr auto npos = std::string_view::npos;
    const auto column_end = condition.find(' ');
    if (column_end == npos) return false;
    const auto rest = condition.substr(column_end + 1);
    const auto value = rest.substr(rest.find(' ') + 1);
    for (const std::string_view sign : {"= ", "< ", "> ", "<= ", ">= "}) {
        if (rest.starts_with(sign))
            return condition.find_first_of("()") == npos && value.find(' ') == npos;
    }
    return rest.starts_with("IN ('") && value.find(')') == value.size() - 1;
}

/// The columns' values that a row must have to be in the answer: conditions `column = :name`,
/// where the query has nothing but conditions that all must hold.
std::vector<SentStatement::Value> wanted_by(const SentStatement& query) {
    std::vector<SentStatement::Value> wanted;
    const std::string_view sql = query.sql, where = " WHERE ", with = " AND ", equals = " = :";
    auto rest = sql.substr(std::min(sql.size(), sql.find(where)));
    if (rest.empty()) return {};
    rest.remove_prefix(where.size());
    rest = rest.substr(0, rest.find(" ORDER BY "));
    while (!rest.empty()) {
        const auto condition = rest.substr(0, rest.find(with));
        rest.remove_prefix(std::min(rest.size(), condition.size() + with.size()));
        if (!narrows(condition)) return {};
        const auto sign = condition.find(equals);
        if (sign == std::string_view::npos) continue;
        const auto name = condition.substr(sign + equals.size());
        for (const auto& value : query.values) {
            if (value.name == name) {
                wanted.push_back({std::string{condition.substr(0, sign)}, value.text});
            }
        }
    }
    return wanted;
}

/// Whether a row is none of those that were asked for.
bool differs(const SentStatement& row, const std::vector<SentStatement::Value>& wanted) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const auto& want) {
        const auto has = std::find_if(row.values.begin(), row.values.end(),
                                      [&](const auto& each) { return each.name == want.name; });
        return has != row.values.end() && has->text != want.text;
    });
}

std::size_t length_of(const SentStatement& statement) {
    auto bytes = statement.sql.size();
    for (const auto& value : statement.values) bytes += value.text ? value.text->size() : 0;
    return bytes;
}

}  // namespace

std::string Ahead::key_of(const SentStatement& statement) {
    std::string key = statement.sql;
    for (const auto& value : statement.values) {
        // Length first, so that no two lists of values give the same key.
        key += "\n" + value.name;
        key += value.text ? "=" + std::to_string(value.text->size()) + ":" + *value.text : "";
    }
    return key;
}

void Ahead::write(const SentStatement& statement, const std::string& table) {
    if (sent_.size() >= unanswered_max) settle();
    forget(table);
    send_rows();
    pipeline_->send(statement);
    sent_.emplace_back();
    unanswered_bytes_ += length_of(statement);
    if (unanswered_bytes_ >= unanswered_bytes_max) settle();
}

Ahead::Told& Ahead::told_of(const SentStatement& statement, const std::string& table) {
    const auto [told, fresh] = told_[table].try_emplace(key_of(statement));
    if (fresh) {
        send_rows();
        told->second.wanted = wanted_by(statement);
        asked_.push_back({statement, {told->first, table}});
    }
    return told->second;
}

void Ahead::ask(const SentStatement& statement, const std::string& table) {
    told_of(statement, table);
}

void Ahead::send_asked() {
    auto asked = std::exchange(asked_, {});
    for (auto begin = asked.begin(); begin != asked.end();) {
        const auto sql = begin->statement.sql;
        const auto alike = [&](const Asked& each) { return each.statement.sql == sql; };
        const auto end = std::stable_partition(begin, asked.end(), alike);
        std::vector<SentStatement> queries;
        for (; begin != end; ++begin) {
            queries.push_back(std::move(begin->statement));
            sent_.push_back(std::move(begin->sent));
        }
        pipeline_->send_all(queries);
    }
}

std::shared_ptr<const StatementAnswer> Ahead::look_up(const SentStatement& statement,
                                                      const std::string& table) {
    const auto& told = told_of(statement, table);
    if (!told.answer) settle();
    return told.answer;
}

StatementAnswer Ahead::run(const SentStatement& statement) {
    send_asked();
    send_rows();
    pipeline_->send(statement);
    sent_.emplace_back();
    settle();
    return std::move(last_);
}

void Ahead::settle() {
    send_asked();
    send_rows();
    unanswered_bytes_ = 0;
    if (sent_.empty()) return;
    auto answers = pipeline_->finish();
    for (std::size_t at = 0; at < answers.size(); ++at) {
        const auto& [key, table] = sent_[at];
        if (key.empty()) {
            last_ = std::move(answers[at]);
        } else {
            told_.at(table).at(key).answer =
                std::make_shared<const StatementAnswer>(std::move(answers[at]));
        }
    }
    sent_.clear();
}

template <class About>
void Ahead::forget_where(const std::string& table, About about) {
    send_asked();
    // What several tables were asked for together may be about any row of any of them.
    const auto concerned = [&](const std::string& tables, const Told& told) {
        return tables == table ? about(told) : tables.find(' ') != std::string::npos;
    };
    for (auto& each : sent_) {
        if (each.key.empty()) continue;
        if (concerned(each.table, told_.at(each.table).at(each.key))) each.key.clear();
    }
    for (auto& [tables, told] : told_) {
        if (tables != table && tables.find(' ') == std::string::npos) continue;
        std::erase_if(told,
                      [&, &of = tables](const auto& each) { return concerned(of, each.second); });
    }
}

void Ahead::forget(const std::string& table) {
    if (!table.empty()) {
        return forget_where(table, [](const Told&) { return true; });
    }
    send_asked();
    for (auto& each : sent_) each.key.clear();
    told_.clear();
}

void Ahead::insert(const SentStatement& row, const std::string& table) {
    forget_where(table, [&](const Told& told) { return !differs(row, told.wanted); });
    auto batch = std::find_if(rows_.begin(), rows_.end(),
                              [&](const Rows& each) { return each.rows.front().sql == row.sql; });
    if (batch == rows_.end()) {
        const auto place = place_of(table);
        batch = std::find_if(rows_.begin(), rows_.end(),
                             [&](const Rows& each) { return place_of(each.table) > place; });
        batch = rows_.insert(batch, {table, {}});
    }
    batch->rows.push_back(row);
    if (batch->rows.size() >= unanswered_max) settle();
}

void Ahead::send_rows() {
    for (const auto& [table, rows] : std::exchange(rows_, {})) {
        pipeline_->send_rows(rows);
        sent_.emplace_back();
        for (const auto& row : rows) unanswered_bytes_ += length_of(row);
    }
}

void Ahead::end() noexcept {
    try {
        settle();
    } catch (const std::exception&) {
        // Who ends without having settled undoes the transaction.
    }
    asked_.clear();
    rows_.clear();
    sent_.clear();
    told_.clear();
}

}  // namespace hallpass::server
