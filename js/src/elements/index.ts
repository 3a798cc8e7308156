import { HallpassAgentPanel } from "./agent-panel.js";
import { HallpassAuditLog } from "./audit-log.js";
import { HallpassBanner } from "./banner.js";
import { HallpassConsentPrompt } from "./consent-prompt.js";
import { HallpassCustomer } from "./customer.js";
import { define } from "./define.js";
import { HallpassMyAccess } from "./my-access.js";
import { HallpassNotifications } from "./notifications.js";
import { HallpassReports } from "./reports.js";
import { HallpassSessions } from "./sessions.js";
import { HallpassStartDialog } from "./start-dialog.js";
import { HallpassUsers } from "./users.js";

define({
  "hallpass-agent-panel": HallpassAgentPanel,
  "hallpass-audit-log": HallpassAuditLog,
  "hallpass-banner": HallpassBanner,
  "hallpass-consent-prompt": HallpassConsentPrompt,
  "hallpass-customer": HallpassCustomer,
  "hallpass-my-access": HallpassMyAccess,
  "hallpass-notifications": HallpassNotifications,
  "hallpass-reports": HallpassReports,
  "hallpass-sessions": HallpassSessions,
  "hallpass-start-dialog": HallpassStartDialog,
  "hallpass-users": HallpassUsers,
});


export type { Customer } from "./customer.js";
export type { GrantChanged, HallpassEventMap, Stopped, SwitchTo } from "./events.js";
export { type Language, languageFor, type Messages, registerLanguage } from "../i18n/index.js";
export {
  HallpassAgentPanel,
  HallpassAuditLog,
  HallpassBanner,
  HallpassConsentPrompt,
  HallpassCustomer,
  HallpassMyAccess,
  HallpassNotifications,
  HallpassReports,
  HallpassSessions,
  HallpassStartDialog,
  HallpassUsers,
};
