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
  time {
    margin-inline-end: 0.5rem;
    font-variant-numeric: tabular-nums;
  }
`;
