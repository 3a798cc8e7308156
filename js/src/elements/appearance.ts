import { css } from "lit";

/**
 * Colours, spacing and type of all components. Each custom property can be set by the host page,
 * on the element or above it; `color-scheme` decides between light and dark.
 */
export const appearance = css`
  :host {
    --_text: var(--hallpass-text, light-dark(#1b1f1d, #edf1ee));
    --_muted: var(--hallpass-muted, light-dark(#56605b, #a9b5ae));
    --_surface: var(--hallpass-surface, light-dark(#ffffff, #1a201d));
    --_raised: var(--hallpass-raised, light-dark(#f5f7f5, #232b27));
    --_line: var(--hallpass-line, light-dark(#d8dedb, #37423c));
    --_control-line: var(--hallpass-control-line, light-dark(#7d8a84, #7f8e86));
    --_accent: var(--hallpass-accent, light-dark(#1f6b4a, #6fcf9f));
    --_on-accent: var(--hallpass-on-accent, light-dark(#ffffff, #0b1f15));
    --_danger: var(--hallpass-danger, light-dark(#b3261e, #ff9e94));
    --_danger-surface: var(--hallpass-danger-surface, light-dark(#fdecea, #3a1c1a));
    --_good-surface: var(--hallpass-good-surface, light-dark(#e8f4ed, #183527));
    --_wait-surface: var(--hallpass-wait-surface, light-dark(#fff6e0, #38300f));
    --_wait: var(--hallpass-wait, light-dark(#7a5200, #f2c96b));
    --_focus: var(--hallpass-focus, light-dark(#1550c0, #9cc2ff));
    --_radius: var(--hallpass-radius, 10px);
    --_space: var(--hallpass-space, 1rem);
    display: block;
    box-sizing: border-box;
    color: var(--_text);
    font-family: var(--hallpass-font, inherit);
    font-size: var(--hallpass-font-size, 1rem);
    line-height: 1.5;
    text-align: start;
    overflow-wrap: anywhere;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  ol,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-inline-size: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  .card {
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) + 2px);
    padding: calc(var(--_space) * 1.25);
  }
  h2 {
    font-size: 1.0625em;
    line-height: 1.3;
    font-weight: 650;
    letter-spacing: -0.005em;
  }
  legend {
    padding: 0;
  }
  /* A sentence runs as its own letters do, and lies where the page begins its lines. */
  h2,
  h3,
  p,
  dd,
  legend,
  .end > span {
    unicode-bidi: plaintext;
    text-align: match-parent;
  }
  button {
    unicode-bidi: plaintext;
  }
  /* A live region that says nothing takes no room. */
  .when-full:not(:has(*)) {
    display: none;
  }
  .muted {
    color: var(--_muted);
  }
  .small {
    font-size: 0.875em;
  }
  .nowrap {
    white-space: nowrap;
  }
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .notice {
    display: flex;
    gap: 0.625rem;
    align-items: baseline;
    padding: 0.625rem 0.75rem;
    border-radius: var(--_radius);
    background: var(--_raised);
    font-size: 0.9375em;
  }
  .notice.good {
    background: var(--_good-surface);
  }
  .notice.wait {
    background: var(--_wait-surface);
  }
  .notice.bad {
    background: var(--_danger-surface);
    color: var(--_danger);
  }
  .dot {
    flex: none;
    inline-size: 0.5625rem;
    block-size: 0.5625rem;
    border-radius: 50%;
    background: var(--_muted);
    transform: translateY(-0.0625rem);
  }
  .good > .dot {
    background: var(--_accent);
  }
  .wait > .dot {
    background: var(--_wait);
  }
  .bad > .dot {
    background: var(--_danger);
  }
  @media (forced-colors: active) {
    .dot {
      background: CanvasText;
    }
  }
`;

/** Buttons and fields. */
export const controls = css`
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  button {
    appearance: none;
    position: relative;
    min-block-size: 2.75rem;
    padding: 0.5rem 1rem;
    border: 1px solid var(--_control-line);
    border-radius: var(--_radius);
    background: var(--_surface);
    font-weight: 550;
    line-height: 1.25;
    cursor: pointer;
    transition: background-color 120ms ease;
  }
  button:hover:not([aria-disabled="true"]) {
    background: var(--_raised);
  }
  button.primary {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_on-accent);
  }
  button.primary:hover:not([aria-disabled="true"]) {
    background: color-mix(in oklab, var(--_accent) 88%, black);
  }
  button.danger {
    color: var(--_danger);
    border-color: color-mix(in oklab, var(--_danger) 55%, transparent);
  }
  button.danger:hover:not([aria-disabled="true"]) {
    background: var(--_danger-surface);
  }
  button.plain {
    border-color: transparent;
    background: transparent;
    padding-inline: 0.5rem;
    color: var(--_muted);
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  button[aria-disabled="true"] {
    cursor: not-allowed;
  }
  button[aria-disabled="true"]:not([aria-busy="true"]) {
    background: var(--_raised);
    border-color: var(--_line);
    color: var(--_muted);
  }
  button[aria-busy="true"] {
    cursor: progress;
  }
  button[aria-busy="true"]::after {
    content: "";
    position: absolute;
    inset-inline: 0.625rem;
    inset-block-end: 0.25rem;
    block-size: 2px;
    border-radius: 1px;
    background: linear-gradient(90deg, transparent, currentColor, transparent) 0 0 / 50% 100% repeat-x;
    animation: pass 900ms linear infinite;
  }
  @keyframes pass {
    to {
      background-position-x: 100%;
    }
  }
  :focus-visible {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }
  input:not([type="checkbox"]),
  select,
  textarea {
    inline-size: 100%;
    min-block-size: 2.75rem;
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--_control-line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  textarea {
    min-block-size: 5.5rem;
    resize: vertical;
    display: block;
  }
  input[type="checkbox"] {
    inline-size: 1.125rem;
    block-size: 1.125rem;
    margin: 0;
    flex: none;
    accent-color: var(--_accent);
    translate: 0 0.1875rem;
  }
  label.check {
    display: flex;
    gap: 0.625rem;
    align-items: flex-start;
    padding-block: 0.25rem;
    cursor: pointer;
  }
  .label {
    display: block;
    font-weight: 550;
    font-size: 0.875em;
    margin-block-end: 0.25rem;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.625rem;
    align-items: center;
  }
  @media (prefers-reduced-motion: reduce) {
    button {
      transition: none;
    }
    button[aria-busy="true"]::after {
      background: currentColor;
      animation: none;
    }
  }
`;
