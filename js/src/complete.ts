// Core and edge in one, for builds that name their loader themselves (`hallpass/js`, `hallpass/workerd`, …).
export * from "./edge/index.js";
export * from "./index.js";
