import { css } from "lit";

export const reportsStyle = css`
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
    margin-block-end: 1rem;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .tools select {
    inline-size: auto;
    max-inline-size: 100%;
  }
  .facts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
    gap: 0.75rem 1.5rem;
    margin-block-end: 1.25rem;
  }
  .facts dt {
    color: var(--_muted);
    font-size: 0.875em;
  }
  .facts dd {
    font-size: 1.5em;
    line-height: 1.25;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .figures {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr));
    gap: 1.5rem 2rem;
    align-items: start;
  }
  figure {
    margin: 0;
    min-inline-size: 0;
  }
  h3 {
    margin: 0 0 0.5rem;
    font-size: 0.9375em;
    font-weight: 600;
  }
  .plot {
    position: relative;
    min-inline-size: 0;
  }
  .plot.days {
    block-size: 13rem;
  }
  summary {
    cursor: pointer;
    padding-block: 0.5rem;
    font-size: 0.875em;
    color: var(--_muted);
  }
  .scroll {
    overflow: auto;
    max-block-size: 20rem;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.875em;
  }
  th,
  td {
    padding: 0.375rem 0.5rem;
    border-block-end: 1px solid var(--_line);
    text-align: start;
    font-weight: inherit;
  }
  thead th {
    font-weight: 600;
  }
  .number {
    text-align: end;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .tone {
    display: none;
  }
  .tone.accent {
    color: var(--_accent);
  }
  .tone.danger {
    color: var(--_danger);
  }
  .tone.wait {
    color: var(--_wait);
  }
  .tone.muted {
    color: var(--_muted);
  }
  .tone.line {
    color: var(--_line);
  }
`;
