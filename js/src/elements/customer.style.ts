import { css } from "lit";

export const customerStyle = css`
  :host {
    display: grid;
    gap: 0.75rem;
  }
  .stack {
    display: grid;
    gap: 0.75rem;
  }
  .person {
    font-size: 1.125em;
    font-weight: 650;
    line-height: 1.3;
    margin-block-end: 0.5rem;
  }
  dl {
    display: grid;
    gap: 0.25rem;
    font-size: 0.9375em;
  }
  dl > div {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 1rem;
  }
  dt {
    color: var(--_muted);
  }
  .banned {
    color: var(--_danger);
    font-weight: 600;
  }
`;
