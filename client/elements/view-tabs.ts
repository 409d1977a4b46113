import { css, html, LitElement, nothing } from 'lit';
import { type IconName, icon, iconStyle } from './icons.ts';
import { controls } from './styles/controls.ts';

export type Tab = { id: string; label: string; sign: IconName; mark?: boolean };

/** The tabs of a narrow screen, along its lower edge. Fires `choose` with the tab's id. */
export class ViewTabs extends LitElement {
  static override properties = { tabs: { attribute: false }, chosen: {}, label: {} };
  declare tabs: readonly Tab[];
  declare chosen: string;
  declare label: string;

  static override styles = [
    controls,
    iconStyle,
    css`
      nav {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: 1fr;
        background: var(--paper-raised);
        border-top: var(--hairline) solid var(--line);
        padding-bottom: env(safe-area-inset-bottom);
      }
      button {
        position: relative;
        display: grid;
        justify-items: center;
        gap: 0;
        padding: var(--space-2) var(--space-1);
        border: 0;
        border-radius: 0;
        background: none;
        color: var(--ink-soft);
        font-size: var(--text-tiny);
      }
      button::before {
        content: "";
        position: absolute;
        inset: 0 25% auto;
        height: var(--focus);
        border-radius: 0 0 var(--radius-small) var(--radius-small);
      }
      button[aria-current] {
        color: var(--ink);
      }
      button[aria-current]::before {
        background: var(--brass);
      }
      .mark .icon::after {
        content: "";
        position: absolute;
        width: var(--dot);
        height: var(--dot);
        margin-inline-start: var(--icon);
        border-radius: 50%;
        background: var(--disc-0);
      }
      :focus-visible {
        outline-offset: calc(-1 * var(--focus));
      }
    `,
  ];

  override render() {
    return html`<nav aria-label=${this.label}>
      ${this.tabs.map(
        ({ id, label, sign, mark }) =>
          html`<button
            class=${mark ? 'mark' : ''}
            aria-current=${id === this.chosen ? 'true' : nothing}
            @click=${() => this.dispatchEvent(new CustomEvent('choose', { detail: id }))}
          >
            ${icon(sign)}<span>${label}</span>
          </button>`,
      )}
    </nav>`;
  }
}
customElements.define('view-tabs', ViewTabs);
