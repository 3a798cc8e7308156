#include "world.hpp"

#include <algorithm>

namespace hallpass::model {
namespace {

using std::chrono::minutes;

/// Hashes what matters of a world, under each naming of agents and tickets at once.
class Portraits {
  public:
    explicit Portraits(const World& world) : world_(world) {}

    std::uint64_t least() {
        add(to_unix_ms(world_.now) % 1000);
        for (std::size_t i = 0; i < agent_count; ++i) {
            add_under_each([&](const Naming& naming) {
                const auto agent = naming.agents_swapped ? agent_count - 1 - i : i;
                return (world_.agent_banned[agent] ? 2 : 0) + (world_.role_lost[agent] ? 1 : 0);
            });
        }
        add(world_.user_banned);
        add(world_.act_as_off);
        for (const auto& grant : world_.grants) add_grant(grant);
        add(-1);
        for (const auto& session : world_.sessions) add_session(session);
        return *std::min_element(hashes_.begin(), hashes_.end());
    }

  private:
    struct Naming {
        bool agents_swapped, tickets_swapped;
    };
    static constexpr std::array<Naming, 4> namings{
        {{false, false}, {false, true}, {true, false}, {true, true}}};

    static std::uint64_t mixed(std::uint64_t hash, std::int64_t number) {
        hash = (hash ^ static_cast<std::uint64_t>(number)) * 0x9e3779b97f4a7c15;
        hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93;
        return hash ^ (hash >> 32);
    }
    void add(std::int64_t number) {
        for (auto& hash : hashes_) hash = mixed(hash, number);
    }
    template <typename Number>
    void add_under_each(const Number& number) {
        for (std::size_t i = 0; i < namings.size(); ++i) {
            hashes_[i] = mixed(hashes_[i], number(namings[i]));
        }
    }
    void add(const ScopeSet& scopes) {
        add(static_cast<std::int64_t>(std::hash<std::string>{}(scopes.text())));
    }
    void add(const std::optional<ScopeSet>& scopes) {
        add(scopes.has_value());
        if (scopes) add(*scopes);
    }
    void add_from_now(Instant instant) {
        add(std::max<std::int64_t>((instant - world_.now).count(), -1));
    }
    void add_agent(const std::optional<AgentId>& agent) {
        if (!agent) return add(2);
        const bool first = *agent == agent_named(0);
        add_under_each([&](const Naming& naming) { return first != naming.agents_swapped; });
    }
    void add_ticket(const std::optional<TicketId>& ticket) {
        if (!ticket) return add(2);
        const bool first = *ticket == ticket_named(0);
        add_under_each([&](const Naming& naming) { return first != naming.tickets_swapped; });
    }
    void add_grant(const Grant& grant) {
        add(static_cast<std::int64_t>(grant.state.index()));
        add_agent(grant.agent);
        add_ticket(grant.ticket);
        if (const auto* pending = std::get_if<Pending>(&grant.state)) {
            add(grant.requested_scopes);
            add_from_now(pending->pending_until);
        }
        if (const auto* granted = std::get_if<Granted>(&grant.state)) {
            add(grant.requested_scopes);
            add(granted->scopes);
            add_from_now(granted->granted_until);
        }
    }
    void add_session(const Session& session) {
        add_agent(session.agent);
        add(static_cast<std::int64_t>(session.stored));
        add_from_now(session.limits.expires_at);
        add(session.limits.scopes);
        for (std::size_t i = 0; i < world_.grants.size(); ++i) {
            if (session.grant == world_.grants[i].id) add(static_cast<std::int64_t>(i));
        }
    }

    const World& world_;
    std::array<std::uint64_t, namings.size()> hashes_{1, 1, 1, 1};  // zeros would not count from 0
};

ScopeSet scopes_of(std::string_view text) { return *ScopeSet::parse(text, "scopes"); }

/// The policy as a restarted host would read it.
Policy through_wire(const Policy& policy) {
    json::Writer writer;
    wire::write(writer, policy);
    const auto document = json::Document::parse(writer.text());
    return *wire::read_policy(document->root());
}

}  // namespace

const Decisions& real_decisions() {
    static const Decisions decisions{
        request_access,
        open_standing_access,
        [](Grant& grant, const GrantEvent& event, const GrantRules& rules, Instant now) {
            return hallpass::transition(grant, event, rules, now);
        },
        plan_session,
        limits_under,
        session_status_at,
        wire::read_grant,
    };
    return decisions;
}

Setting make_setting(bool consent_needed, ActivePer active_per) {
    PolicyOverrides overrides;
    overrides.session_cap = minutes{60};
    overrides.ttl_min = minutes{5};
    overrides.ttl_default = minutes{30};
    overrides.ttl_max = minutes{60};
    overrides.active_per = active_per;
    overrides.max_grant = std::chrono::days{1};
    overrides.pending_for = std::chrono::hours{1};
    overrides.never_carried = *ScopePatterns::parse("billing:*", "neverCarried");
    const auto profile = consent_needed ? Profile::consent : Profile::support_access;
    const auto on = Policy::with(profile, overrides);
    overrides.act_as_enabled = false;
    const auto off = Policy::with(profile, overrides);
    return {std::string{consent_needed ? "consent needed" : "no consent needed"} +
                ", one session per " + std::string{to_string(active_per)},
            through_wire(*on), through_wire(*off)};
}

World first_world() {
    World world;
    world.now = from_unix_s(1'800'000'000);
    return world;
}

AgentId agent_named(std::size_t index) { return AgentId::trusted(index == 0 ? "jan" : "mia"); }
TicketId ticket_named(std::size_t index) { return TicketId::trusted(index == 0 ? "t1" : "t2"); }
const SubjectId& the_user() {
    static const auto id = SubjectId::trusted("piet");
    return id;
}
const SubjectId& a_stranger() {
    static const auto id = SubjectId::trusted("eve");
    return id;
}
const TenantId& the_tenant() {
    static const auto id = TenantId::trusted("farm");
    return id;
}
const ScopeSet& user_scopes() {
    static const auto scopes = scopes_of("billing:pay cases:read cases:write");
    return scopes;
}
const ScopeSet& fewer_scopes() {
    static const auto scopes = scopes_of("cases:read");
    return scopes;
}
const ScopeSet& wider_scopes() {
    static const auto scopes = scopes_of("cases:read vault:open");
    return scopes;
}

const Granted* in_force(const Grant& grant, Instant now) {
    const auto* granted = std::get_if<Granted>(&grant.state);
    return granted != nullptr && now < granted->granted_until ? granted : nullptr;
}
const Pending* waiting(const Grant& grant, Instant now) {
    const auto* pending = std::get_if<Pending>(&grant.state);
    return pending != nullptr && now < pending->pending_until ? pending : nullptr;
}

const Grant* find_grant(const World& world, const std::optional<GrantId>& id) {
    if (!id) return nullptr;
    const auto found = std::find_if(world.grants.begin(), world.grants.end(),
                                    [&](const auto& grant) { return grant.id == *id; });
    return found == world.grants.end() ? nullptr : &*found;
}

bool live(const Session& session, Instant now, const Decisions& decisions) {
    return decisions.session_status_at(session.stored, session.limits.expires_at, now) ==
           SessionStatus::active;
}

std::optional<Instant> next_deadline(const World& world) {
    std::optional<Instant> next;
    const auto consider = [&](Instant instant) {
        if (instant > world.now && (!next || instant < *next)) next = instant;
    };
    for (const auto& grant : world.grants) {
        if (const auto* pending = waiting(grant, world.now)) consider(pending->pending_until);
        if (const auto* granted = in_force(grant, world.now)) {
            consider(granted->granted_until);
            consider(floor_to_second(granted->granted_until));
        }
    }
    for (const auto& session : world.sessions) {
        if (session.stored == SessionStatus::active) consider(session.limits.expires_at);
    }
    return next;
}

std::uint64_t fingerprint(const World& world) { return Portraits{world}.least(); }

}  // namespace hallpass::model
