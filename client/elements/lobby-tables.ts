import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { inBackground } from '#client/background.ts';
import { faceOf } from '#client/games/faces.ts';
import { Live } from '#client/net/live.ts';
import { Load } from '#client/net/load.ts';
import type { NewMatch, Parlor, Table } from '#client/net/parlor.ts';
import { Refusal } from '#client/net/rest.ts';
import { navigate, pathTo } from '#client/router.ts';
import { texts } from '#client/texts.ts';
import type { Game } from '#schema/resources.ts';
import { icon, iconStyle } from './icons.ts';
import './close-match.ts';
import { controls, phone } from './styles/controls.ts';
import { pictureStyle } from './styles/picture.ts';
import { skeleton } from './styles/skeleton.ts';
import './table-card.ts';

const isFor = ({ players, reserved = [] }: Table, player: string) => [...players, ...reserved].includes(player);

/** The tables that are open or in play, and three ways to sit down. */
export class LobbyTables extends LitElement {
  static override properties = {
    parlor: { attribute: false },
    opening: { state: true },
    refused: { state: true },
    chosen: { state: true },
  };
  declare parlor: Parlor;
  declare opening: boolean;
  /** Why the last attempt to sit down failed. */
  declare refused: string;
  /** Name of the game that was chosen; the first one, until then. */
  declare chosen: string;
  /** The server's games that this page can draw. */
  readonly #games = new Load<readonly Game[]>(
    this,
    () => 'games',
    async () => {
      const { items } = await this.parlor.rest.get<{ items: Game[] }>('games');
      return items.filter(({ metadata }) => faceOf(metadata.name));
    },
  );

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
      .games {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        margin: 0 0 var(--space-4);
        padding: 0;
        border: 0;
      }
      .chip {
        display: inline-grid;
        place-items: center;
        min-height: var(--target);
        padding-inline: var(--space-4);
        border: var(--hairline) solid var(--line-strong);
        border-radius: var(--radius-large);
        cursor: pointer;
      }
      :checked + .chip {
        border-color: transparent;
        background: var(--felt);
        color: var(--on-felt);
      }
      :focus-visible + .chip {
        outline: var(--focus) solid var(--brass);
        outline-offset: var(--rule);
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
    this.chosen = '';
    new Live(this, () => this.parlor?.lobby);
  }

  override render() {
    return html`${this.#acts()}
      ${this.refused ? html`<p class="refused" role="alert">${this.refused}</p>` : nothing}
      ${this.#tables()}`;
  }

  #acts() {
    const games = this.#games.now;
    if (games.is === 'refused')
      return html`<p class="refused" role="alert">
        ${games.sentence} <button @click=${() => inBackground(this.#games.again())}>${texts.lobby.again}</button>
      </p>`;
    if (games.is === 'here' && games.value.length === 0) return html`<p class="soft">${texts.lobby.noGames}</p>`;
    const game = this.#game();
    const name = game?.metadata.name ?? '';
    const waits = this.opening || !game;
    return html`${games.is === 'here' && games.value.length > 1 ? this.#choice(games.value, name) : nothing}
      <div class="acts">
        <button class="brass" ?disabled=${waits} @click=${() => this.#sit({ game: name, mode: 'quick' })}>
          ${icon('armchair')}${texts.lobby.quick}
        </button>
        <button ?disabled=${waits} @click=${() => this.#sit({ game: name })}>${texts.lobby.create}</button>
        ${
          game?.spec.bot
            ? html`<button ?disabled=${waits} @click=${() => this.#sit({ game: name, bot: true })}>${texts.lobby.bot}</button>`
            : nothing
        }
      </div>`;
  }

  #choice(games: readonly Game[], chosen: string) {
    return html`<fieldset class="games">
      <legend class="visually-hidden">${texts.lobby.games}</legend>
      ${games.map(
        ({ metadata: { name } }) => html`<label>
          <input
            class="visually-hidden"
            type="radio"
            name="game"
            .checked=${name === chosen}
            @change=${() => {
              this.chosen = name;
            }}
          /><span class="chip">${faceOf(name)?.title}</span></label>`,
      )}
    </fieldset>`;
  }

  #game(): Game | undefined {
    const games = this.#games.now;
    if (games.is !== 'here') return undefined;
    return games.value.find(({ metadata }) => metadata.name === this.chosen) ?? games.value[0];
  }

  #tables() {
    const { lobby, me, names } = this.parlor;
    if (lobby.status === 'connecting')
      return html`<div class="tables" aria-busy="true">${[0, 1].map(() => html`<div class="skeleton"></div>`)}</div>`;
    if (lobby.tables.length === 0) {
      const game = this.#game();
      const face = game && faceOf(game.metadata.name);
      return html`<div class="empty">
        ${face?.picture(face.still)}
        <h3>${texts.lobby.tablesEmpty}</h3>
        <p class="soft">${texts.lobby.tablesEmptyHint(game?.spec.bot === true)}</p>
      </div>`;
    }
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
