#pragma once

#include <curl/curl.h>

namespace hallpass::server {

/// libcurl's functions, under their names without `curl_`. It is loaded when something outgoing is
/// asked for first: with all that it brings along, most servers would keep 4 MiB for nothing.
struct Libcurl {
    decltype(&curl_easy_init) easy_init;
    decltype(&curl_easy_cleanup) easy_cleanup;
    decltype(&curl_easy_setopt) easy_setopt;
    decltype(&curl_easy_perform) easy_perform;
    decltype(&curl_easy_getinfo) easy_getinfo;
    decltype(&curl_easy_strerror) easy_strerror;
    decltype(&curl_slist_append) slist_append;
    decltype(&curl_slist_free_all) slist_free_all;
    decltype(&curl_mime_init) mime_init;
    decltype(&curl_mime_free) mime_free;
    decltype(&curl_mime_addpart) mime_addpart;
    decltype(&curl_mime_data) mime_data;
    decltype(&curl_mime_type) mime_type;
    decltype(&curl_mime_encoder) mime_encoder;
};

/// Loads and initialises it at the first call; for all threads.
/// @throws std::runtime_error where it is not installed, or does not begin
const Libcurl& libcurl();

}  // namespace hallpass::server
