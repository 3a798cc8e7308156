import { css } from "lit";

export const usersStyle = css`
  header {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1.5rem;
    align-items: center;
    justify-content: space-between;
    margin-block-end: 0.5rem;
  }
  input[type="search"] {
    inline-size: min(20rem, 100%);
  }
  li {
    padding-block: 0.75rem;
  }
  li + li {
    border-block-start: 1px solid var(--_line);
  }
  .line {
    display: grid;
    grid-template-columns: minmax(10rem, 2fr) minmax(5rem, 0.7fr) minmax(9rem, 1fr) minmax(0, 1.6fr);
    gap: 0.375rem 1rem;
    align-items: center;
  }
  .who {
    display: grid;
  }
  strong {
    font-weight: 620;
  }
  .banned {
    color: var(--_danger);
    font-weight: 600;
  }
  .line .actions {
    justify-content: flex-end;
  }
  .ban {
    display: grid;
    gap: 0.5rem;
    max-inline-size: 30rem;
    padding-block-start: 0.75rem;
  }
  @media (max-width: 48rem) {
    .line {
      grid-template-columns: 1fr auto;
    }
    .line .actions {
      grid-column: 1 / -1;
      justify-content: flex-start;
    }
  }
`;
