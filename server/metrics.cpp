#include "metrics.hpp"

#include <string_view>

namespace hallpass::server {
namespace {

std::string one_metric(std::string_view name, std::string_view type, std::string_view about,
                       const std::string& value) {
    std::string text;
    for (const auto part : {std::string_view{"# HELP "}, name, std::string_view{" "}, about,
                            std::string_view{"\n# TYPE "}, name, std::string_view{" "}, type,
                            std::string_view{"\n"}, name, std::string_view{" "}}) {
        text += part;
    }
    return text + value + "\n";
}

}  // namespace

std::string Metrics::text(std::size_t event_streams, std::optional<Instant> certificate_end) const {
    std::string text =
        "# HELP hallpass_http_answers_total Answers by class of status.\n"
        "# TYPE hallpass_http_answers_total counter\n";
    for (std::size_t kind = 2; kind < answers_.size(); ++kind) {
        text += "hallpass_http_answers_total{class=\"" + std::to_string(kind) + "xx\"} " +
                std::to_string(answers_[kind].load()) + "\n";
    }
    text += one_metric("hallpass_http_connections", "gauge", "Open connections.",
                       std::to_string(connections_.load()));
    text += one_metric("hallpass_http_connections_refused_total", "counter",
                       "Connections that were one too many.",
                       std::to_string(refused_connections_.load()));
    text += one_metric("hallpass_event_streams", "gauge", "Open streams of live events.",
                       std::to_string(event_streams));
    text += one_metric("hallpass_sweep_faults_total", "counter",
                       "Sweeps that did not come to their end; the log says why.",
                       std::to_string(sweep_faults_.load()));
    if (!certificate_end) return text;
    text += one_metric("hallpass_tls_failed_handshakes_total", "counter",
                       "Connections that did not come to speak TLS.",
                       std::to_string(failed_handshakes_.load()));
    text += one_metric("hallpass_tls_refused_certificates_total", "counter",
                       "Reloads that kept the certificate; the log says why.",
                       std::to_string(refused_certificates_.load()));
    text += one_metric("hallpass_tls_certificate_end_seconds", "gauge",
                       "When the certificate ends, in seconds since 1970.",
                       std::to_string(to_unix_s(*certificate_end)));
    return text;
}

}  // namespace hallpass::server
