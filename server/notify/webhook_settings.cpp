#include <algorithm>
#include <stdexcept>
#include <utility>

#include "hallpass/ids.hpp"
#include "notify/settings.hpp"

namespace hallpass::server {

WebhookSettings WebhookSettings::parse(const std::string& text) {
    WebhookSettings settings;
    std::string format = "standard";
    const std::pair<std::string_view, std::string*> members[] = {{"name=", &settings.name},
                                                                 {"url=", &settings.url},
                                                                 {"format=", &format},
                                                                 {"secret=", &settings.secret_file},
                                                                 {"locale=", &settings.locale},
                                                                 {"tenant=", &settings.tenant_id},
                                                                 {"audience=", &settings.audience}};
    // A value may hold commas: the next known name ends it.
    std::string* current = nullptr;
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        const auto* const named =
            std::find_if(std::begin(members), std::end(members),
                         [&](const auto& member) { return part.starts_with(member.first); });
        if (named != std::end(members)) {
            current = named->second;
            *current = part.substr(named->first.size());
        } else if (current != nullptr) {
            *current += ',' + std::string{part};
        } else {
            throw std::runtime_error("a webhook's setting is not known");
        }
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
