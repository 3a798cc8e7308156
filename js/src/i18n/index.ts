export { en } from "./en.js";
export {
  clockLabel,
  countdownDuration,
  countdownLabel,
  dayLabel,
  listMomentLabel,
  momentLabel,
  scopeLabel,
} from "./format.js";
export { type Language, languageFor, languageOf, registerLanguage } from "./language.js";
export type { Messages } from "./messages.js";
export { nl } from "./nl.js";
