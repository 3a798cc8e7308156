#include "decimal.hpp"
#include "hallpass/verify.hpp"

namespace hallpass {
namespace {

constexpr std::int64_t last_second_of_9999 = 253402300799;

Refusal bad_claim(const char* claim, Reason reason, const char* message) {
    return make_error(ErrorCode::TOKEN_CLAIM_INVALID, message, claim, reason);
}

Refusal expired() {
    return make_error(ErrorCode::TOKEN_EXPIRED,
                      "the session is over; start a new one while the grant lives", "exp");
}

Refusal not_yet_valid(const char* claim) {
    return make_error(ErrorCode::TOKEN_NOT_YET_VALID, "the token is not valid yet", claim);
}

}  // namespace

std::optional<NumericDate> NumericDate::parse(std::string_view json_number) {
    // Smaller fractions than this all mean "just after"; it bounds the text that is kept.
    constexpr std::int32_t most_fraction_zeros = 400;
    const auto decimal = Decimal::of(json_number);
    if (decimal.zero()) return NumericDate{};
    if (decimal.negative || decimal.point > 12) return std::nullopt;
    NumericDate date;
    for (std::int32_t i = 0; i < decimal.point; ++i) {
        const auto at = static_cast<std::size_t>(i);
        date.seconds =
            date.seconds * 10 + (at < decimal.digits.size() ? decimal.digits[at] - '0' : 0);
    }
    if (date.seconds > last_second_of_9999) return std::nullopt;
    if (decimal.point <= 0) {
        const auto zeros =
            decimal.point < -most_fraction_zeros ? most_fraction_zeros : -decimal.point;
        date.fraction.assign(static_cast<std::size_t>(zeros), '0');
        date.fraction += decimal.digits;
    } else if (static_cast<std::size_t>(decimal.point) < decimal.digits.size()) {
        date.fraction = decimal.digits.substr(static_cast<std::size_t>(decimal.point));
    }
    return date;
}

Instant NumericDate::ceil_to_ms() const {
    std::int64_t milliseconds = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        milliseconds = milliseconds * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    }
    if (fraction.size() > 3) ++milliseconds;
    return from_unix_s(seconds) + std::chrono::milliseconds{milliseconds};
}

Result<Done> check_rules(const VerifierRules& rules) {
    if (rules.issuer.empty()) return invalid("issuer", Reason::required, "name the issuer");
    if (rules.audience.empty()) return invalid("audience", Reason::required, "name the audience");
    if (rules.clock_skew.count() < 0 || rules.clock_skew > limits::clock_skew_max) {
        return invalid("clockSkewSeconds", Reason::out_of_range,
                       "the leeway must be between 0 and 60 seconds", {},
                       {.min = 0, .max = limits::clock_skew_max.count()});
    }
    return Done{};
}

/// Reads and checks the claims of a signed token one after the other. Keeps the first refusal;
/// what is read after it is of no use.
struct ClaimReader {
    json::Value claims;
    const VerifierRules& rules;
    Refusal failed{};

    void fail(const char* claim, Reason reason, const char* message) {
        if (!failed) failed = bad_claim(claim, reason, message);
    }

    void check_issuer_and_audience() {
        if (!claims.find("iss").is_string(rules.issuer)) {
            fail("iss", Reason::mismatch, "the token comes from another issuer");
        }
        const auto audience = claims.find("aud");
        bool found = audience.is_string(rules.audience);
        if (audience.is_array()) {
            for (auto each = audience.first(); each; each = each.next()) {
                if (!each.string()) fail("aud", Reason::wrong_type, "aud must hold text alone");
                found = found || each.is_string(rules.audience);
            }
        }
        if (!found) fail("aud", Reason::mismatch, "the token is for another audience");
    }

    std::string id(json::Value value, const char* claim) {
        const auto text = value.string();
        if (text && is_valid_id(*text)) return std::string{*text};
        fail(claim, value ? Reason::malformed : Reason::required,
             "a claim that names somebody or something is missing or malformed");
        return {};
    }

    template <class IdType>
    void read_optional_id(json::Value value, const char* claim, std::optional<IdType>& into) {
        if (value) into.emplace(IdType::trusted(id(value, claim)));
    }

    void read_parties(LiveSession& session) {
        session.subject_ = SubjectId::trusted(id(claims.find("sub"), "sub"));
        session.agent_ = AgentId::trusted(id(claims.find("act").find("sub"), "act"));
        if (claims.find("act_as").boolean() != true) {
            fail("act_as", Reason::required, "this is not an act-as token");
        }
        session.session_ = SessionId::trusted(id(claims.find("sid"), "sid"));
        read_optional_id(claims.find("jti"), "jti", session.token_);
        read_optional_id(claims.find("grant_id"), "grant_id", session.grant_);
    }

    /// Nothing where the claim is absent and optional, or refused.
    std::optional<NumericDate> date(const char* claim, bool required) {
        const auto value = claims.find(claim);
        if (!value && !required) return std::nullopt;
        const auto text = value.number_text();
        auto parsed = text ? NumericDate::parse(*text) : std::nullopt;
        if (!parsed) {
            fail(claim, value ? Reason::malformed : Reason::required,
                 "a time must be a number of seconds from 0 to the year 9999");
        }
        return parsed;
    }

    void read_scopes(ScopeSet& into) {
        const auto value = claims.find("scope");
        if (!value) return;
        const auto text = value.string();
        if (!text && !value.is_array()) {
            return fail("scope", Reason::wrong_type, "scope must be text or an array of text");
        }
        std::vector<std::string_view> list;
        for (auto each = value.first(); each; each = each.next()) {
            list.push_back(each.string().value_or(""));
        }
        auto scopes = text ? ScopeSet::parse(*text, "scope") : ScopeSet::from_list(list, "scope");
        if (!scopes) return fail("scope", Reason::malformed, "scope holds a malformed scope");
        into = *std::move(scopes);
    }

    void read_context(LiveSession& session) {
        const auto context = claims.find("ctx");
        if (!context) return;
        if (!context.is_object()) fail("ctx", Reason::wrong_type, "ctx must be an object");
        for (const char* name : {"tenantId", "lawFirmId"}) {
            const auto value = context.find(name);
            if (!value) continue;
            if (session.tenant_) fail("ctx", Reason::contradiction, "ctx must name one tenant");
            read_optional_id(value, "ctx", session.tenant_);
            session.tenant_claim_ = name;
        }
    }

    void read_status(LiveSession& session) {
        const auto status = claims.find("status");
        if (!status) return;
        const auto list = status.find("status_list");
        const auto index = list.find("idx").integer();
        const auto uri = list.find("uri").string();
        if (!index || *index < 0 || !uri || uri->empty()) {
            return fail("status", Reason::malformed, "status must name a status list and index");
        }
        session.status_ =
            LiveSession::StatusReference{static_cast<std::uint64_t>(*index), std::string{*uri}};
    }

    void read_times(LiveSession& session, Instant now) {
        const auto exp = date("exp", true);
        const auto nbf = date("nbf", false);
        const auto iat = date("iat", false);
        if (failed) return;
        if (iat && *iat > *exp) {
            return fail("iat", Reason::contradiction, "the token was issued after its end");
        }
        session.not_after_ = exp->ceil_to_ms() + rules.clock_skew;
        if (nbf) session.not_before_ = nbf->ceil_to_ms() - rules.clock_skew;
        if (now >= session.not_after_) {
            failed = expired();
        } else if (now < session.not_before_) {
            failed = not_yet_valid("nbf");
        } else if (iat) {
            const auto issued = iat->ceil_to_ms() - rules.clock_skew;
            if (now < issued) failed = not_yet_valid("iat");
            if (issued > session.not_before_) session.not_before_ = issued;
        }
    }
};

Result<LiveSession> LiveSession::check(const SignedToken& token, const VerifierRules& rules,
                                       Instant now) {
    if (auto sound = check_rules(rules); !sound) return std::move(sound).refusal();
    ClaimReader reader{token.payload_.root(), rules};
    LiveSession session;
    reader.check_issuer_and_audience();
    reader.read_parties(session);
    reader.read_scopes(session.scopes_);
    reader.read_context(session);
    reader.read_status(session);
    reader.read_times(session, now);
    if (reader.failed) return std::move(reader.failed);
    return session;
}

Result<Done> LiveSession::check_again(Instant now, ScopeView required_scopes) const {
    if (now >= not_after_) return expired();
    if (now < not_before_) return not_yet_valid("nbf");
    if (required_scopes.is_subset_of(scopes_)) return Done{};
    auto error = make_error(ErrorCode::INSUFFICIENT_SCOPE,
                            "this session does not carry the scopes that are needed here", "scope",
                            Reason::scope_exceeded);
    for (const auto scope : required_scopes.list()) {
        if (scopes_.view().contains(scope)) continue;
        if (!error->constraints.one_of.empty()) error->constraints.one_of += ' ';
        error->constraints.one_of += scope;
    }
    return error;
}

}  // namespace hallpass
