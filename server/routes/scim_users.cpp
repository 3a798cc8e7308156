// SCIM 2.0 Users (RFC 7643, RFC 7644): an identity provider keeps the users of its one tenant.

#include "access/directory.hpp"
#include "application.hpp"
#include "directory/provisioning.hpp"
#include "hallpass/ids.hpp"
#include "http/request.hpp"
#include "routes/routes.hpp"
#include "scim/selection.hpp"
#include "scim/words.hpp"
#include "whole_number.hpp"

namespace hallpass::server {
namespace {

constexpr std::int64_t scim_page_default = 100, scim_page_max = 200;

const Provisioner& provisioner_of(const Call& call) {
    return *call.identity.credential.provisioner;
}

ScimRefusal no_such_user() { return {404, "", "there is no such user"}; }

/// The tenant is part of the configuration, and may not have been imported yet.
ScimCheck check_tenant(const Call& call, Connection& store) {
    if (find_tenant(store, provisioner_of(call).tenant_id)) return std::nullopt;
    return ScimRefusal{403, "", "the tenant of this token is not there; import it first"};
}

std::string location_of(const Call& call, const std::string& id) {
    return call.application.settings().public_url + std::string{scim_base} + "/Users/" +
           percent_encode(id);
}

ScimCheck read_selection(const Call& call, ScimSelection& selection) {
    return ScimSelection::read(call.query("attributes"), call.query("excludedAttributes"),
                               selection);
}

std::string resource_text(const Call& call, const ProvisionedUser& known,
                          const ScimSelection& selection) {
    json::Writer writer;
    write_scim_user(writer, scim_user_of(known), location_of(call, known.row.user_id));
    return selection.of(std::move(writer).text());
}

Answer resource_answer(const Call& call, unsigned status, const ProvisionedUser& known,
                       const ScimSelection& selection) {
    return scim_answer(status, resource_text(call, known, selection))
        .with("Location", location_of(call, known.row.user_id));
}

std::optional<ProvisionedUser> user_of_path(const Call& call, Connection& store) {
    const auto& id = call.path("id");
    if (!is_valid_id(id)) return std::nullopt;
    return find_provisioned(store, provisioner_of(call).tenant_id, id);
}

/// A number of the query; `otherwise` where it is not there, nothing where it is none.
std::optional<std::int64_t> number_of(const Call& call, std::string_view name,
                                      std::int64_t otherwise) {
    const auto text = call.query(name);
    return text ? whole_number<std::int64_t>(*text) : otherwise;
}

Result<Answer> list_scim_users(const Call& call, Connection& store) {
    ScimSelection selection;
    if (auto refused = check_tenant(call, store)) return scim_refused(*refused);
    if (auto refused = read_selection(call, selection)) return scim_refused(*refused);
    const auto start = number_of(call, "startIndex", 1);
    const auto count = number_of(call, "count", scim_page_default);
    if (!start || !count) {
        return scim_refused(scim_invalid("invalidValue", "startIndex and count are integers"));
    }
    std::optional<ScimFilter> filter;
    if (const auto text = call.query("filter")) {
        filter = scim_filter(*text);
        if (!filter) {
            return scim_refused(scim_invalid(
                "invalidFilter", "filter by userName eq, externalId eq or id eq, and a text"));
        }
    }
    // RFC 7644 section 3.4.2.4: below 1 is 1, a negative count is 0.
    const auto first = std::max<std::int64_t>(*start, 1);
    const auto most = std::clamp<std::int64_t>(*count, 0, scim_page_max);
    const auto page =
        list_provisioned(store, provisioner_of(call).tenant_id, filter, first - 1, most);
    json::Writer writer;
    writer.begin_object().key("schemas").begin_array().string(scim_list_message).end_array();
    writer.member("totalResults", page.total).member("startIndex", first);
    writer.member("itemsPerPage", static_cast<std::int64_t>(page.users.size()));
    writer.key("Resources").begin_array();
    for (const auto& each : page.users) writer.raw(resource_text(call, each, selection));
    writer.end_array().end_object();
    return scim_answer(200, std::move(writer).text());
}

Result<Answer> get_scim_user(const Call& call, Connection& store) {
    const auto known = user_of_path(call, store);
    if (!known) return scim_refused(no_such_user());
    ScimSelection selection;
    if (auto refused = read_selection(call, selection)) return scim_refused(*refused);
    return resource_answer(call, 200, *known, selection);
}

Provisioning provisioning(const Call& call, Transaction& transaction) {
    const auto& application = call.application;
    return {transaction, provisioner_of(call), application.roles(), application.zones(),
            call.origin()};
}

Answer outcome_answer(const Call& call, unsigned status, const Provisioning::Outcome& outcome,
                      const ScimSelection& selection) {
    if (const auto* refused = std::get_if<ScimRefusal>(&outcome)) return scim_refused(*refused);
    return resource_answer(call, status, *std::get_if<ProvisionedUser>(&outcome), selection);
}

Result<Answer> create_scim_user(const Call& call, Transaction& transaction) {
    if (auto refused = check_tenant(call, transaction.store())) return scim_refused(*refused);
    ScimSelection selection;
    if (auto refused = read_selection(call, selection)) return scim_refused(*refused);
    ScimUser wanted;
    if (auto refused = read_scim_user(call.body(), wanted)) return scim_refused(*refused);
    return outcome_answer(call, 201, provisioning(call, transaction).create(wanted), selection);
}

/// PUT and PATCH differ in how they read their body alone.
Result<Answer> change_scim_user(const Call& call, Transaction& transaction,
                                ScimCheck (*read)(json::Value, ScimUser&)) {
    const auto known = user_of_path(call, transaction.store());
    if (!known) return scim_refused(no_such_user());
    ScimSelection selection;
    if (auto refused = read_selection(call, selection)) return scim_refused(*refused);
    auto wanted = scim_user_of(*known);
    if (auto refused = read(call.body(), wanted)) return scim_refused(*refused);
    return outcome_answer(call, 200, provisioning(call, transaction).change(*known, wanted),
                          selection);
}

/// What a whole user does not name is without a name afterwards; standing, roles and scopes that it
/// does not speak of stay, so that nobody is let in again, or demoted, by silence.
ScimCheck read_replacement(json::Value body, ScimUser& user) {
    user.display_name.reset();
    user.formatted_name.reset();
    user.given_name.reset();
    user.family_name.reset();
    return read_scim_user(body, user);
}

Result<Answer> replace_scim_user(const Call& call, Transaction& transaction) {
    return change_scim_user(call, transaction, read_replacement);
}

Result<Answer> patch_user(const Call& call, Transaction& transaction) {
    return change_scim_user(call, transaction, patch_scim_user);
}

Result<Answer> delete_scim_user(const Call& call, Transaction& transaction) {
    const auto known = user_of_path(call, transaction.store());
    if (!known) return scim_refused(no_such_user());
    provisioning(call, transaction).remove(*known);
    return Answer::empty(204);
}

}  // namespace

std::vector<Route> scim_user_routes() {
    constexpr auto who = Who::provisioner;
    std::vector<Route> routes{
        {Method::get, "/scim/v2/Users", who, BodyKind::none, list_scim_users},
        {Method::post, "/scim/v2/Users", who, BodyKind::scim, create_scim_user},
        {Method::get, "/scim/v2/Users/{id}", who, BodyKind::none, get_scim_user},
        {Method::put, "/scim/v2/Users/{id}", who, BodyKind::scim, replace_scim_user},
        {Method::patch, "/scim/v2/Users/{id}", who, BodyKind::scim, patch_user},
        {Method::delete_, "/scim/v2/Users/{id}", who, BodyKind::none, delete_scim_user},
    };
    for (auto& route : routes) route.refusal = scim_problem;
    return routes;
}

}  // namespace hallpass::server
