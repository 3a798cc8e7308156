import { css } from "lit";

export const auditLogStyle = css`
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.25rem 1rem;
    margin-block-end: 0.75rem;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem;
    font-size: 0.875em;
  }
  .tools select {
    inline-size: auto;
    min-block-size: 2.25rem;
    padding-block: 0.125rem;
  }
  .tools button {
    min-block-size: 2.25rem;
  }
  li {
    display: grid;
    grid-template-columns: auto 1fr auto;
    gap: 0 0.75rem;
    align-items: baseline;
    padding-block: 0.5rem;
  }
  li + li {
    border-block-start: 1px solid var(--_line);
  }
  .mark {
    inline-size: 0.5625rem;
    block-size: 0.5625rem;
    border-radius: 50%;
    border: 2px solid var(--_muted);
  }
  .access_granted,
  .impersonation_started {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  .access_requested {
    border-color: var(--_wait);
    background: var(--_wait);
  }
  .access_declined,
  .access_revoked,
  .token_rejected {
    border-color: var(--_danger);
    background: var(--_danger);
  }
  strong {
    font-weight: 600;
  }
  .who::before {
    content: "· ";
  }
  .refused {
    color: var(--_danger);
  }
  time {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  @media (max-width: 30rem) {
    li {
      grid-template-columns: auto 1fr;
    }
    time {
      grid-column: 2;
    }
  }
`;
