import { html, LitElement } from 'lit';
import { inBackground } from '#client/background.ts';
import type { Connection } from '#client/net/connection.ts';
import { Live } from '#client/net/live.ts';
import type { MatchState } from '#schema/states.ts';

/** Three buttons, of which the last names too large a number at a table for small ones. */
class HigherBoard extends LitElement {
  static override properties = { connection: { attribute: false } };
  declare connection: Connection<MatchState>;

  constructor() {
    super();
    new Live(this, () => this.connection);
  }

  override render() {
    return [1, 5, 99].map(
      (number) => html`<button @click=${() => inBackground(this.#name(number))}>Name ${number}</button>`,
    );
  }

  async #name(number: number) {
    const reply = await this.connection.submit('name', { number });
    this.dispatchEvent(new CustomEvent('refused', { detail: reply.ok ? undefined : reply.code }));
  }
}
customElements.define('higher-board', HigherBoard);
