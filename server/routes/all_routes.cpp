#include "routes/routes.hpp"

#include "routes/record_export.hpp"

namespace hallpass::server {

std::vector<Route> all_routes() {
    std::vector<Route> all;
    for (auto routes :
         {grant_routes,       session_routes, session_record_routes, token_routes,
          ticket_routes,      report_routes,  proof_routes,          me_routes,
          user_routes,        event_routes,   login_routes,          key_routes,
          openapi_routes,     health_routes,  demo_routes,           notification_routes,
          dead_letter_routes, receipt_routes, record_export_routes,  scim_user_routes,
          scim_service_routes}) {
        auto rows = routes();
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

}  // namespace hallpass::server
