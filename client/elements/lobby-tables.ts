import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { picture } from '#client/games/connect-four/picture.ts';
import { Live } from '#client/net/live.ts';
import type { NewMatch, Parlor, Table } from '#client/net/parlor.ts';
import { Refusal } from '#client/net/rest.ts';
import { navigate, pathTo } from '#client/router.ts';
import { texts } from '#client/texts.ts';
import { icon, iconStyle } from './icons.ts';
import './close-match.ts';
import { controls, phone } from './styles/controls.ts';
import { pictureStyle } from './styles/picture.ts';
import { skeleton } from './styles/skeleton.ts';
import './table-card.ts';

/** What is played here. */
const GAME = 'connect-four';
/** A position that says what is played here, for an empty room. */
const STILL = '...0......1......01..........................';

const isFor = ({ players, reserved = [] }: Table, player: string) => [...players, ...reserved].includes(player);

/** The tables that are open or in play, and three ways to sit down. */
export class LobbyTables extends LitElement {
  static override properties = {
    parlor: { attribute: false },
    opening: { state: true },
    refused: { state: true },
  };
  declare parlor: Parlor;
  declare opening: boolean;
  /** Why the last attempt to sit down failed. */
  declare refused: string;

  static override styles = [
    controls,
    iconStyle,
    skeleton,
    pictureStyle,
    css`
      :host {
        display: block;
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        margin-bottom: var(--space-5);
      }
      @media ${phone} {
        .acts {
          display: grid;
          grid-template-columns: 1fr 1fr;
        }
        .brass {
          grid-column: 1 / -1;
        }
      }
      .refused {
        margin-bottom: var(--space-4);
        color: var(--bad);
      }
      .tables {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(var(--table-card), 100%), 1fr));
        gap: var(--space-4);
      }
      .table {
        display: grid;
        grid-template-rows: 1fr auto;
      }
      .tables .skeleton {
        height: calc(var(--mini-board) * 2);
        border-radius: var(--radius-large);
      }
      .empty {
        display: grid;
        justify-items: center;
        gap: var(--space-2);
        padding: var(--space-6) var(--space-4);
        border: var(--hairline) dashed var(--line-strong);
        border-radius: var(--radius-large);
        text-align: center;
      }
      .empty .picture {
        width: var(--mini-board);
        margin-bottom: var(--space-3);
      }
    `,
  ];

  constructor() {
    super();
    this.opening = false;
    this.refused = '';
    new Live(this, () => this.parlor?.lobby);
  }

  override render() {
    return html`<div class="acts">
        <button class="brass" ?disabled=${this.opening} @click=${() => this.#sit({ game: GAME, mode: 'quick' })}>
          ${icon('armchair')}${texts.lobby.quick}
        </button>
        <button ?disabled=${this.opening} @click=${() => this.#sit({ game: GAME })}>${texts.lobby.create}</button>
        <button ?disabled=${this.opening} @click=${() => this.#sit({ game: GAME, bot: true })}>${texts.lobby.bot}</button>
      </div>
      ${this.refused ? html`<p class="refused" role="alert">${this.refused}</p>` : nothing}
      ${this.#tables()}`;
  }

  #tables() {
    const { lobby, me, names } = this.parlor;
    if (lobby.status === 'connecting')
      return html`<div class="tables" aria-busy="true">${[0, 1].map(() => html`<div class="skeleton"></div>`)}</div>`;
    if (lobby.tables.length === 0)
      return html`<div class="empty">
        ${picture(STILL)}
        <h3>${texts.lobby.tablesEmpty}</h3>
        <p class="soft">${texts.lobby.tablesEmptyHint}</p>
      </div>`;
    const mineFirst = lobby.tables.toSorted((a, b) => Number(isFor(b, me.player)) - Number(isFor(a, me.player)));
    return html`<div class="tables">
      ${repeat(
        mineFirst,
        ({ room }) => room,
        (table) => html`<div class="table">
          <table-card .table=${table} .names=${names} .me=${me.player}></table-card>
          <close-match .parlor=${this.parlor} .match=${table.room}></close-match>
        </div>`,
      )}
    </div>`;
  }

  async #sit(spec: NewMatch) {
    this.opening = true;
    this.refused = '';
    try {
      navigate(pathTo.match(await this.parlor.newMatch(spec)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refused = error.message;
    } finally {
      this.opening = false;
    }
  }
}
customElements.define('lobby-tables', LobbyTables);
