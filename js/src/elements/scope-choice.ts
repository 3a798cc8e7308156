import { html, nothing, type TemplateResult } from "lit";
import type { ScreenCore } from "./screen-core.js";
import type { EssentialMessages } from "../i18n/messages.js";
import { scopeLabel } from "../i18n/format.js";

export interface ScopeChoice {
  readonly asked: readonly string[];
  readonly unticked: ReadonlySet<string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly legend: string;
  readonly words: EssentialMessages;
  change(unticked: ReadonlySet<string>): void;
  /** What stands below the boxes. */
  readonly footer?: unknown;
}

/** One box for each scope; the viewer unticks what is not needed. */
export function scopeChoice({ asked, unticked, labels, legend, words, change, footer }: ScopeChoice): TemplateResult {
  const toggle = (scope: string): void => {
    const next = new Set(unticked);
    if (!next.delete(scope)) next.add(scope);
    change(next);
  };
  return html`<fieldset part="scopes">
    <legend class="label">${legend}</legend>
    <div class="scopes">
      ${asked.map(
        (scope) => html`<label class="check">
          <input type="checkbox" .checked=${!unticked.has(scope)} @change=${() => toggle(scope)} /><span
            >${scopeLabel(scope, labels, words)}</span
          ></label
        >`,
      )}
    </div>
    ${footer}
  </fieldset>`;
}

/** What is left ticked, where that is less than what is asked for. @param asked null: everything */
export function leftOf(
  asked: readonly string[] | null,
  unticked: ReadonlySet<string>,
): { readonly scopes?: readonly string[] } {
  const scopes = asked?.filter((scope) => !unticked.has(scope));
  return scopes === undefined || scopes.length === asked?.length ? {} : { scopes };
}

/**
 * The boxes of a consent prompt, with one click for "view only" where that makes a difference; a
 * sentence where everything is asked for.
 */
export function consentScopes(
  choice: Omit<ScopeChoice, "asked" | "footer" | "legend"> & { readonly asked: readonly string[] | null },
  core: ScreenCore | null,
): TemplateResult {
  const { asked, unticked, words, change } = choice;
  const { prompt } = words;
  if (asked === null) {
    return html`<div part="scopes"><p class="label">${prompt.scopes}</p><p>${prompt.allScopes}</p></div>`;
  }
  const reads = new Set(core === null ? asked : core.readScopes(asked));
  const writes = asked.filter((scope) => !reads.has(scope));
  const viewOnly = writes.length > 0 && writes.every((scope) => unticked.has(scope));
  const footer =
    writes.length === 0 || reads.size === 0
      ? nothing
      : html`<button
          type="button"
          class="plain small"
          part="button view-only"
          aria-pressed=${viewOnly}
          @click=${() => change(viewOnly ? new Set() : new Set(writes))}
        >${prompt.viewOnly}</button>`;
  return scopeChoice({ ...choice, asked, legend: prompt.scopes, footer });
}
