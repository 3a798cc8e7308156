import { css } from "lit";

export const sessionsStyle = css`
  h2 {
    margin-block-end: 0.5rem;
  }
  li {
    padding-block: 0.75rem;
  }
  li + li {
    border-block-start: 1px solid var(--_line);
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1.25rem;
    align-items: center;
  }
  strong {
    flex: 1;
    font-weight: 620;
  }
  .left {
    font-variant-numeric: tabular-nums;
  }
  summary {
    inline-size: fit-content;
    padding-block: 0.25rem;
    color: var(--_muted);
    font-size: 0.9375em;
    cursor: pointer;
  }
  dl {
    display: grid;
    gap: 0.25rem;
    padding-block-start: 0.25rem;
    font-size: 0.9375em;
  }
  dl > div {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1rem;
  }
  dt {
    min-inline-size: 6rem;
    color: var(--_muted);
  }
`;
