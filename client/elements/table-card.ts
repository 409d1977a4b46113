import { css, html, LitElement } from 'lit';
import { faceOf } from '#client/games/faces.ts';
import type { Names } from '#client/net/names.ts';
import type { Table } from '#client/net/parlor.ts';
import { pathTo } from '#client/router.ts';
import { texts } from '#client/texts.ts';
import './person-name.ts';
import { controls, roomy } from './styles/controls.ts';
import { pictureStyle } from './styles/picture.ts';

/** A table in the lobby: a small live picture of its board, who sits there, and the way in. */
export class TableCard extends LitElement {
  static override properties = { table: { attribute: false }, names: { attribute: false }, me: {} };
  declare table: Table;
  declare names: Names;
  declare me: string;

  static override styles = [
    controls,
    pictureStyle,
    css`
      :host {
        container-type: inline-size;
      }
      .card {
        display: grid;
        align-content: start;
        gap: var(--space-3);
        height: 100%;
        padding: var(--space-3);
        border-radius: var(--radius-large);
        background: var(--felt);
        color: var(--on-felt);
        box-shadow: var(--shadow-low);
        text-decoration: none;
        transition:
          transform var(--calm) var(--ease),
          box-shadow var(--calm) var(--ease);
      }
      .who {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        align-content: space-between;
        gap: var(--space-3);
        min-width: 0;
      }
      @container ${roomy} {
        .card {
          grid-template-columns: var(--mini-board) minmax(0, 1fr);
        }
      }
      a.card:hover {
        transform: translateY(calc(-1 * var(--rule)));
        box-shadow: var(--shadow-high);
      }
      .mine {
        outline: var(--rule) solid var(--brass);
      }
      .mine:focus-visible {
        outline-width: var(--focus);
        outline-offset: var(--rule);
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: var(--monogram-small);
        min-width: 0;
        font-size: var(--text-small);
        --you: var(--on-felt-soft);
      }
      li::before {
        content: "";
        flex: none;
        width: var(--dot);
        height: var(--dot);
        border-radius: 50%;
        background: var(--disc-0);
      }
      li:nth-child(2)::before {
        background: var(--disc-1);
      }
      li:nth-child(n + 3)::before {
        background: var(--on-felt-soft);
      }
      li.open::before {
        background: none;
        box-shadow: inset 0 0 0 var(--hairline) var(--brass-bright);
      }
      .open {
        color: var(--brass-bright);
      }
      footer {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: var(--space-2);
        padding-top: var(--space-2);
        border-top: var(--hairline) solid var(--felt-line);
        font-size: var(--text-small);
        color: var(--on-felt-soft);
      }
      footer strong {
        color: var(--brass-bright);
        font-weight: 600;
      }
    `,
  ];

  override render() {
    const { table } = this;
    const { players, reserved = [], max } = table;
    const waits = table.phase === 'waiting';
    const mine = players.includes(this.me);
    const kept = reserved.includes(this.me);
    const free = waits && (kept || players.length + reserved.length < max);
    const act = mine ? texts.lobby.comeBack : kept ? texts.lobby.kept : texts.lobby.join;
    // Without a free seat the match admits no one: such a card is no link.
    if (!mine && !free) return html`<div class="card">${this.#inside(waits ? max : players.length)}</div>`;
    return html`<a class="card ${mine || kept ? 'mine' : ''}" href=${pathTo.match(table.room)}>
      ${this.#inside(waits ? max : players.length, act)}
    </a>`;
  }

  #inside(seats: number, act = '') {
    const { table } = this;
    return html`${faceOf(table.game)?.picture(table.picture)}
      <div class="who"><ul>
        ${Array.from({ length: seats }, (_, seat) => {
          const player = table.players[seat];
          return player
            ? html`<li><person-name bare .names=${this.names} .player=${player} .me=${this.me}></person-name></li>`
            : html`<li class="open">${texts.lobby.openSeat}</li>`;
        })}
      </ul>
      <footer><span>${table.phase === 'waiting' ? texts.lobby.waitingShort : texts.lobby.playing}</span><strong>${act}</strong></footer></div>`;
  }
}
customElements.define('table-card', TableCard);
