#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "hallpass/time.hpp"

namespace hallpass::server {

/// Counters for Prometheus (text exposition format 0.0.4).
class Metrics {
  public:
    void count_answer(unsigned status) {
        ++answers_[status / 100 < answers_.size() ? status / 100 : 0];
    }
    void connection_opened() { ++connections_; }
    void connection_closed() { --connections_; }
    void count_refused_connection() { ++refused_connections_; }
    void count_failed_handshake() { ++failed_handshakes_; }
    void count_refused_certificate() { ++refused_certificates_; }
    void count_sweep_fault() { ++sweep_faults_; }
    std::int64_t connections() const { return connections_; }
    /// @param certificate_end of a server that speaks TLS itself
    std::string text(std::size_t event_streams, std::optional<Instant> certificate_end) const;

  private:
    std::array<std::atomic<std::uint64_t>, 6> answers_{};
    std::atomic<std::int64_t> connections_{0};
    std::atomic<std::uint64_t> sweep_faults_{0}, refused_connections_{0}, failed_handshakes_{0},
        refused_certificates_{0};
};

}  // namespace hallpass::server
