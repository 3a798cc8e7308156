import { enScreens } from "./en-screens.js";
import type { Language } from "./language.js";
import type { EssentialMessages, Messages, ScreenMessages } from "./messages.js";
import { nlScreens } from "./nl-screens.js";

const screens = new Map<string, ScreenMessages>([
  ["en", enScreens],
  ["nl", nlScreens],
]);

const whole = new WeakMap<EssentialMessages, Messages>();

/** Everything that a language says. What is registered by a host is whole already. */
export function screenWords({ subtag, messages }: Language): Messages {
  if (isWhole(messages)) return messages;
  let words = whole.get(messages);
  if (words === undefined) {
    const more = screens.get(subtag) ?? enScreens;
    words = { ...messages, ...more, problems: { ...messages.problems, ...more.problems } };
    whole.set(messages, words);
  }
  return words;
}

function isWhole(messages: EssentialMessages): messages is Messages {
  return "panel" in messages;
}
