import { css, html, LitElement } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Names } from '#client/net/names.ts';
import type { Person, Table } from '#client/net/parlor.ts';
import { pathTo } from '#client/router.ts';
import { texts } from '#client/texts.ts';
import './person-name.ts';
import './relative-time.ts';
import { controls } from './styles/controls.ts';

/** Who is here, and since when; who sits at a table is marked. */
export class LobbyPeople extends LitElement {
  static override properties = {
    people: { attribute: false },
    tables: { attribute: false },
    names: { attribute: false },
    me: {},
    now: { attribute: false },
  };
  declare people: readonly Person[];
  declare tables: readonly Table[];
  declare names: Names;
  declare me: string;
  /** The server's clock. */
  declare now: () => number;

  static override styles = [
    controls,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(var(--person), 100%), 1fr));
      }
      li {
        min-width: 0;
      }
      a {
        display: grid;
        gap: 0;
        min-height: var(--target);
        align-content: center;
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-small);
        text-decoration: none;
      }
      a:hover {
        background: var(--paper-sunk);
      }
      .since {
        padding-inline-start: calc(var(--monogram) + var(--space-2));
        margin-top: calc(-1 * var(--space-1));
        color: var(--ink-soft);
        font-size: var(--text-tiny);
        line-height: var(--leading-tight);
      }
      person-name {
        font-weight: 560;
      }
      .playing {
        color: var(--brass-deep);
      }
    `,
  ];

  override render() {
    return html`<ul>
      ${repeat(
        this.people,
        ({ player }) => player,
        (person) => html`<li>
          <a href=${pathTo.player(person.player)}>
            <person-name .names=${this.names} .player=${person.player} .me=${this.me}></person-name>
            <span class="since">${
              this.#plays(person.player)
                ? html`<span class="playing">${texts.lobby.atTable}</span>`
                : html`${texts.lobby.came} <relative-time .at=${person.since} .now=${this.now}></relative-time>`
            }</span>
          </a>
        </li>`,
      )}
    </ul>`;
  }

  #plays(player: string): boolean {
    return this.tables.some(({ players }) => players.includes(player));
  }
}
customElements.define('lobby-people', LobbyPeople);
