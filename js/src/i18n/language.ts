import { en } from "./en.js";
import type { EssentialMessages, Messages } from "./messages.js";
import { nl } from "./nl.js";

const languages = new Map<string, EssentialMessages>([
  ["en", en],
  ["nl", nl],
]);

/** Adds or replaces a language, by its primary subtag ("de"). Do so before elements are shown. */
export function registerLanguage(subtag: string, messages: Messages): void {
  languages.set(subtag.toLowerCase(), messages);
}

/** A viewer's language: its sentences, and the locale for dates and numbers. */
export interface Language {
  readonly messages: EssentialMessages;
  /** Its primary subtag, "en" where the language is not known. */
  readonly subtag: string;
  /** For `Intl`; the region that the viewer named is kept ("en-US"). */
  readonly locale: string;
}

/** The language for a BCP 47 tag; English where the language is not known. */
export function languageFor(tag: string): Language {
  const subtag = tag.split(/[-_]/)[0]?.toLowerCase() ?? "";
  const messages = languages.get(subtag) ?? en;
  const known = languages.has(subtag);
  const locale = known && isLocale(tag) && tag.length > subtag.length ? tag : messages.locale;
  return { messages, subtag: known ? subtag : "en", locale };
}

/** The language of a node: the nearest `lang`, across shadow roots, then the browser's. */
export function languageOf(node: Element): Language {
  let at: Element | null = node;
  while (at !== null) {
    const holder: Element | null = at.closest("[lang]");
    const tag = holder?.getAttribute("lang");
    if (tag) return languageFor(tag);
    const root: Node = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return languageFor(navigator.language);
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false; // a malformed tag is the page's mistake, not a reason to show nothing
  }
}
