// Dispatch's part that answers a repeated request (Idempotency-Key) as it answered the first.
#include <algorithm>

#include "access/hand_over.hpp"
#include "access/sessions.hpp"
#include "digest.hpp"
#include "http/dispatch.hpp"

namespace hallpass::server {
namespace {

constexpr std::chrono::hours answers_kept_for{24};

bool visible(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// Whose keys those of this caller are. What a token may do belongs to it: one that may do less is
/// not told what another one of the same user was answered.
std::string owner_of_keys(const Call& call) {
    const auto& confines = call.identity.credential.confines;
    const auto owner = call.identity.key_owner();
    return confines.any() ? owner + " " + sha256_text(confines.text()) : owner;
}

/// Whether the caller's act-as session had ended before this request.
bool over(const Call& call) {
    const auto& session = call.identity.acting;
    return session && status_of(*session, call.now) != SessionStatus::active;
}

}  // namespace

Result<Answer> Dispatch::change_once(WriteHandler handler, const Call& call,
                                     Transaction& transaction) {
    const auto key = call.request().header("Idempotency-Key");
    if (key.empty() || exchange_.route->gives_secrets || call.request().method != Method::post ||
        call.identity.user_id().empty()) {
        return handler(call, transaction);
    }
    if (key.size() > 128 || !visible(key)) {
        return invalid("Idempotency-Key", Reason::malformed,
                       "the key must be 1 to 128 visible characters");
    }
    const auto fingerprint =
        sha256_text(call.request().path + "?" + call.request().query + "\n" + call.request().body);
    if (auto kept = kept_answer(call, transaction, key, fingerprint)) return *std::move(kept);
    auto result = handler(call, transaction);
    // With the token of a session that is over nothing changes any more: nothing is worth keeping.
    if (!result || over(call)) return result;
    const auto& token = result->token_id;
    transaction.store().execute(
        "INSERT INTO kept_answers (caller, idempotency_key, request_sha256, status, body, token_id,"
        " at_unix_ms) VALUES (:caller, :key, :request, :status, :body, :token, :now)",
        {{"caller", owner_of_keys(call)},
         {"key", key},
         {"request", fingerprint},
         {"status", static_cast<std::int64_t>(result->status)},
         {"body", result->body},
         {"token", token.empty() ? std::nullopt : std::optional{token}},
         {"now", to_unix_ms(transaction.now())}});
    return result;
}

std::optional<Answer> Dispatch::kept_answer(const Call& call, Transaction& transaction,
                                            const std::string& key,
                                            const std::string& fingerprint) {
    std::optional<Answer> kept;
    std::optional<std::string> token_id;
    bool same = false;
    auto& store = transaction.store();
    const auto oldest = to_unix_ms(transaction.now() - answers_kept_for);
    store.execute(
        "DELETE FROM kept_answers WHERE caller = :caller AND idempotency_key = :key"
        " AND at_unix_ms <= :oldest",
        {{"caller", owner_of_keys(call)}, {"key", key}, {"oldest", oldest}});
    store.query(
        "SELECT request_sha256, status, body, token_id FROM kept_answers"
        " WHERE caller = :caller AND idempotency_key = :key",
        "tntt", {{"caller", owner_of_keys(call)}, {"key", key}}, [&](Columns& row) {
            same = row.text() == fingerprint;
            const auto status = row.number();
            kept = Answer::json(static_cast<unsigned>(status), row.text());
            token_id = row.optional_text();
        });
    if (!kept) return std::nullopt;
    if (!same) {
        return Answer::problem(make_error(ErrorCode::IDEMPOTENCY_KEY_REUSED,
                                          "this key was used for another request; choose a new one",
                                          "Idempotency-Key"));
    }
    if (token_id) {
        kept->secret_members = [members = secret_members(application_, store, *token_id)] {
            return members;
        };
    }
    kept->with("Idempotency-Replayed", "true");
    return kept;
}

}  // namespace hallpass::server
