import { css } from "lit";

export const notificationsStyle = css`
  header {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1rem;
    align-items: center;
    justify-content: space-between;
    margin-block-end: 0.25rem;
  }
  header button {
    min-block-size: 2rem;
    padding-block: 0.25rem;
  }
  li {
    display: grid;
    gap: 0.125rem;
    padding-block: 0.75rem;
    padding-inline-start: 0.875rem;
    border-inline-start: 3px solid transparent;
  }
  li + li {
    border-block-start: 1px solid var(--_line);
  }
  li.unread {
    border-inline-start-color: var(--_accent);
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1rem;
    justify-content: space-between;
  }
  strong {
    font-weight: 620;
  }
  .new {
    color: var(--_accent);
    font-weight: 600;
  }
`;
