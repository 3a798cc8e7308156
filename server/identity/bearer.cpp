#include "identity/bearer.hpp"

#include <stdexcept>
#include <utility>

#include "hallpass/ids.hpp"
#include "hallpass/json.hpp"
#include "hallpass/limits.hpp"
#include "hallpass/token.hpp"
#include "hallpass/verify.hpp"
#include "identity/identity.hpp"
#include "named_values.hpp"

namespace hallpass::server {
namespace {

Error refused(std::string_view message) { return make_error(ErrorCode::UNAUTHORIZED, message); }

struct Parts {
    std::string_view input;
    std::string signature;
    json::Document header, payload;
};

Result<Parts> split(std::string_view token) {
    const auto malformed = [] { return refused("the bearer token is malformed; sign in again"); };
    if (token.size() > limits::token_max_bytes) return malformed();
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
        return malformed();
    }
    const auto header = base64url_decode(token.substr(0, first));
    const auto payload = base64url_decode(token.substr(first + 1, second - first - 1));
    auto signature = base64url_decode(token.substr(second + 1));
    if (!header || !payload || !signature) return malformed();
    auto header_json = json::Document::parse(*header);
    auto payload_json = json::Document::parse(*payload);
    if (!header_json || !payload_json || !header_json->root().is_object() ||
        !payload_json->root().is_object()) {
        return malformed();
    }
    return Parts{token.substr(0, second), *std::move(signature), *std::move(header_json),
                 *std::move(payload_json)};
}

bool has_audience(json::Value audience, std::string_view wanted) {
    if (audience.string() == wanted) return true;
    for (auto each = audience.is_array() ? audience.first() : json::Value{}; each;
         each = each.next()) {
        if (each.string() == wanted) return true;
    }
    return false;
}

/// The NumericDate of that claim; nothing where it is there and no date.
struct TimeClaim {
    bool valid = true;
    std::optional<Instant> at;
};
TimeClaim time_claim(json::Value claims, std::string_view name) {
    const auto value = claims.find(name);
    if (!value) return {};
    const auto text = value.number_text();
    const auto date = text ? NumericDate::parse(*text) : std::nullopt;
    if (!date) return {false, {}};
    return {true, date->ceil_to_ms()};
}

Result<BearerClaims> check_claims(json::Value claims, const ClaimMapping& mapping, Instant now) {
    const auto expiry = time_claim(claims, "exp");
    const auto not_before = time_claim(claims, "nbf");
    const auto issued = time_claim(claims, "iat");
    const auto subject = claims.find("sub").string();
    if (!expiry.valid || !expiry.at || !not_before.valid || !issued.valid || !subject ||
        !is_valid_id(*subject)) {
        return refused("a claim of the bearer token is missing or malformed");
    }
    if (now >= *expiry.at) return refused("the bearer token has expired; sign in again");
    if (not_before.at && now < *not_before.at) return refused("the bearer token is not valid yet");
    if (issued.at && now + limits::clock_skew_max < *issued.at) {
        return refused("the bearer token was issued in the future");
    }
    auto confines = mapping.confines_in(claims);
    if (!confines) return std::move(confines).error();
    BearerClaims result{std::string{*subject}, *std::move(confines), mapping.service_in(claims),
                        *expiry.at};
    result.acting_as = claims.find("act").present() || claims.find("act_as").boolean() == true;
    return result;
}

Result<Done> check_header(json::Value header) {
    for (const auto name : {"crit", "b64", "jwk", "jku", "x5u", "x5c"}) {
        if (header.find(name)) return refused("the bearer token's header is not supported");
    }
    const auto type = header.find("typ").string();
    if (type && (*type == "statuslist+jwt" || *type == "application/statuslist+jwt")) {
        return refused("this is not a bearer token");
    }
    return Done{};
}

struct KeyChoice {
    const IssuerKey* key = nullptr;  ///< the one that fits
    bool unknown = false;            ///< the token names one that is not among them
};
KeyChoice key_for(json::Value header, const IssuerKeys& keys) {
    const auto algorithm = header.find("alg").string();
    const auto key_id = header.find("kid").string();
    KeyChoice choice;
    int fitting = 0;
    choice.unknown = key_id.has_value();
    for (const auto& key : keys) {
        if (key_id && key->key_id() == *key_id) choice.unknown = false;
        const bool named = key_id && !key->key_id().empty();
        if (key->algorithm() != algorithm || (named && key->key_id() != *key_id)) continue;
        choice.key = key.get();
        ++fitting;
    }
    if (fitting != 1) choice.key = nullptr;
    if (choice.key != nullptr) choice.unknown = false;
    return choice;
}

[[noreturn]] void refuse_meaning(const std::string& theirs, const std::string& ours) {
    throw std::runtime_error("--identity: role." + theirs + " is to mean " + ours +
                             ", which is not a role");
}

/// Each `THEIRS=OURS`. No role of ours has a `=` in its name; what a provider calls one may.
void read_role_names(const std::vector<std::string>& texts, ClaimMapping& claims) {
    if (!texts.empty() && claims.roles_claim.empty()) {
        throw std::runtime_error("an identity provider's role. needs roles-claim=");
    }
    for (const auto& text : texts) {
        const auto equals = text.rfind('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
            throw std::runtime_error("an identity provider's roles are told as role.THEIRS=OURS");
        }
        claims.role_names.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
}

void read_services(const std::string& text, ClaimMapping& claims) {
    if (!text.empty() && text != "on" && text != "off") {
        throw std::runtime_error("an identity provider's services= is on or off");
    }
    if (text == "on" && claims.bound()) {
        throw std::runtime_error("services=on: a provider of one tenant has no services");
    }
    claims.services = text != "off";
}

}  // namespace

void refuse_unknown_roles(const std::vector<IssuerSettings>& issuers, const Roles& roles) {
    for (const auto& issuer : issuers) {
        for (const auto& [theirs, ours] : issuer.claims.role_names) {
            if (ours == role_service || roles.known(ours)) continue;
            refuse_meaning(theirs, ours);
        }
    }
}

IssuerSettings IssuerSettings::parse(const std::string& text) {
    IssuerSettings settings;
    auto& claims = settings.claims;
    std::vector<std::string> roles;
    std::string services;
    const NamedValue members[] = {
        {"issuer=", &settings.issuer},           {"audience=", &settings.audience},
        {"secret=", &settings.secret_file},      {"jwks=", &settings.jwks_file},
        {"roles-claim=", &claims.roles_claim},   {"role.", nullptr, &roles},
        {"scopes-claim=", &claims.scopes_claim}, {"tenant-claim=", &claims.tenant_claim},
        {"tenant=", &claims.tenant_id},          {"services=", &services}};
    if (!read_named_values(text, members)) {
        throw std::runtime_error("an issuer's setting is not known");
    }
    if (settings.jwks_file.starts_with("https://") || settings.jwks_file.starts_with("http://")) {
        settings.jwks_url = std::exchange(settings.jwks_file, {});
    }
    if (settings.issuer.empty() || settings.audience.empty() ||
        settings.secret_file.empty() == (settings.jwks_file.empty() && settings.jwks_url.empty())) {
        throw std::runtime_error(
            "an identity provider needs issuer=, audience= and one of secret= or jwks=");
    }
    read_role_names(roles, claims);
    read_services(services, claims);
    return settings;
}

Issuers::Issuers(const std::vector<IssuerSettings>& settings, const Clock& clock) {
    for (const auto& each : settings) {
        Issuer issuer{each.issuer, each.audience, each.claims, nullptr, nullptr};
        if (!each.secret_file.empty()) {
            issuer.file = std::make_unique<FileKeys>(each.secret_file, FileKeys::Kind::secret);
        } else if (!each.jwks_url.empty()) {
            issuer.remote = std::make_unique<RemoteKeys>(each.jwks_url, clock);
        } else {
            issuer.file = std::make_unique<FileKeys>(each.jwks_file, FileKeys::Kind::jwks);
        }
        issuers_.push_back(std::move(issuer));
    }
}

std::shared_ptr<const IssuerKeys> Issuers::keys_of(const Issuer& issuer) {
    return issuer.remote ? issuer.remote->usable() : issuer.file->usable();
}

void Issuers::follow_files() {
    for (const auto& issuer : issuers_) {
        if (issuer.file) issuer.file->follow();
    }
}

Result<BearerClaims> Issuers::verify(std::string_view token, Instant now) const {
    if (const auto known = known_.find(token)) {
        const auto keys = keys_of(*known->issuer);
        if (keys && known->keys.lock() == keys) {
            return check_claims(known->payload->root(), known->issuer->claims, now);
        }
    }
    auto parts = split(token);
    if (!parts) return parts.error();
    const auto header = parts->header.root();
    const auto claims = parts->payload.root();
    if (auto supported = check_header(header); !supported) return std::move(supported).error();
    const auto issuer_name = claims.find("iss").string();
    bool unavailable = false, meant_for_others = false;
    for (const auto& issuer : issuers_) {
        if (issuer.issuer != issuer_name) continue;
        const auto keys = keys_of(issuer);
        if (!keys) {
            unavailable = true;
            continue;
        }
        const auto choice = key_for(header, *keys);
        if (choice.unknown && issuer.remote && issuer.remote->ask_again()) unavailable = true;
        if (choice.key == nullptr || !choice.key->verify(parts->input, parts->signature)) continue;
        if (!has_audience(claims.find("aud"), issuer.audience)) {
            meant_for_others = true;  // the same provider may be named once more, with another one
            continue;
        }
        auto checked = check_claims(claims, issuer.claims, now);
        if (checked) {
            known_.keep(token, {&issuer, keys,
                                std::make_shared<const json::Document>(std::move(parts->payload))});
        }
        return checked;
    }
    if (unavailable) {
        return make_error(ErrorCode::KEYS_UNAVAILABLE,
                          "the identity provider's keys are being fetched; try again shortly");
    }
    return refused(meant_for_others ? "the bearer token is meant for somebody else"
                                    : "the bearer token's issuer or signature is not accepted");
}

}  // namespace hallpass::server
