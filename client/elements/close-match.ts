import { css, html, LitElement, nothing } from 'lit';
import type { Parlor } from '#client/net/parlor.ts';
import { Refusal } from '#client/net/rest.ts';
import { texts } from '#client/texts.ts';
import { controls } from './styles/controls.ts';
import { dialog } from './styles/dialog.ts';

/** For administrators: ends a match for everybody in it, after a question. */
export class CloseMatch extends LitElement {
  static override properties = {
    parlor: { attribute: false },
    match: {},
    felt: { type: Boolean },
    trouble: { state: true },
  };
  declare parlor: Parlor;
  declare match: string;
  /** It stands on the table's felt. */
  declare felt: boolean;
  declare trouble: string;

  static override styles = [
    controls,
    dialog,
    css`
      :host {
        display: block;
        text-align: center;
      }
      dialog {
        text-align: start;
      }
      dialog p {
        margin-top: var(--space-2);
      }
      .trouble {
        color: var(--bad);
      }
    `,
  ];

  constructor() {
    super();
    this.trouble = '';
  }

  override render() {
    if (!this.parlor.mayAdminister) return nothing;
    const { label, line } = texts.operate.match;
    return html`<button class="quiet small ${this.felt ? 'on-felt' : ''}" @click=${() => this.renderRoot.querySelector('dialog')?.showModal()}>${label}</button>
      ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}
      <dialog aria-labelledby="ask" closedby="any">
        <h2 id="ask">${label}</h2>
        <p class="soft">${line}</p>
        <form method="dialog">
          <button>${texts.admin.cancel}</button>
          <button class="brass" @click=${this.#close}>${label}</button>
        </form>
      </dialog>`;
  }

  async #close() {
    try {
      await this.parlor.rest.delete(`matches/${encodeURIComponent(this.match)}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.trouble = error.message;
    }
  }
}
customElements.define('close-match', CloseMatch);
