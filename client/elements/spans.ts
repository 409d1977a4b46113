import { css, html, type TemplateResult } from 'lit';

const HOUR_MS = 3_600_000;
/** For how long somebody is kept out, or quiet. */
export const SPANS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS } as const;
export type Span = keyof typeof SPANS;

/** A labelled choice of words by key. */
export function choice<K extends string>(
  label: string,
  words: Readonly<Record<K, string>>,
  chosen: K,
  choose: (key: K) => void,
): TemplateResult {
  return html`<label>${label}
    <select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as K)}>
      ${Object.entries<string>(words).map(
        ([key, word]) => html`<option value=${key} ?selected=${key === chosen}>${word}</option>`,
      )}
    </select>
  </label>`;
}

export const choiceStyle = css`
  label {
    display: block;
    margin-top: var(--space-3);
  }
  select {
    width: 100%;
    min-height: var(--target);
    margin-top: var(--space-1);
    padding: var(--space-2);
    border: var(--hairline) solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--paper-raised);
    color: var(--ink);
    font: inherit;
  }
`;
