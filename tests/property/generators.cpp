#include "generators.hpp"

namespace hallpass::property {

namespace gen = rc::gen;

namespace {

template <class T>
rc::Gen<std::optional<T>> override_of(int min, int max) {
    return optionally(gen::map(gen::inRange(min, max), [](int value) { return T{value}; }));
}

void append_utf8(std::string& out, std::uint32_t c) {
    const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    if (c < 0x80) {
        byte(c);
    } else if (c < 0x800) {
        byte(0xC0 | (c >> 6));
        byte(0x80 | (c & 63));
    } else if (c < 0x10000) {
        byte(0xE0 | (c >> 12));
        byte(0x80 | ((c >> 6) & 63));
        byte(0x80 | (c & 63));
    } else {
        byte(0xF0 | (c >> 18));
        byte(0x80 | ((c >> 12) & 63));
        byte(0x80 | ((c >> 6) & 63));
        byte(0x80 | (c & 63));
    }
}

rc::Gen<std::uint32_t> code_points() {
    return gen::oneOf(gen::inRange<std::uint32_t>(0x20, 0x7F), gen::inRange<std::uint32_t>(0, 0x20),
                      gen::inRange<std::uint32_t>(0x7F, 0xD800),
                      gen::inRange<std::uint32_t>(0xE000, 0x110000));
}

std::string as_utf8(const std::vector<std::uint32_t>& points) {
    std::string text;
    for (const auto c : points) append_utf8(text, c);
    return text;
}

rc::Gen<std::string> digits(int min, int max) {
    return gen::mapcat(gen::inRange(min, max + 1), [](int count) {
        return gen::container<std::string>(static_cast<std::size_t>(count),
                                           gen::inRange('0', static_cast<char>('9' + 1)));
    });
}

Granted some_consent() { return {*instants(), *instants(), *optionally(scope_sets())}; }

GrantState some_state() {
    switch (*gen::inRange(0, 5)) {
        case 0: return Pending{*instants()};
        case 1: return some_consent();
        case 2: return Declined{*instants()};
        case 3: {
            const auto party = *gen::element(RevokedBy::user, RevokedBy::agent, RevokedBy::system);
            if (*gen::arbitrary<bool>()) return Revoked{*instants(), party, some_consent()};
            return Revoked{*instants(), party, std::nullopt};
        }
        default:
            if (*gen::arbitrary<bool>()) return Expired{*instants(), some_consent()};
            return Expired{*instants(), std::nullopt};
    }
}

template <class IdType>
rc::Gen<IdType> ids() {
    return gen::map(id_texts(), [](std::string text) { return IdType::trusted(std::move(text)); });
}

}  // namespace

rc::Gen<Instant> instants() {
    return gen::map(gen::oneOf(gen::inRange(min_instant_unix_ms, max_instant_unix_ms + 1),
                               gen::inRange<std::int64_t>(0, 4'102'444'800'000),
                               gen::element(min_instant_unix_ms, max_instant_unix_ms,
                                            std::int64_t{0}, std::int64_t{-1})),
                    from_unix_ms);
}

rc::Gen<Instant> instants_1970_to_2099() {
    // From the second day on: presets know local days from 1970-01-01, which in the west is later.
    return gen::map(gen::inRange<std::int64_t>(86'400'000, 4'102'444'800'000), from_unix_ms);
}

rc::Gen<TimeZone> zones() {
    const auto& table = ZoneTable::embedded();
    return gen::map(gen::inRange<std::size_t>(0, table.size()),
                    [&table](std::size_t index) { return *table.find(table.name(index)); });
}

rc::Gen<std::string> texts() {
    return gen::map(gen::container<std::vector<std::uint32_t>>(code_points()), as_utf8);
}

rc::Gen<std::string> json_numbers() {
    return gen::exec([] {
        std::string text = *gen::element<std::string>("", "", "", "-");
        auto whole = *digits(1, 14);
        const auto first = whole.find_first_not_of('0');
        text += first == std::string::npos ? "0" : whole.substr(first);
        if (*gen::arbitrary<bool>()) text += "." + *digits(1, 12);
        if (*gen::arbitrary<bool>()) {
            text += *gen::element<std::string>("e", "E", "e+", "E-", "e-");
            text += *digits(1, 2);
        }
        return text;
    });
}

rc::Gen<std::string> scope_words() {
    return gen::map(
        gen::pair(
            gen::element<std::string>("cases", "billing", "documents", "support:access"),
            gen::element<std::string>("read", "list", "view-inbox", "write", "pay", "reader")),
        [](const std::pair<std::string, std::string>& parts) {
            return parts.first + ":" + parts.second;
        });
}

rc::Gen<ScopeSet> scope_sets() {
    return gen::map(gen::container<std::vector<std::string>>(scope_words()),
                    [](const std::vector<std::string>& words) {
                        return *ScopeSet::from_list({words.begin(), words.end()}, "scopes");
                    });
}

rc::Gen<ScopePatterns> scope_patterns() {
    const auto pattern = gen::oneOf(
        scope_words(), gen::element<std::string>("billing:*", "documents:*", "support:*"));
    return gen::map(gen::container<std::vector<std::string>>(pattern),
                    [](const std::vector<std::string>& words) {
                        std::string text;
                        for (const auto& word : words) text += word + " ";
                        return *ScopePatterns::parse(text, "neverCarried");
                    });
}

rc::Gen<std::string> id_texts() {
    return gen::suchThat(gen::map(gen::nonEmpty(gen::container<std::vector<std::uint32_t>>(
                                      gen::oneOf(gen::inRange<std::uint32_t>(0x21, 0x7F),
                                                 gen::inRange<std::uint32_t>(0xA1, 0x2000)))),
                                  [](const std::vector<std::uint32_t>& points) {
                                      auto text = as_utf8(points);
                                      return text.size() > 128 ? text.substr(0, 0) + "long" : text;
                                  }),
                         [](const std::string& text) { return is_valid_id(text); });
}

rc::Gen<AccessReason> reasons() {
    return gen::map(texts(), [](const std::string& text) {
        const auto reason = AccessReason::parse(text);
        return reason ? *reason : AccessReason::trusted("the invoice will not open");
    });
}

rc::Gen<Grant> grants() {
    return gen::exec([] {
        return Grant{*ids<GrantId>(),
                     *ids<TenantId>(),
                     *ids<SubjectId>(),
                     *optionally(ids<AgentId>()),
                     *optionally(ids<TicketId>()),
                     *optionally(reasons()),
                     *optionally(scope_sets()),
                     *instants(),
                     some_state()};
    });
}

rc::Gen<PolicyOverrides> policy_overrides() {
    using std::chrono::minutes;
    return gen::exec([] {
        PolicyOverrides overrides;
        overrides.consent_needed = *optionally(gen::arbitrary<bool>());
        overrides.session_cap = *override_of<minutes>(0, 300);
        overrides.ttl_min = *override_of<minutes>(0, 30);
        overrides.ttl_default = *override_of<minutes>(0, 80);
        overrides.ttl_max = *override_of<minutes>(0, 150);
        overrides.active_per =
            *optionally(gen::element(ActivePer::user, ActivePer::agent_and_user));
        overrides.max_grant = *override_of<std::chrono::days>(0, 100);
        overrides.pending_for = *override_of<std::chrono::hours>(0, 800);
        overrides.act_as_enabled = *optionally(gen::arbitrary<bool>());
        overrides.read_only = *optionally(gen::arbitrary<bool>());
        overrides.never_carried = *optionally(scope_patterns());
        return overrides;
    });
}

rc::Gen<Policy> policies() {
    return gen::map(gen::pair(gen::element(Profile::consent, Profile::helpdesk,
                                           Profile::support_access, Profile::law_firm),
                              policy_overrides()),
                    [](const std::pair<Profile, PolicyOverrides>& chosen) {
                        const auto policy = Policy::with(chosen.first, chosen.second);
                        return policy ? *policy : Policy::of(chosen.first);
                    });
}

rc::Gen<Error> errors() {
    return gen::exec([] {
        constexpr int codes = static_cast<int>(ErrorCode::REVOCATION_UNAVAILABLE) + 1;
        constexpr int reason_count = static_cast<int>(Reason::mismatch) + 1;
        Error error = make_error(static_cast<ErrorCode>(*gen::inRange(0, codes)), *texts(),
                                 *texts(), static_cast<Reason>(*gen::inRange(0, reason_count)));
        if (*gen::arbitrary<bool>()) error.received = json::quoted(*texts());
        const auto number = gen::inRange(-(std::int64_t{1} << 53) + 1, std::int64_t{1} << 53);
        error.constraints.min = *optionally(number);
        error.constraints.max = *optionally(number);
        error.constraints.one_of = (*scope_sets()).text();
        return error;
    });
}

}  // namespace hallpass::property

namespace hallpass {

void showValue(const TimeZone& zone, std::ostream& out) { out << zone.name(); }
void showValue(const ScopeSet& scopes, std::ostream& out) { out << '[' << scopes.text() << ']'; }
void showValue(const ScopePatterns& patterns, std::ostream& out) {
    out << '[' << patterns.text() << ']';
}
void showValue(const Grant& grant, std::ostream& out) {
    json::Writer writer;
    writer.begin_object();
    wire::write_members(writer, grant, from_unix_ms(min_instant_unix_ms));
    writer.end_object();
    out << writer.text();
}
void showValue(const Policy& policy, std::ostream& out) {
    json::Writer writer;
    wire::write(writer, policy);
    out << writer.text();
}
void showValue(const Error& error, std::ostream& out) { out << wire::error_json(error); }

}  // namespace hallpass
