import { css } from "lit";

export const bannerStyle = css`
  :host {
    position: sticky;
    inset-block-start: 0;
    z-index: var(--hallpass-banner-layer, 2147483000);
    --_amber: var(--hallpass-banner-background, #ffbf1f);
    --_on-amber: var(--hallpass-banner-text, #231a00);
    --_focus: var(--hallpass-banner-text, #231a00);
    color: var(--_on-amber);
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 0.25rem 0.875rem;
    block-size: 3.25rem;
    padding-inline: max(1rem, env(safe-area-inset-left)) max(1rem, env(safe-area-inset-right));
    background: var(--_amber);
    border-block-end: 1px solid color-mix(in oklab, var(--_on-amber) 30%, var(--_amber));
    line-height: 1.25;
  }
  .sign {
    flex: none;
    inline-size: 0.75rem;
    block-size: 0.75rem;
    border-radius: 50%;
    border: 3px solid var(--_on-amber);
  }
  .who {
    flex: 1;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: plaintext;
  }
  strong {
    font-weight: 650;
  }
  .time {
    display: flex;
    gap: 0 0.875rem;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .lost {
    font-style: italic;
    opacity: 0;
    /* A blink of the connection is not worth a word. */
    animation: appear 0s 2s forwards;
  }
  @keyframes appear {
    to {
      opacity: 1;
    }
  }
  button {
    flex: none;
    min-block-size: 2.25rem;
    padding-block: 0.25rem;
    border-color: var(--_on-amber);
    background: var(--_on-amber);
    color: var(--_amber);
    font-weight: 650;
  }
  button:hover:not([aria-disabled="true"]) {
    background: color-mix(in oklab, var(--_on-amber) 82%, var(--_amber));
  }
  button[aria-disabled="true"]:not([aria-busy="true"]) {
    background: transparent;
    color: var(--_on-amber);
    border-color: currentColor;
  }
  @media (max-width: 40rem) {
    .bar {
      display: grid;
      grid-template-columns: 1fr auto;
      align-content: center;
      block-size: auto;
      min-block-size: 5.25rem;
      padding-block: 0.25rem;
    }
    .who {
      display: -webkit-box;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
      white-space: normal;
    }
    .sign {
      display: none;
    }
    .time {
      grid-row: 2;
      font-size: 0.9375em;
    }
    .time {
      flex-wrap: wrap;
      white-space: normal;
    }
    button {
      grid-area: 1 / 2 / span 2;
    }
  }
  @media (max-width: 24rem) {
    .bar {
      min-block-size: 6.5rem;
    }
    .who {
      -webkit-line-clamp: 3;
    }
  }
  @media (forced-colors: active) {
    .bar {
      border-block-end: 3px solid Highlight;
    }
  }
  @media print {
    :host {
      position: static;
    }
  }
`;
