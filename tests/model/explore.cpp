#include "explore.hpp"

#include <algorithm>
#include <unordered_set>

#include "invariants.hpp"

namespace hallpass::model {
namespace {

constexpr const char* sentences[] = {
#define HALLPASS_X(name, sentence) sentence,
    HALLPASS_INVARIANTS(HALLPASS_X)
#undef HALLPASS_X
};
constexpr const char* names[] = {
#define HALLPASS_X(name, sentence) #name,
    HALLPASS_INVARIANTS(HALLPASS_X)
#undef HALLPASS_X
};

/// How a world was first reached.
struct Arrival {
    std::size_t from;
    Step step;
};

class Explorer {
  public:
    Explorer(const Setting& setting, const Decisions& decisions, std::optional<Invariant> watched)
        : setting_(setting), decisions_(decisions), findings_(watched) {}

    Exploration run(int depth) {
        std::vector<Place> frontier{{first_world(), 0}};
        arrivals_.push_back({0, {StepKind::restart}});
        seen_.insert(fingerprint(frontier.front().world));
        for (; result_.depth < depth && !frontier.empty() && !result_.finding; ++result_.depth) {
            const bool last = result_.depth + 1 == depth;
            std::vector<Place> next;
            for (const auto& place : frontier) {
                if (!visit(place, last ? nullptr : &next)) break;
            }
            frontier = std::move(next);
        }
        result_.states = arrivals_.size();
        result_.checks = findings_.checks();
        return result_;
    }

  private:
    struct Place {
        World world;
        std::size_t arrival;
    };

    /// Takes every step from one place; false at a finding.
    bool visit(const Place& place, std::vector<Place>* next) {
        for (const auto& step : steps_in(place.world)) {
            auto after = take_step(place.world, step, setting_, decisions_, findings_);
            if (after) {
                judge_change(place.world, *after, decisions_, findings_);
                judge_state(*after, setting_, decisions_, findings_);
            }
            if (!findings_.all().empty()) {
                result_.finding = findings_.all().front();
                result_.trace = trace_to(place.arrival) + describe(step) + "\n";
                return false;
            }
            ++(after ? result_.transitions : result_.refusals);
            if (!after || !seen_.insert(fingerprint(*after)).second) continue;
            arrivals_.push_back({place.arrival, step});
            if (next != nullptr) next->push_back({*std::move(after), arrivals_.size() - 1});
        }
        return true;
    }

    std::string trace_to(std::size_t arrival) const {
        std::vector<std::string> lines;
        for (; arrival != 0; arrival = arrivals_[arrival].from) {
            lines.push_back(describe(arrivals_[arrival].step) + "\n");
        }
        std::string trace;
        for (auto line = lines.rbegin(); line != lines.rend(); ++line) trace += *line;
        return trace;
    }

    const Setting& setting_;
    const Decisions& decisions_;
    Findings findings_;
    Exploration result_;
    std::unordered_set<std::uint64_t> seen_;
    std::vector<Arrival> arrivals_;
};

}  // namespace

const char* sentence_of(Invariant invariant) {
    return sentences[static_cast<std::size_t>(invariant)];
}
const char* name_of(Invariant invariant) { return names[static_cast<std::size_t>(invariant)]; }

Exploration explore(const Setting& setting, const Decisions& decisions, int depth,
                    std::optional<Invariant> watched) {
    return Explorer{setting, decisions, watched}.run(depth);
}

}  // namespace hallpass::model
