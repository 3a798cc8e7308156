import { css } from "lit";

export const startDialogStyle = css`
  dialog {
    inline-size: min(30rem, calc(100vw - 2rem));
    max-block-size: calc(100dvh - 2rem);
    padding: calc(var(--_space) * 1.5);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) + 6px);
    background: var(--_surface);
    color: inherit;
    box-shadow: 0 1.5rem 4rem rgb(0 0 0 / 25%);
  }
  dialog::backdrop {
    background: rgb(10 20 15 / 45%);
  }
  .stack {
    display: grid;
    gap: var(--_space);
  }
  .scopes {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1.5rem;
  }
  .error {
    margin-block-start: 0.375rem;
    color: var(--_danger);
  }
`;
