import { css } from "lit";

export const consentPromptStyle = css`
  .card {
    display: grid;
    gap: calc(var(--_space) * 1.125);
  }
  header {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.25rem 0.875rem;
    align-items: start;
  }
  .face {
    grid-row: span 2;
    display: grid;
    place-items: center;
    inline-size: 2.75rem;
    block-size: 2.75rem;
    border-radius: 50%;
    background: var(--_good-surface);
    color: var(--_accent);
    font-weight: 650;
    font-size: 1.125em;
  }
  .eyebrow {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.625rem;
    font-size: 0.875em;
    color: var(--_muted);
  }
  .ticket::before {
    content: "·";
    margin-inline-end: 0.625rem;
  }
  header h2 {
    text-wrap: pretty;
  }
  figure {
    margin: 0;
  }
  blockquote {
    margin: 0;
    padding: 0.5rem 0.875rem;
    border-inline-start: 3px solid var(--_accent);
    background: var(--_raised);
    border-radius: 0 var(--_radius) var(--_radius) 0;
    white-space: pre-line;
  }
  blockquote:dir(rtl) {
    border-radius: var(--_radius) 0 0 var(--_radius);
  }
  .scopes {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1.5rem;
  }
  fieldset .plain {
    min-block-size: 2rem;
    padding: 0.125rem 0;
  }
  .plain[aria-pressed="true"] {
    color: var(--_accent);
    font-weight: 650;
  }
  .choices {
    display: grid;
    gap: 0.75rem;
  }
  .presets {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 13.5rem), 1fr));
    gap: 0.75rem;
  }
  .preset {
    position: relative;
    padding: 0.75rem 0.875rem;
    border: 1px solid var(--_control-line);
    border-radius: var(--_radius);
    background: var(--_surface);
    transition: background-color 120ms ease;
  }
  .preset:hover:not(:has([aria-disabled="true"])) {
    border-color: var(--_accent);
    background: var(--_good-surface);
  }
  .preset:has([aria-disabled="true"]):not(:has([aria-busy="true"])) {
    background: var(--_raised);
    border-color: var(--_line);
  }
  button.choice,
  button.choice:hover:not([aria-disabled="true"]) {
    position: static;
    min-block-size: 0;
    inline-size: 100%;
    padding: 0;
    border: 0;
    background: transparent;
    text-align: start;
    font-weight: 650;
    line-height: 1.5;
  }
  button.choice::before {
    content: "";
    position: absolute;
    inset: 0;
    border-radius: var(--_radius);
  }
  button.choice:focus-visible {
    outline: none;
  }
  button.choice:focus-visible::before {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }
  .end {
    display: grid;
    font-weight: 400;
    font-size: 0.875em;
    line-height: 1.4;
    min-block-size: 2.8em;
  }
  .exact {
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .picker {
    display: grid;
    gap: 0.5rem;
    max-inline-size: 24rem;
  }
  .picker .end {
    font-size: 1em;
    color: var(--_text);
  }
  .error {
    color: var(--_danger);
  }
  .given {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1.5rem;
    align-items: center;
    justify-content: space-between;
  }
  .outcome {
    font-weight: 600;
  }
  #title:focus {
    outline: none;
  }
  .live {
    animation: breathe 2s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.35;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .live {
      animation: none;
    }
  }
`;
