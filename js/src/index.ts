export * from "./core.js";
export * from "./generated/constants.js";
export * from "./receipt.js";
