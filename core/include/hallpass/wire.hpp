#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/expiry.hpp"
#include "hallpass/grant.hpp"
#include "hallpass/json.hpp"
#include "hallpass/policy.hpp"
#include "hallpass/session.hpp"

/// JSON forms of the core's types: what HTTP bodies, the Wasm boundary and TypeScript agree on.
namespace hallpass::wire {

/// `{"error","message","field"?,"reason"?,"received"?,"constraints"?}` (contract, section 8).
void write(json::Writer& writer, const Error& error);
std::string error_json(const Error& error);
/// The RFC 9457 form: the members above and `type`, `title`, `status`.
std::string problem_json(const Error& error);

/// Reads the members of one JSON object strictly: a member that is missing, of another type, out of
/// range or not known is an error that names it. Keeps the first error; check `finish`.
/// @code
///   ObjectReader body{document.root()};
///   const auto user = body.required_string("targetUserId", 1, 128);
///   const auto ttl = body.optional_integer("ttlMinutes", 1, 1440);
///   if (auto error = body.finish()) return *error;
/// @endcode
class ObjectReader {
  public:
    /// @param path prefix for `field` in errors, "" at the top
    explicit ObjectReader(json::Value object, std::string_view path = {});

    std::string_view required_string(std::string_view name, std::size_t min_chars,
                                     std::size_t max_chars);
    std::optional<std::string_view> optional_string(std::string_view name, std::size_t min_chars,
                                                    std::size_t max_chars);
    /// The text of an id (ids.hpp), as its parse accepts it.
    std::string required_id(std::string_view name);
    std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t min,
                                                 std::int64_t max);
    std::optional<bool> optional_boolean(std::string_view name);
    std::optional<Instant> optional_instant(std::string_view name);
    /// A JSON array of scopes; `null` and absence are both nothing.
    std::optional<ScopeSet> optional_scopes(std::string_view name);
    /// Any value, unchecked; marks the name as known.
    json::Value any(std::string_view name);

    bool ok() const { return !error_.has_value(); }
    /// The first error, with members nobody asked for as the last check.
    Refusal finish();
    /// Records an error of the caller's own, if none came before.
    void fail(Refusal refusal);

    /// The first error so far, without the check for unknown members.
    const Refusal& error() const { return error_; }

  private:
    json::Value take(std::string_view name);
    void fail_type(std::string_view name, json::Value value, json::Kind wanted);
    std::string_view checked_string(std::string_view name, json::Value value, std::size_t min_chars,
                                    std::size_t max_chars);
    std::string path_of(std::string_view name) const;
    json::Value object_;
    std::string path_;
    std::vector<std::string> known_;
    Refusal error_;
};

void write(json::Writer& writer, ScopeView scopes);  ///< as a JSON array
/// Writes a grant's members into an object that the caller opened and closes: its state at `now`,
/// times in RFC 3339.
void write_members(json::Writer& writer, const Grant& grant, Instant now);
/// Reads an object with the members that `write_members` wrote, state included; further members are
/// ignored.
/// @errors VALIDATION_ERROR naming the member
Result<Grant> read_grant(json::Value value);

void write(json::Writer& writer, const Policy& policy);
/// `{"profile":"…", "sessionCapMinutes":…, …}`: a profile and overrides.
Result<Policy> read_policy(json::Value value);

}  // namespace hallpass::wire
