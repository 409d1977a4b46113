import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { html as staticHtml, unsafeStatic } from 'lit/static-html.js';
import { inBackground } from '#client/background.ts';
import type { Face } from '#client/games/face.ts';
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
import { controls } from './styles/controls.ts';
import { matchLayout } from './styles/match-layout.ts';
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
    tab: { reflect: true },
    connection: { state: true },
    refused: { state: true },
    trouble: { state: true },
    busy: { state: true },
  };
  declare parlor: Parlor;
  /** Room id. */
  declare match: string;
  declare tab: string;
  declare connection: Connection<MatchState> | undefined;
  declare refused: RefusalCode | undefined;
  /** A sentence about what did not work. */
  declare trouble: string;
  declare busy: boolean;
  readonly #opening = new Newest();

  static override styles = [controls, skeleton, matchLayout];

  constructor() {
    super();
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
    const connection = await parlor.openRoom<MatchState>(match, signal);
    await faceOf(connection.machine)?.load();
    if (!signal.aborted) this.connection = connection;
  }

  /** Leaves what is open, or on its way; the seat is kept. */
  #leave() {
    this.#opening.abort();
    this.connection = undefined;
  }

  override render() {
    const { connection, parlor } = this;
    const face = connection && faceOf(connection.machine);
    const title = face?.title ?? texts.match.title;
    if (connection && !face && !isOver(connection.status))
      return html`<h1 class="visually-hidden">${title}</h1>
        <room-over .status=${'refused'} .refusal=${'no-such-game'}></room-over>`;
    if (connection && isOver(connection.status))
      return html`<h1 class="visually-hidden">${title}</h1>
        <room-over
        .status=${connection.status}
        .refusal=${connection.refusal} .rest=${parlor.rest}
        .match=${this.match} .player=${parlor.me.player}
        ?here=${parlor.signedOutHere}
        @act=${connection.status === 'signed-out' ? () => parlor.signIn() : () => inBackground(this.#open())}
      ></room-over>`;
    return html`<connection-band .status=${connection?.status ?? 'connecting'} ?paused=${connection?.paused}></connection-band>
      <section class="table" aria-label=${texts.match.board}>
        <h1 class="visually-hidden">${title}</h1>
        ${connection && face && connection.status !== 'connecting' ? this.#table(connection, face) : this.#loading()}
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

  #table(connection: Connection<MatchState>, face: Face) {
    const { names } = this.parlor;
    const board = unsafeStatic(face.tag);
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
