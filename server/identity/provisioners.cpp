#include "identity/provisioners.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "ascii.hpp"
#include "digest.hpp"
#include "hallpass/ids.hpp"
#include "named_values.hpp"
#include "split.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t provisioning_token_min_bytes = 32, provisioning_token_max_bytes = 512;

[[noreturn]] void unusable(const std::string& why) {
    throw std::runtime_error("--provisioning: " + why);
}

[[noreturn]] void no_digest() {
    unusable("a digest must be 64 hexadecimal digits, as sha256sum writes them");
}

/// A line that `sha256sum` wrote: the digits, and perhaps a file's name after them.
std::string digest_of_line(std::string_view line) {
    constexpr std::size_t digits = 64;
    if (line.size() < digits || (line.size() > digits && line[digits] != ' ')) {
        no_digest();
    }
    std::string digest;
    for (std::size_t i = 0; i < digits; i += 2) {
        const auto high = hex_digit(line[i]), low = hex_digit(line[i + 1]);
        if (!high || !low) no_digest();
        digest += static_cast<char>(*high * 16 + *low);
    }
    return digest;
}

std::vector<std::string> digests_in(const std::string& file) {
    std::ifstream input{file, std::ios::binary};
    if (!input) unusable("the digest file cannot be read: " + file);
    std::vector<std::string> digests;
    for (std::string line; std::getline(input, line);) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty()) digests.push_back(digest_of_line(line));
    }
    if (digests.empty()) unusable("the digest file is empty: " + file);
    return digests;
}

std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const auto name = take_until(text, ',');
        if (name.empty()) unusable("a role's name is empty");
        names.emplace_back(name);
    }
    if (names.empty()) unusable("roles= names none");
    return names;
}

}  // namespace

ProvisioningSettings ProvisioningSettings::parse(const std::string& text) {
    ProvisioningSettings settings;
    std::string id = "userName", roles{role_user};
    const NamedValue members[] = {{"tenant=", &settings.tenant_id},
                                  {"digest=", &settings.digest_file},
                                  {"id=", &id},
                                  {"suffix=", &settings.id_suffix},
                                  {"roles=", &roles}};
    if (!read_named_values(text, members)) unusable("a part of it is not known");
    if (!is_valid_id(settings.tenant_id)) unusable("it needs tenant=");
    if (settings.digest_file.empty()) unusable("it needs digest=FILE");
    if (id != "userName" && id != "externalId") unusable("id= is userName or externalId");
    settings.external_ids = id == "externalId";
    settings.roles = names_in(roles);
    return settings;
}

bool Provisioner::may_give(std::string_view role) const {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

Provisioners::Provisioners(const std::vector<ProvisioningSettings>& settings, const Roles& roles) {
    for (const auto& each : settings) {
        for (const auto& other : provisioners_) {
            if (other.tenant_id == each.tenant_id) {
                unusable("the tenant " + each.tenant_id + " is named twice");
            }
        }
        for (const auto& role : each.roles) {
            if (!roles.known(role)) unusable("roles= names a role that is not known: " + role);
        }
        for (auto& digest : digests_in(each.digest_file)) {
            const auto same = [&](const Token& token) { return token.digest == digest; };
            if (std::any_of(tokens_.begin(), tokens_.end(), same)) {
                unusable("a token must be given once, to one tenant");
            }
            tokens_.push_back({std::move(digest), provisioners_.size()});
        }
        provisioners_.push_back({each.tenant_id, each.external_ids, each.id_suffix, each.roles});
    }
}

const Provisioner* Provisioners::find(std::string_view token) const {
    if (token.size() < provisioning_token_min_bytes ||
        token.size() > provisioning_token_max_bytes) {
        return nullptr;
    }
    const auto digest = sha256(token);
    const Provisioner* found = nullptr;
    for (const auto& each : tokens_) {
        if (equal_constant_time(each.digest, digest)) found = &provisioners_[each.provisioner];
    }
    return found;
}

}  // namespace hallpass::server
