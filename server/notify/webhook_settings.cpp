#include <stdexcept>

#include "hallpass/ids.hpp"
#include "named_values.hpp"
#include "notify/settings.hpp"

namespace hallpass::server {

WebhookSettings WebhookSettings::parse(const std::string& text) {
    WebhookSettings settings;
    std::string format = "standard";
    const NamedValue members[] = {{"name=", &settings.name},
                                  {"url=", &settings.url},
                                  {"format=", &format},
                                  {"secret=", &settings.secret_file},
                                  {"locale=", &settings.locale},
                                  {"tenant=", &settings.tenant_id},
                                  {"audience=", &settings.audience}};
    if (!read_named_values(text, members)) {
        throw std::runtime_error("a webhook's setting is not known");
    }
    if (format != "standard" && format != "slack" && format != "caep") {
        throw std::runtime_error("a webhook's format is standard, slack or caep");
    }
    if (format == "slack") settings.format = Format::slack;
    if (format == "caep") settings.format = Format::caep;
    if (!is_valid_id(settings.name)) throw std::runtime_error("a webhook needs name=");
    if (!settings.url.starts_with("https://")) {
        throw std::runtime_error("a webhook needs url=https://…");
    }
    if ((settings.format == Format::caep) == settings.audience.empty()) {
        throw std::runtime_error("a webhook needs audience= with format=caep, and there alone");
    }
    // Slack's address is a secret itself; anybody else must be able to tell a forgery.
    if (settings.format == Format::standard && settings.secret_file.empty()) {
        throw std::runtime_error("a webhook needs secret=FILE");
    }
    return settings;
}

}  // namespace hallpass::server
