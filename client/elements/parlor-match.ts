import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { html as staticHtml, unsafeStatic } from 'lit/static-html.js';
import { inBackground } from '#client/background.ts';
import { faceOf } from '#client/games/faces.ts';
import { type Connection, isOver } from '#client/net/connection.ts';
import { Live } from '#client/net/live.ts';
import { Newest } from '#client/net/newest.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { Refusal } from '#client/net/rest.ts';
import { navigate, pathTo } from '#client/router.ts';
import { texts } from '#client/texts.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { MatchState } from '#schema/states.ts';
import './close-match.ts';
import './connection-band.ts';
import { isSeated } from './match-seat.ts';
import './match-status.ts';
import './parlor-chat.ts';
import './room-over.ts';
import { controls, phone, upright } from './styles/controls.ts';
import { skeleton } from './styles/skeleton.ts';
import './view-tabs.ts';
import type { Tab } from './view-tabs.ts';

const TABS: readonly Tab[] = [
  { id: 'board', label: texts.match.board, sign: 'armchair' },
  { id: 'talk', label: texts.match.talk, sign: 'messages' },
];

/** A match: the board as large as it can be, the seats at its edge, talk beside it; on a phone two tabs. */
export class ParlorMatch extends LitElement {
  static override properties = {
    parlor: { attribute: false },
    match: {},
    game: {},
    tab: { reflect: true },
    connection: { state: true },
    refused: { state: true },
    trouble: { state: true },
    busy: { state: true },
  };
  declare parlor: Parlor;
  /** Room id. */
  declare match: string;
  declare game: string;
  declare tab: string;
  declare connection: Connection<MatchState> | undefined;
  declare refused: RefusalCode | undefined;
  /** A sentence about what did not work. */
  declare trouble: string;
  declare busy: boolean;
  readonly #opening = new Newest();

  static override styles = [
    controls,
    skeleton,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) var(--talk);
        grid-template-rows: auto minmax(0, 1fr);
        grid-template-areas: "band band" "table talk";
        height: 100%;
        min-height: 0;
      }
      connection-band {
        grid-area: band;
      }
      .table {
        grid-area: table;
        display: grid;
        grid-template-rows: auto minmax(var(--mini-board), 1fr) auto;
        gap: var(--space-4);
        min-width: 0;
        min-height: 0;
        overflow-y: auto;
        padding: var(--space-5);
        background: radial-gradient(ellipse at 50% 35%, var(--felt), var(--felt-deep));
      }
      .seats {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: var(--space-3);
        width: 100%;
        max-width: var(--stage);
        margin-inline: auto;
      }
      .seats.many {
        grid-template-columns: repeat(3, minmax(0, 1fr));
      }
      match-status {
        width: 100%;
        max-width: var(--stage);
        margin-inline: auto;
      }
      .trouble {
        color: var(--brass-bright);
      }
      .board {
        min-height: 0;
      }
      .table > .skeleton {
        background: var(--felt-raised);
        width: 100%;
        max-width: var(--stage);
        margin-inline: auto;
      }
      .table > .skeleton:not(.board) {
        min-height: var(--target);
      }
      .talk {
        grid-area: talk;
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        border-inline-start: var(--hairline) solid var(--line);
        background: var(--paper-raised);
      }
      .talk h2 {
        padding: var(--space-4);
        border-bottom: var(--hairline) solid var(--line);
        font-size: var(--text-large);
      }
      parlor-chat {
        flex: 1;
        height: auto;
      }
      room-over {
        grid-column: 1 / -1;
        grid-row: 1 / -1;
      }
      view-tabs {
        display: none;
      }
      @media ${upright} {
        :host {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: auto minmax(0, 2fr) minmax(0, 1fr);
          grid-template-areas: "band" "table" "talk";
        }
        .talk {
          border: 0;
        }
        .talk h2 {
          padding-block: var(--space-2);
        }
      }
      @media ${phone} {
        :host {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: auto minmax(0, 1fr) auto;
          grid-template-areas: "band" "view" "tabs";
        }
        .table,
        .talk {
          grid-area: view;
          border: 0;
        }
        .table {
          gap: var(--space-3);
          padding: var(--space-3);
        }
        .seats {
          gap: var(--space-2);
        }
        .seats.many {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        .talk h2 {
          display: none;
        }
        :host([tab="board"]) .talk,
        :host([tab="talk"]) .table {
          display: none;
        }
        view-tabs {
          display: block;
          grid-area: tabs;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.game = 'connect-four';
    this.tab = 'board';
    this.trouble = '';
    this.busy = false;
    new Live(this, () => this.connection);
  }

  override willUpdate(changed: PropertyValues<this>) {
    if ((changed.has('match') || changed.has('parlor')) && this.parlor && this.match) inBackground(this.#open());
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#leave();
  }

  async #open() {
    const { match, parlor } = this;
    this.#leave();
    const signal = this.#opening.begin();
    this.refused = undefined;
    this.trouble = '';
    const [connection] = await Promise.all([parlor.openRoom<MatchState>(match, signal), faceOf(this.game)?.load()]);
    if (!signal.aborted) this.connection = connection;
  }

  /** Leaves what is open, or on its way; the seat is kept. */
  #leave() {
    this.#opening.abort();
    this.connection = undefined;
  }

  override render() {
    const { connection, parlor } = this;
    if (connection && isOver(connection.status))
      return html`<h1 class="visually-hidden">${faceOf(this.game)?.title}</h1>
        <room-over
        .status=${connection.status}
        .refusal=${connection.refusal} .rest=${parlor.rest}
        ?here=${parlor.signedOutHere}
        @act=${connection.status === 'signed-out' ? () => parlor.signIn() : () => inBackground(this.#open())}
      ></room-over>`;
    return html`<connection-band .status=${connection?.status ?? 'connecting'} ?paused=${connection?.paused}></connection-band>
      <section class="table" aria-label=${texts.match.board}>
        <h1 class="visually-hidden">${faceOf(this.game)?.title}</h1>
        ${connection && connection.status !== 'connecting' ? this.#table(connection) : this.#loading()}
      </section>
      <section class="talk" aria-labelledby="talk">
        <h2 id="talk">${texts.match.talk}</h2>
        ${isSeated(connection, parlor.me.player) ? html`<parlor-chat ?calm=${!!connection && !isOver(connection.status) && (connection.status !== 'live' || connection.paused)} .channel=${this.match} .parlor=${parlor}></parlor-chat>` : nothing}
      </section>
      <view-tabs
        .tabs=${TABS}
        .chosen=${this.tab}
        label=${texts.match.title}
        @choose=${(event: CustomEvent<string>) => {
          this.tab = event.detail;
        }}
      ></view-tabs>`;
  }

  #table(connection: Connection<MatchState>) {
    const { names } = this.parlor;
    const board = unsafeStatic(faceOf(this.game)?.tag ?? 'div');
    return html`<div class="seats ${connection.state.seats.length > 2 ? 'many' : ''}">
        ${Array.from(
          connection.state.seats,
          (_, seat) => html`<match-seat .connection=${connection} .names=${names} .seat=${seat}></match-seat>`,
        )}
      </div>
      ${staticHtml`<${board} class="board" .connection=${connection} .names=${names} @refused=${this.#refused}></${board}>`}
      <div>
        <match-status
          .connection=${connection}
          .names=${names}
          .refused=${this.refused}
          ?busy=${this.busy}
          @resign=${() => inBackground(this.#resign(connection))}
          @rematch=${() => inBackground(this.#rematch())}
        ></match-status>
        <close-match felt ?hidden=${connection.state.phase === 'finished'} .parlor=${this.parlor} .match=${this.match}></close-match>
        ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}
      </div>`;
  }

  #loading() {
    return html`<div class="skeleton"></div>
      <div class="skeleton board"></div>
      <div class="skeleton"></div>`;
  }

  #refused(event: CustomEvent<RefusalCode | undefined>) {
    this.refused = event.detail;
  }

  async #resign(connection: Connection<MatchState>) {
    const reply = await connection.submit('resign');
    this.refused = reply.ok ? undefined : reply.code;
  }

  async #rematch() {
    this.busy = true;
    try {
      navigate(pathTo.match(await this.parlor.newMatch({ rematchOf: this.match })));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.trouble = error.message;
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('parlor-match', ParlorMatch);
