import { css, html, LitElement, nothing } from 'lit';
import type { Status } from '#client/net/connection.ts';
import type { LobbyStatus } from '#client/net/parlor.ts';
import { texts } from '#client/texts.ts';
import { REFUSALS } from '#schema/refusals.ts';
import { icon, iconStyle } from './icons.ts';
import { controls } from './styles/controls.ts';

/** A quiet band that says what the connection is doing, where something passes by itself; never a modal. */
export class ConnectionBand extends LitElement {
  static override properties = { status: {}, paused: { type: Boolean } };
  declare status: Status | LobbyStatus;
  declare paused: boolean;

  static override styles = [
    controls,
    iconStyle,
    css`
      :host {
        display: block;
      }
      p {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: var(--space-2);
        padding: var(--space-2) var(--space-4);
        background: var(--brass-bright);
        color: var(--on-brass);
        font-size: var(--text-small);
        font-weight: 560;
        text-align: center;
        animation: enter var(--calm) var(--ease);
      }
      p.resumed {
        background: var(--felt-raised);
        color: var(--on-felt);
      }
      @keyframes enter {
        from {
          opacity: 0;
          transform: translateY(-50%);
        }
      }
    `,
  ];

  override render() {
    return html`<div role="status">${this.#band()}</div>`;
  }

  #band() {
    if (this.status === 'reconnecting')
      return html`<p>${icon('wifi-off')}<span>${texts.connection.reconnecting}</span></p>`;
    if (this.paused) return html`<p>${icon('hourglass')}<span>${REFUSALS.paused.sentence}</span></p>`;
    if (this.status === 'resumed')
      return html`<p class="resumed">${icon('check')}<span>${texts.connection.resumed}</span></p>`;
    return nothing;
  }
}
customElements.define('connection-band', ConnectionBand);
