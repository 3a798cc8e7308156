#include "metrics.hpp"

namespace hallpass::server {

std::string Metrics::text(std::size_t event_streams) const {
    std::string text =
        "# HELP hallpass_http_answers_total Answers by class of status.\n"
        "# TYPE hallpass_http_answers_total counter\n";
    for (std::size_t kind = 2; kind < answers_.size(); ++kind) {
        text += "hallpass_http_answers_total{class=\"" + std::to_string(kind) + "xx\"} " +
                std::to_string(answers_[kind].load()) + "\n";
    }
    text +=
        "# HELP hallpass_http_connections Open connections.\n"
        "# TYPE hallpass_http_connections gauge\n"
        "hallpass_http_connections " +
        std::to_string(connections_.load()) + "\n";
    text +=
        "# HELP hallpass_event_streams Open streams of live events.\n"
        "# TYPE hallpass_event_streams gauge\n"
        "hallpass_event_streams " +
        std::to_string(event_streams) + "\n";
    text +=
        "# HELP hallpass_sweep_faults_total Sweeps that did not come to their end; the log says "
        "why.\n"
        "# TYPE hallpass_sweep_faults_total counter\n"
        "hallpass_sweep_faults_total " +
        std::to_string(sweep_faults_.load()) + "\n";
    return text;
}

}  // namespace hallpass::server
