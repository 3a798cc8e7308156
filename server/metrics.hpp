#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace hallpass::server {

/// Counters for Prometheus (text exposition format 0.0.4).
class Metrics {
  public:
    void count_answer(unsigned status) {
        ++answers_[status / 100 < answers_.size() ? status / 100 : 0];
    }
    void connection_opened() { ++connections_; }
    void connection_closed() { --connections_; }
    void count_sweep_fault() { ++sweep_faults_; }
    std::int64_t connections() const { return connections_; }
    std::string text(std::size_t event_streams) const;

  private:
    std::array<std::atomic<std::uint64_t>, 6> answers_{};
    std::atomic<std::int64_t> connections_{0};
    std::atomic<std::uint64_t> sweep_faults_{0};
};

}  // namespace hallpass::server
