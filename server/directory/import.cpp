#include "directory/import.hpp"

#include <algorithm>
#include <vector>

#include "access/directory.hpp"
#include "directory/update.hpp"
#include "hallpass/reason.hpp"
#include "hallpass/wire.hpp"
#include "identity/provisioners.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t line_max_bytes = 64 * 1024;

struct Directory {
    std::vector<TenantRow> tenants;
    std::vector<ImportedUser> users;
    std::vector<ImportedMembership> memberships;
};

/// What others read of somebody, in one line.
std::string required_line(wire::ObjectReader& line, std::string_view name, std::size_t least,
                          std::size_t most) {
    const auto text = line.required_string(name, least, most);
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::any_of(text.begin(), text.end(), control)) {
        line.fail(invalid(name, Reason::malformed,
                          std::string{name} + " must not hold control characters"));
    }
    return std::string{text};
}

void read_tenant(wire::ObjectReader& line, Directory& directory) {
    TenantRow row;
    row.id = line.required_id("id");
    row.name = required_line(line, "name", 1, 200);
    json::Writer policy;
    policy.begin_object().member(
        "profile", line.optional_string("profile", 1, 32).value_or(to_string(default_profile)));
    const auto overrides = line.any("overrides");
    if (overrides && !overrides.is_object()) {
        line.fail(invalid("overrides", Reason::wrong_type, "overrides must be an object"));
        return;
    }
    for (auto each = overrides.first(); each; each = each.next()) {
        policy.key(each.name()).raw(each.excerpt(line_max_bytes));
    }
    row.policy = std::move(policy.end_object()).text();
    const auto document = json::Document::parse(row.policy);
    if (!document) return line.fail(document.error());
    if (auto valid = wire::read_policy(document->root()); !valid) return line.fail(valid.error());
    directory.tenants.push_back(std::move(row));
}

/// `banned`, with `banReason` and `bannedUntil`; a ban that is over already is none.
void read_ban(wire::ObjectReader& line, ImportedUser& user) {
    const auto banned = line.optional_boolean("banned");
    const auto reason = line.optional_string("banReason", 0, 10'000);
    const auto until = line.optional_instant("bannedUntil");
    if ((reason || until) && !banned.value_or(false)) {
        line.fail(invalid("banned", Reason::contradiction, "only a ban has a reason or an end"));
    }
    user.says_banned = banned.has_value();
    user.row.banned = banned.value_or(false);
    if (until) user.row.banned_until_unix_ms = to_unix_ms(*until);
    if (!reason) return;
    const auto parsed = AccessReason::parse(*reason);
    if (!parsed) return line.fail(parsed.error());
    user.row.ban_reason = parsed->str();
}

void read_user(wire::ObjectReader& line, const ZoneTable& zones, const Roles& roles,
               Directory& directory) {
    ImportedUser user;
    auto& row = user.row;
    row.id = line.required_id("id");
    if (row.id.starts_with(Provisioner::actor_prefix)) {
        line.fail(invalid("id", Reason::contradiction, "no user may have a provisioner's name"));
    }
    row.name = required_line(line, "name", 1, 200);
    row.email = required_line(line, "email", 3, 254);
    const auto given = line.any("roles");
    if (given && !given.is_array()) {
        line.fail(invalid("roles", Reason::wrong_type, "roles must be an array of role names"));
    }
    for (auto each = given.first(); each && given.is_array(); each = each.next()) {
        const auto role = each.string();
        if (!role || !roles.known(*role)) {
            line.fail(
                invalid("roles", Reason::not_one_of, "this role is not known", each.excerpt()));
            break;
        }
        row.roles += (row.roles.empty() ? "" : " ") + std::string{*role};
    }
    if (row.roles.empty()) row.roles = role_user;
    const auto zone = zones.find(line.optional_string("timeZone", 1, 64).value_or("UTC"));
    if (zone) {
        row.time_zone = zone->name();
    } else {
        line.fail(zone.error());
    }
    if (const auto locale = line.optional_string("locale", 2, 35)) row.locale = *locale;
    const auto opted_out = line.optional_boolean("optedOut");
    user.says_opted_out = opted_out.has_value();
    row.opted_out = opted_out.value_or(false);
    row.all_tenants = line.optional_boolean("allTenants").value_or(false);
    if (row.all_tenants && !is_staff(permissions_of(row, roles))) {
        line.fail(invalid("allTenants", Reason::contradiction, "only staff serve every tenant"));
    }
    read_ban(line, user);
    if (const auto active = line.optional_boolean("active")) {
        user.says_active = *active;
        if (!*active) {
            line.fail(invalid("active", Reason::contradiction, "ban a user who may not sign in"));
        }
    }
    directory.users.push_back(std::move(user));
}

void read_membership(wire::ObjectReader& line, Directory& directory) {
    ImportedMembership membership;
    auto& row = membership.row;
    row.tenant_id = line.required_id("tenantId");
    row.user_id = line.required_id("userId");
    const auto scopes = line.optional_scopes("scopes");
    if (scopes) row.scopes = scopes->text();
    membership.removed = line.optional_boolean("removed").value_or(false);
    if (membership.removed && scopes) {
        line.fail(invalid("removed", Reason::contradiction, "who is removed has no scopes"));
    }
    directory.memberships.push_back(std::move(membership));
}

Result<Done> read_line(const std::string& text, const ZoneTable& zones, const Roles& roles,
                       Directory& directory) {
    const auto document = json::Document::parse(text, {line_max_bytes, 8});
    if (!document) return document.error();
    wire::ObjectReader line{document->root()};
    const auto type = line.required_string("type", 1, 32);
    if (type == "tenant") {
        read_tenant(line, directory);
    } else if (type == "user") {
        read_user(line, zones, roles, directory);
    } else if (type == "membership") {
        read_membership(line, directory);
    } else if (line.ok()) {
        line.fail(invalid("type", Reason::not_one_of, "type must be tenant, user or membership",
                          json::quoted(type)));
    }
    if (auto error = line.finish()) return *error;
    return Done{};
}

void write(const Directory& directory, Transaction& transaction, const Roles& roles,
           ImportWatch* watch) {
    DirectoryUpdate update{transaction, roles};
    const auto total = static_cast<std::int64_t>(directory.tenants.size() + directory.users.size() +
                                                 directory.memberships.size());
    std::int64_t written = 0;
    const auto put = [&](const auto& rows) {
        for (const auto& row : rows) {
            update.put(row);
            if (++written % ImportWatch::every == 0 && watch != nullptr) {
                watch->written(written, total);
            }
        }
    };
    put(directory.tenants);
    put(directory.users);
    put(directory.memberships);
    update.enforce();
}

}  // namespace

Result<ImportCounts> import_directory(Store& store, const ZoneTable& zones, const Roles& roles,
                                      std::istream& lines, ImportWatch* watch) {
    Directory directory;
    std::string text;
    for (int number = 1; std::getline(lines, text); ++number) {
        if (text.ends_with('\r')) text.pop_back();
        if (text.empty()) continue;
        if (auto read = read_line(text, zones, roles, directory); !read) {
            auto error = read.error();
            error.message = "line " + std::to_string(number) + ": " + error.message +
                            (error.field.empty() ? "" : " (" + error.field + ")");
            return error;
        }
        if (watch != nullptr && number % ImportWatch::every == 0) watch->read(number);
    }
    if (lines.bad()) {
        return invalid("file", Reason::malformed, "the file cannot be read to its end");
    }
    try {
        store.write_now(
            [&](Transaction& transaction) { write(directory, transaction, roles, watch); });
    } catch (const ConstraintViolation&) {
        return invalid("membership", Reason::contradiction,
                       "a membership names a tenant or user that does not exist");
    }
    const auto count = [](const auto& rows) { return static_cast<std::int64_t>(rows.size()); };
    return ImportCounts{count(directory.tenants), count(directory.users),
                        count(directory.memberships)};
}

}  // namespace hallpass::server
