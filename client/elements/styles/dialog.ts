import { css } from 'lit';

/** A question before something that cannot be taken back. */
export const dialog = css`
  dialog {
    max-width: min(var(--dialog), 100% - var(--space-6));
    padding: var(--space-5);
    border: 0;
    border-radius: var(--radius-large);
    background: var(--paper-raised);
    color: var(--ink);
    box-shadow: var(--shadow-high);
  }
  dialog::backdrop {
    background: var(--veil);
  }
  dialog form {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: var(--space-2);
    margin-top: var(--space-4);
  }
`;
