#pragma once

#include <vector>

#include "http/call.hpp"

namespace hallpass::server {

/// Each resource's rows of the table of routes.
std::vector<Route> grant_routes();
std::vector<Route> session_routes();
std::vector<Route> session_record_routes();
std::vector<Route> token_routes();
std::vector<Route> ticket_routes();
std::vector<Route> report_routes();
std::vector<Route> proof_routes();
std::vector<Route> me_routes();
std::vector<Route> receipt_routes();
std::vector<Route> notification_routes();
std::vector<Route> dead_letter_routes();
std::vector<Route> user_routes();
std::vector<Route> event_routes();
std::vector<Route> login_routes();
std::vector<Route> key_routes();
std::vector<Route> openapi_routes();
std::vector<Route> health_routes();
std::vector<Route> scim_user_routes();
std::vector<Route> scim_service_routes();
std::vector<Route> demo_routes();

/// The whole table.
std::vector<Route> all_routes();

}  // namespace hallpass::server
