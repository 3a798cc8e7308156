#include "libcurl.hpp"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace hallpass::server {
namespace {

/// Never unloaded: nothing is left behind by then.
class Library {
  public:
    Library() : handle_(dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL)) {
        if (handle_ == nullptr) throw std::runtime_error("libcurl.so.4 cannot be loaded");
    }
    template <class Function>
    void find(const char* name, Function& function) const {
        void* const found = dlsym(handle_, name);
        if (found == nullptr) throw std::runtime_error(std::string{"libcurl has no "} + name);
        function = reinterpret_cast<Function>(found);
    }

  private:
    void* handle_;
};

Libcurl load() {
    const Library library;
    decltype(&curl_global_init) global_init = nullptr;
    library.find("curl_global_init", global_init);
    if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        throw std::runtime_error("libcurl could not be initialised");
    }
    Libcurl functions{};
    library.find("curl_easy_init", functions.easy_init);
    library.find("curl_easy_cleanup", functions.easy_cleanup);
    library.find("curl_easy_setopt", functions.easy_setopt);
    library.find("curl_easy_perform", functions.easy_perform);
    library.find("curl_easy_getinfo", functions.easy_getinfo);
    library.find("curl_easy_strerror", functions.easy_strerror);
    library.find("curl_slist_append", functions.slist_append);
    library.find("curl_slist_free_all", functions.slist_free_all);
    library.find("curl_mime_init", functions.mime_init);
    library.find("curl_mime_free", functions.mime_free);
    library.find("curl_mime_addpart", functions.mime_addpart);
    library.find("curl_mime_data", functions.mime_data);
    library.find("curl_mime_type", functions.mime_type);
    library.find("curl_mime_encoder", functions.mime_encoder);
    return functions;
}

}  // namespace

const Libcurl& libcurl() {
    static const Libcurl functions = load();
    return functions;
}

}  // namespace hallpass::server
