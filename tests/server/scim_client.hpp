#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "digest.hpp"
#include "test_server.hpp"

namespace hallpass::server::test {

inline const std::string users_url = "/scim/v2/Users";

inline std::string hex_sha256(std::string_view text) {
    std::string hex;
    for (const char c : sha256(text)) {
        constexpr std::string_view digits = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

/// The provisioning token of that tenant.
inline std::string provisioning_token(const std::string& tenant) {
    return "a-provisioning-token-of-more-than-32-bytes-for-" + tenant;
}

/// Lets an identity provider keep that tenant's users.
inline void provision(Settings& settings, const std::string& tenant, const std::string& more = {}) {
    const auto folder = std::filesystem::path{settings.key_file}.parent_path();
    const auto file = (folder / ("digest-" + tenant)).string();
    std::ofstream{file} << hex_sha256(provisioning_token(tenant)) << "  -\n";
    settings.provisioning.push_back(
        ProvisioningSettings::parse("tenant=" + tenant + ",digest=" + file + more));
}

/// An identity provider as the server sees it.
struct ScimClient {
    TestServer& server;
    std::string token;

    Reply ask(std::string_view method, const std::string& path,
              const std::string& body = {}) const {
        With with;
        with.bearer = token;
        with.body = body;
        with.content_type = "application/scim+json";
        return server.request(method, path, with);
    }
    Reply create(const std::string& user_name, const std::string& more = {}) const {
        return ask("POST", users_url,
                   R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" +
                       user_name + '"' + more + "}");
    }
    Reply get(const std::string& id) const { return ask("GET", users_url + "/" + id); }
    /// @param operations the objects of `Operations`, joined by commas
    Reply patch(const std::string& id, const std::string& operations) const {
        return ask("PATCH", users_url + "/" + id,
                   R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
                   R"("Operations":[)" +
                       operations + "]}");
    }
    Reply activate(const std::string& id, bool active) const {
        return patch(id, std::string{R"({"op":"replace","path":"active","value":)"} +
                             (active ? "true}" : "false}"));
    }
};

}  // namespace hallpass::server::test
