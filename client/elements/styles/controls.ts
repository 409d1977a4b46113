import { css, unsafeCSS } from 'lit';

/** Media queries cannot read custom properties, so the widths at which a layout turns stand here. */
export const phone = unsafeCSS('(max-width: 719px)');
/** A tablet held upright: side by side, nothing would have room. */
export const upright = unsafeCSS('(min-width: 720px) and (max-width: 1000px) and (orientation: portrait)');
/** A container in which a line of a name and a clock does not fit. */
export const narrow = unsafeCSS('(max-width: 240px)');
/** A container with room for a picture beside its words. */
export const roomy = unsafeCSS('(min-width: 290px)');
export const wide = unsafeCSS('(min-width: 1100px)');

/** What every element shares: box model, focus, type, buttons, links, cards. */
export const controls = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    font: 400 var(--text-body) / var(--leading) var(--face);
    font-variant-numeric: tabular-nums;
    color: var(--ink);
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  h1,
  h2,
  h3 {
    margin: 0;
    font-family: var(--face-title);
    font-weight: 560;
    line-height: var(--leading-tight);
    letter-spacing: -0.01em;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  h1 {
    font-size: var(--text-display);
  }
  h2 {
    font-size: var(--text-title);
  }
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }

  :focus-visible {
    outline: var(--focus) solid var(--brass);
    outline-offset: var(--rule);
  }

  a {
    color: inherit;
    text-decoration-color: var(--brass);
    text-underline-offset: 0.2em;
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-height: var(--target);
    padding: var(--space-2) var(--space-4);
    border: var(--hairline) solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--paper-raised);
    color: var(--ink);
    font: inherit;
    font-weight: 560;
    line-height: var(--leading-tight);
    text-decoration: none;
    cursor: pointer;
    transition:
      background var(--quick) var(--ease),
      border-color var(--quick) var(--ease),
      transform var(--quick) var(--ease);
  }
  button:hover,
  .button:hover {
    background: var(--paper-sunk);
  }
  button:active,
  .button:active {
    transform: translateY(var(--hairline));
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
    transform: none;
  }

  .brass {
    border-color: transparent;
    background: var(--brass);
    color: var(--on-brass);
  }
  .brass:hover {
    background: var(--brass-bright);
  }
  .quiet {
    border-color: transparent;
    background: transparent;
  }
  .icon-only {
    min-width: var(--target);
    padding: var(--space-2);
  }

  .on-felt {
    border-color: var(--felt-line);
    background: transparent;
    color: var(--on-felt);
  }
  .on-felt.quiet {
    border-color: transparent;
  }
  .on-felt:hover {
    background: var(--felt-raised);
  }

  .soft {
    color: var(--ink-soft);
  }
  .small {
    font-size: var(--text-small);
  }

  .visually-hidden {
    position: absolute;
    width: var(--hairline);
    height: var(--hairline);
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
