#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hallpass::model {

/// Every invariant, with the sentence that it stands for.
#define HALLPASS_INVARIANTS(X)                                                                \
    X(consent_first, "no session without consent where the policy needs it")                  \
    X(within_grant, "no session outlives its grant")                                          \
    X(none_after_revocation, "no session lives on after a revocation or a ban")               \
    X(one_active, "at most one session is active, per user or per agent and user")            \
    X(actor_kept, "the actor and the subject are never lost or exchanged")                    \
    X(scopes_only_shrink, "scopes only shrink: session within grant within request and user") \
    X(refusal_changes_nothing, "a refused event changes nothing")                             \
    X(expiry_is_minimum, "a session's end is the minimum of all limits, and names which")     \
    X(over_stays_over, "what is over stays over")                                             \
    X(table_followed, "an event is accepted exactly where the contract's table says so")      \
    X(start_conditions, "a session starts exactly where all conditions hold")                 \
    X(same_after_restart, "a restart changes nothing")

enum class Invariant : std::uint8_t {
#define HALLPASS_X(name, sentence) name,
    HALLPASS_INVARIANTS(HALLPASS_X)
#undef HALLPASS_X
};
const char* sentence_of(Invariant invariant);
const char* name_of(Invariant invariant);

struct Finding {
    Invariant invariant;
    std::string detail;
};

/// Collects what was found to be wrong, and counts what was looked at.
class Findings {
  public:
    /// @param watched nothing: all of them; else this invariant alone
    explicit Findings(std::optional<Invariant> watched) : watched_(watched) {}

    void expect(Invariant invariant, bool holds, const char* detail) {
        if (watched_ && *watched_ != invariant) return;
        ++checks_;
        if (!holds) found_.push_back({invariant, detail});
    }
    const std::vector<Finding>& all() const { return found_; }
    std::size_t checks() const { return checks_; }

  private:
    std::optional<Invariant> watched_;
    std::vector<Finding> found_;
    std::size_t checks_ = 0;
};

}  // namespace hallpass::model
