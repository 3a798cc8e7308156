#include "store/ahead.hpp"

#include <algorithm>

namespace hallpass::server {
namespace {

// Further statements wait for the answers so far: neither side is to hold more for the other than
// what lies in the sockets anyway.
constexpr std::size_t unanswered_max = 256;

}  // namespace

std::string Ahead::key_of(const SentStatement& statement) {
    std::string key = statement.sql;
    for (const auto& [name, value] : statement.values) {
        // Length first, so that no two lists of values give the same key.
        key += value ? "\n" + std::to_string(value->size()) + ":" + *value : "\nnull";
    }
    return key;
}

bool Ahead::on_its_way(const std::string& key) const {
    return std::any_of(sent_.begin(), sent_.end(),
                       [&](const Sent& each) { return each.key == key; });
}

void Ahead::write(const SentStatement& statement, const std::string& table) {
    if (sent_.size() >= unanswered_max) settle();
    forget(table);
    pipeline_->send(statement);
    sent_.emplace_back();
}

void Ahead::ask(const SentStatement& statement, const std::string& table) {
    ask(statement, table, key_of(statement));
}

void Ahead::ask(const SentStatement& statement, const std::string& table, std::string key) {
    if (told_.count(key) != 0 || on_its_way(key)) return;
    pipeline_->send(statement);
    sent_.push_back({std::move(key), table});
}

std::shared_ptr<const StatementAnswer> Ahead::look_up(const SentStatement& statement,
                                                      const std::string& table) {
    const auto key = key_of(statement);
    if (const auto known = told_.find(key); known != told_.end()) return known->second.answer;
    ask(statement, table, key);
    settle();
    return told_.at(key).answer;
}

StatementAnswer Ahead::run(const SentStatement& statement) {
    pipeline_->send(statement);
    sent_.emplace_back();
    settle();
    return std::move(last_);
}

void Ahead::settle() {
    if (sent_.empty()) return;
    auto answers = pipeline_->finish();
    for (std::size_t at = 0; at < answers.size(); ++at) {
        auto& [key, table] = sent_[at];
        if (key.empty()) {
            last_ = std::move(answers[at]);
        } else {
            told_[std::move(key)] = {
                std::move(table), std::make_shared<const StatementAnswer>(std::move(answers[at]))};
        }
    }
    sent_.clear();
}

void Ahead::forget(const std::string& table) {
    const auto about = [&](const std::string& other) { return table.empty() || other == table; };
    std::erase_if(told_, [&](const auto& each) { return about(each.second.table); });
    for (auto& each : sent_) {
        if (about(each.table)) each.key.clear();
    }
}

void Ahead::end() noexcept {
    try {
        settle();
    } catch (const std::exception&) {
        // Who ends without having settled undoes the transaction.
    }
    sent_.clear();
    told_.clear();
}

}  // namespace hallpass::server
