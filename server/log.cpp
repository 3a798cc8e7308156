#include "log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "hallpass/json.hpp"
#include "random.hpp"

namespace hallpass::server {
namespace {

constexpr const char* request_logger = "requests";

/// What was said, as members of an object. A line of the request log has its own already.
class MembersFlag : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&,
                spdlog::memory_buf_t& line) override {
        const std::string_view payload{message.payload.data(), message.payload.size()};
        const auto members =
            message.logger_name == request_logger ? std::string{payload} : said(payload);
        line.append(members.data(), members.data() + members.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<MembersFlag>();
    }

  private:
    static std::string said(std::string_view text) {
        auto literal = json::quoted(text);
        if (!json::Document::parse(literal)) {  // what a library said, in whatever encoding
            for (char& c : literal) {
                if (static_cast<unsigned char>(c) >= 0x80) c = '?';
            }
        }
        return "\"message\":" + literal;
    }
};

std::string milliseconds(std::chrono::steady_clock::duration took) {
    return fmt::format("{:.3f}", std::chrono::duration<double, std::milli>{took}.count());
}

std::string as_members(const RequestLog::Line& line, const std::string& id) {
    const auto method = boost::beast::http::to_string(line.method);
    json::Writer writer;
    writer.begin_object().member("message", "request").member("request", id);
    writer.member("method", std::string_view{method.data(), method.size()}).key("route");
    line.route.empty() ? writer.null() : writer.string(line.route);
    writer.member("status", static_cast<int>(line.status));
    writer.key("durationMs").raw(milliseconds(line.took));
    writer.member("bytes", static_cast<std::int64_t>(line.body_bytes)).end_object();
    const auto object = std::move(writer).text();
    return object.substr(1, object.size() - 2);
}

std::string as_text(const RequestLog::Line& line, const std::string& id) {
    const auto method = boost::beast::http::to_string(line.method);
    return fmt::format("request {}: {} {} {} {} ms {} bytes", id,
                       std::string_view{method.data(), method.size()},
                       line.route.empty() ? "-" : line.route, line.status, milliseconds(line.took),
                       line.body_bytes);
}

}  // namespace

std::unique_ptr<spdlog::formatter> json_lines() {
    auto formatter =
        std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc, "\n");
    formatter->add_flag<MembersFlag>('*').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%*})");
    return formatter;
}

void start_log(LogFormat format) {
    auto logger = std::make_shared<spdlog::logger>(
        "hallpassd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    if (format == LogFormat::json) logger->set_formatter(json_lines());
    spdlog::set_default_logger(std::move(logger));
}

RequestLog::RequestLog(bool on, LogFormat format) : format_(format) {
    if (!on) return;
    const auto& sinks = spdlog::default_logger()->sinks();
    logger_ = std::make_shared<spdlog::logger>(request_logger, sinks.begin(), sinks.end());
    constexpr std::size_t told = 6;  // of those random characters
    process_ = random_id("").substr(0, told) + '-';
}

std::string RequestLog::next_id() const { return process_ + std::to_string(++requests_); }

void RequestLog::write(const Line& line, const std::string& id) const {
    logger_->info("{}", format_ == LogFormat::json ? as_members(line, id) : as_text(line, id));
}

}  // namespace hallpass::server
