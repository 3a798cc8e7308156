#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hallpass/permission.hpp"

namespace hallpass::server {

/// What lets an identity provider keep one tenant's users (SCIM), as told on the command line.
struct ProvisioningSettings {
    std::string tenant_id;
    std::string digest_file;    ///< SHA-256 of the token in hex; one line for each token that holds
    bool external_ids = false;  ///< a user's id is their externalId; otherwise their userName
    std::string id_suffix{};    ///< what every id ends with; empty: any id
    std::vector<std::string> roles{std::string{role_user}};  ///< what may be given

    /// `tenant=…,digest=FILE[,id=userName|externalId][,suffix=…][,roles=NAME,…]`.
    /// @throws std::runtime_error where a part is missing or not known
    static ProvisioningSettings parse(const std::string& text);
};

/// One identity provider, and how far it may go.
struct Provisioner {
    std::string tenant_id;
    bool external_ids = false;
    std::string id_suffix;
    std::vector<std::string> roles;

    bool may_give(std::string_view role) const;
    /// Who changes what it asks for, on record. No user may have such an id.
    std::string actor_id() const { return std::string{actor_prefix} + tenant_id; }
    static constexpr std::string_view actor_prefix = "provisioning:";
};

/// The provisioning tokens that are accepted. Only their digests are known here.
class Provisioners {
  public:
    /// @throws std::runtime_error where a digest file cannot be used, a role is not known, or two
    ///         settings share a tenant or a token
    Provisioners(const std::vector<ProvisioningSettings>& settings, const Roles& roles);

    /// Whose token this is; nullptr where it is nobody's. Takes as long for any token, and refuses
    /// every one of less than 32 or more than 512 bytes, whatever its digest.
    const Provisioner* find(std::string_view token) const;
    const std::vector<Provisioner>& all() const { return provisioners_; }

  private:
    struct Token {
        std::string digest;
        std::size_t provisioner;
    };
    std::vector<Provisioner> provisioners_;
    std::vector<Token> tokens_;
};

}  // namespace hallpass::server
