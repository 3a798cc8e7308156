import { css } from "lit";

export const myAccessStyle = css`
  :host {
    display: grid;
    gap: 1.25rem;
  }
  h2 {
    margin-block-end: 0.5rem;
  }
  ul > li {
    padding-block: 0.75rem;
  }
  ul > li + li {
    border-block-start: 1px solid var(--_line);
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 1rem;
  }
  strong {
    font-weight: 620;
  }
  .running {
    color: var(--_wait);
    font-weight: 600;
  }
  summary {
    inline-size: fit-content;
    padding-block: 0.25rem;
    color: var(--_muted);
    font-size: 0.9375em;
    cursor: pointer;
  }
  ol {
    display: grid;
    gap: 0.25rem;
    padding-block-start: 0.25rem;
    font-size: 0.9375em;
  }
  .check {
    margin-inline-start: 0.5rem;
    color: var(--_muted);
    font-size: 0.875em;
  }
  .sign {
    display: inline-block;
    inline-size: 0.8em;
    block-size: 0.8em;
    margin-inline-end: 0.35em;
    background: currentColor;
    clip-path: circle(32%);
  }
  .check.verified {
    color: var(--_accent);
  }
  .verified > .sign {
    clip-path: polygon(0 52%, 14% 38%, 37% 61%, 86% 12%, 100% 26%, 37% 89%);
  }
  .check.failed {
    color: var(--_danger);
    font-weight: 620;
  }
  .failed > .sign {
    clip-path: polygon(50% 0, 100% 100%, 0 100%);
  }
  .alarm {
    margin-block-end: 0.75rem;
    border: 2px solid currentColor;
  }
  .alarm p {
    margin-block: 0.25rem;
  }
  .record:not(:empty) {
    padding-block-start: 0.75rem;
  }
  @media (forced-colors: active) {
    .sign {
      background: CanvasText;
    }
  }
  time {
    margin-inline-end: 0.5rem;
    font-variant-numeric: tabular-nums;
  }
`;
