// Writing what an identity provider changes: after every check, in one transaction.
#include "access/directory.hpp"
#include "access/record_entries.hpp"
#include "ascii.hpp"
#include "directory/provisioning.hpp"
#include "scim/attributes.hpp"

namespace hallpass::server {
namespace {

ProvisionedRow changed_row(ProvisionedRow row, const ScimUser& wanted, Instant now) {
    row.user_name = wanted.user_name;
    row.user_name_key = without_case(wanted.user_name);
    row.external_id = wanted.external_id;
    row.formatted_name = wanted.formatted_name;
    row.given_name = wanted.given_name;
    row.family_name = wanted.family_name;
    row.display_name = wanted.display_name;
    if (wanted.scopes) row.scopes = wanted.scopes->text();
    row.active = wanted.active;
    row.changed_at_unix_ms = to_unix_ms(now);
    return row;
}

bool nameless(const std::optional<std::string>& display, const std::optional<std::string>& whole,
              const std::optional<std::string>& given, const std::optional<std::string>& family) {
    return !display && !whole && !given && !family;
}

/// What is left of somebody whom the provider deleted: that they were there.
void forget_names(ProvisionedRow& row) {
    row.user_name.clear();
    row.user_name_key.clear();
    for (auto* text : {&row.external_id, &row.formatted_name, &row.given_name, &row.family_name,
                       &row.display_name}) {
        text->reset();
    }
}

}  // namespace

Provisioning::Outcome Provisioning::put(ProvisionedUser known, const ScimUser& wanted,
                                        std::string_view change) {
    const bool fresh = change == "created";
    auto& store = transaction_.store();
    if (fresh && known.scopes && !wanted.scopes) known.row.scopes = known.scopes->text();
    const auto now = transaction_.now();
    auto row = changed_row(known.row, wanted, now);
    row.removed = change == "removed";
    const bool exists = known.row.created_at_unix_ms != 0;
    if (fresh) row.created_at_unix_ms = to_unix_ms(now);

    auto update = updater();
    if (!known.shared) put_account(update, known, wanted);
    put_place(update, known, row, fresh);
    if (row.active && (fresh || !known.row.active) &&
        known.user.deactivated_by == provisioner_.tenant_id) {
        update.activate(row.user_id);
    }
    update.enforce();
    if (row.removed) forget_names(row);
    save(row, exists);
    record(row.user_id, change);

    auto after = find_user(store, row.user_id);
    if (!after) throw StoreFault("a provisioned user's account is gone");
    return ProvisionedUser{row, *std::move(after),
                           membership_scopes(store, row.tenant_id, row.user_id), known.shared};
}

void Provisioning::put_account(DirectoryUpdate& update, const ProvisionedUser& known,
                               const ScimUser& wanted) {
    ImportedUser account{known.user};
    auto& row = account.row;
    row.id = wanted.id;
    // Who was never given a name keeps the one that an import gave.
    const auto& place = known.row;
    const bool still_nameless =
        nameless(wanted.display_name, wanted.formatted_name, wanted.given_name,
                 wanted.family_name) &&
        nameless(place.display_name, place.formatted_name, place.given_name, place.family_name);
    if (row.name.empty() || !still_nameless) row.name = account_name(wanted);
    row.email = wanted.email;
    if (wanted.locale) row.locale = wanted.locale;
    row.time_zone = wanted.time_zone.value_or("UTC");
    row.roles.clear();
    for (const auto& role : wanted.roles.value_or(std::vector{std::string{role_user}})) {
        row.roles += (row.roles.empty() ? "" : " ") + role;
    }
    update.put(account);
}

void Provisioning::put_place(DirectoryUpdate& update, const ProvisionedUser& known,
                             const ProvisionedRow& row, bool fresh) {
    const bool on = row.active && (fresh || !is_on(known));
    const bool off = !row.active && (fresh || is_on(known));
    const bool member = known.scopes.has_value();
    ImportedMembership place{{row.tenant_id, row.user_id, row.scopes}, false};
    if (known.shared) {
        // The account is others' too: to be switched off here is to lose the place here.
        place.removed = !row.active;
        if (on || off || row.removed || (member && row.active)) update.put(place);
        return;
    }
    // Who lost the place by somebody else's word gets it back with the provider's next yes alone.
    if (fresh || on || member) update.put(place);
    if (off) update.deactivate(row.user_id, row.tenant_id);
}

void Provisioning::save(const ProvisionedRow& row, bool exists) {
    auto& store = transaction_.store();
    // One statement for both would differ between the two databases; writers take turns.
    if (exists) {
        store.execute("DELETE FROM provisioned_users WHERE tenant_id = :tenant AND user_id = :user",
                      {{"tenant", row.tenant_id}, {"user", row.user_id}});
    }
    store.insert(row);
}

void Provisioning::record(const std::string& user_id, std::string_view change) {
    auto entry = entry_of(event_user_provisioned, origin_);
    entry.subject_id = user_id;
    entry.tenant_id = provisioner_.tenant_id;
    json::Writer metadata;
    metadata.begin_object().member("change", change).member("by", "provisioning").end_object();
    entry.metadata = std::move(metadata).text();
    transaction_.record(std::move(entry));
}

}  // namespace hallpass::server
