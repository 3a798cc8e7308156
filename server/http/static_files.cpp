#include "http/static_files.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "http/entity_tag.hpp"
#include "http/request.hpp"

namespace hallpass::server {
namespace {

constexpr const char* page_policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' "
    "data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

std::string media_type(const std::filesystem::path& file) {
    constexpr std::pair<std::string_view, const char*> types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".wasm", "application/wasm"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
        {".webmanifest", "application/manifest+json"}};
    const auto extension = file.extension().string();
    for (const auto& [known, type] : types) {
        if (known == extension) return type;
    }
    return "application/octet-stream";
}

}  // namespace

StaticFiles::StaticFiles(const std::string& folder) {
    if (folder.empty()) return;
    std::error_code error;
    root_ = std::filesystem::canonical(folder, error);
    if (error || !std::filesystem::is_directory(root_)) {
        throw std::runtime_error("the folder of static pages does not exist");
    }
}

std::optional<Answer> StaticFiles::find(std::string_view path) const {
    if (root_.empty()) return std::nullopt;
    const auto decoded = percent_decode(path);
    if (!decoded || decoded->find('\\') != std::string::npos) return std::nullopt;
    // Hidden names, and with them "..", are refused before the file system is asked.
    if (decoded->find("/.") != std::string::npos) return std::nullopt;

    auto wanted = root_ / std::filesystem::path{*decoded}.relative_path();
    std::error_code error;
    if (std::filesystem::is_directory(wanted, error)) {
        wanted /= "index.html";
    } else if (!wanted.has_extension()) {
        wanted += ".html";
    }
    const auto file = std::filesystem::canonical(wanted, error);
    if (error || !std::filesystem::is_regular_file(file, error)) return std::nullopt;
    // A link may not lead outside either.
    const auto inside = file.lexically_relative(root_);
    if (inside.empty() || *inside.begin() == "..") return std::nullopt;

    std::ifstream input{file, std::ios::binary};
    if (!input) return std::nullopt;
    Answer answer{200, media_type(file), {std::istreambuf_iterator<char>{input}, {}}, {}, {}, {}};
    answer.with("ETag", entity_tag(answer.body)).with("Cache-Control", "no-cache");
    answer.with("Content-Security-Policy", page_policy);
    return answer;
}

}  // namespace hallpass::server
