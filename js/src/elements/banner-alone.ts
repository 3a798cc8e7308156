import { define } from "./define.js";
import { HallpassBanner } from "./banner.js";

define({ "hallpass-banner": HallpassBanner });

export { HallpassBanner };
