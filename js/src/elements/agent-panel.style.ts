import { css } from "lit";

export const agentPanelStyle = css`
  .card {
    display: grid;
    gap: calc(var(--_space) * 1.125);
  }
  h2 {
    font-size: 0.875em;
    font-weight: 600;
    color: var(--_muted);
  }
  .access,
  .stack {
    display: grid;
    gap: 0.75rem;
  }
  .detail {
    display: block;
    font-size: 0.9375em;
    color: var(--_muted);
  }
  .bad .detail {
    color: inherit;
  }
  .stack {
    position: relative;
  }
  .tip {
    position: absolute;
    inset-block-end: calc(100% + 0.375rem);
    inset-inline-start: 0;
    z-index: 1;
    padding: 0.375rem 0.625rem;
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_text);
    color: var(--_surface);
    font-size: 0.875em;
    opacity: 0;
    visibility: hidden;
    transition: opacity 120ms ease;
    pointer-events: none;
  }
  button:hover + .tip,
  button:focus-visible + .tip {
    opacity: 1;
    visibility: visible;
  }
  .hint {
    margin-block-start: 0.375rem;
  }
  .error {
    color: var(--_danger);
  }
`;
