import { define } from "./define.js";
import { HallpassConsentPrompt } from "./consent-prompt.js";

define({ "hallpass-consent-prompt": HallpassConsentPrompt });

export { HallpassConsentPrompt };
