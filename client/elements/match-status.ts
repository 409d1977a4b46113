import { css, html, LitElement, nothing } from 'lit';
import { faceOf, sentenceOf } from '#client/games/faces.ts';
import type { Connection } from '#client/net/connection.ts';
import { Live } from '#client/net/live.ts';
import type { Names } from '#client/net/names.ts';
import { pathTo } from '#client/router.ts';
import { texts } from '#client/texts.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { MatchState } from '#schema/states.ts';
import { icon, iconStyle } from './icons.ts';
import { wordsOf } from './match-words.ts';
import { controls } from './styles/controls.ts';
import { dialog } from './styles/dialog.ts';

/** Under the board: whose turn it is, or how it ended, and what one may do now. Fires `rematch` and `resign`. */
export class MatchStatus extends LitElement {
  static override properties = {
    connection: { attribute: false },
    names: { attribute: false },
    refused: {},
    busy: { type: Boolean },
    copied: { state: true },
  };
  declare connection: Connection<MatchState>;
  declare names: Names;
  /** Why the last move was refused. */
  declare refused: RefusalCode | undefined;
  declare busy: boolean;
  declare copied: boolean;

  static override styles = [
    controls,
    dialog,
    iconStyle,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
        min-height: calc(var(--target) + var(--space-2));
        color: var(--on-felt);
      }
      .words {
        flex: 1 1 var(--person);
        min-width: 0;
      }
      .headline {
        font: 560 var(--text-title) / var(--leading-tight) var(--face-title);
        overflow-wrap: anywhere;
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow: hidden;
      }
      .line {
        color: var(--on-felt-soft);
        font-size: var(--text-small);
      }
      .mine .headline {
        color: var(--brass-bright);
      }
      .over .headline {
        font-size: var(--text-display);
      }
      .won .headline {
        color: var(--brass-bright);
      }
      .refused {
        color: var(--brass-bright);
        font-weight: 560;
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
    `,
  ];

  constructor() {
    super();
    this.busy = false;
    this.copied = false;
    new Live(this, () => this.connection);
  }

  override render() {
    const { machine, state, seat } = this.connection;
    const { headline, line, tone } = wordsOf(state, seat, this.names, faceOf(machine));
    const over = state.phase === 'finished' ? 'over' : '';
    return html`<div class="words ${tone} ${over}" role="status">
        <p class="headline">${headline}</p>
        ${
          this.refused
            ? html`<p class="line refused">${sentenceOf(this.refused)}</p>`
            : html`<p class="line">${line}</p>`
        }
      </div>
      <div class="acts">${this.#acts()}</div>
      ${this.#dialog()}`;
  }

  #acts() {
    const { state, seat } = this.connection;
    if (state.phase === 'waiting')
      return html`<button class="brass" @click=${this.#copy}>
        ${icon(this.copied ? 'check' : 'link')}${this.copied ? texts.match.copied : texts.match.copy}
      </button>`;
    if (state.phase === 'playing')
      return seat < 0
        ? nothing
        : html`<button class="on-felt" @click=${this.#ask}>${icon('flag')}${texts.match.resign}</button>`;
    return html`${
      state.rematch
        ? html`<a class="button brass" href=${pathTo.match(state.rematch)}>${icon('refresh')}${texts.match.toRematch}</a>`
        : seat >= 0
          ? html`<button class="brass" ?disabled=${this.busy} @click=${() => this.#fire('rematch')}>
              ${icon('refresh')}${texts.match.rematch}
            </button>`
          : nothing
    }
      <a class="button on-felt" href=${pathTo.lobby}>${texts.match.leave}</a>`;
  }

  #dialog() {
    return html`<dialog aria-labelledby="ask" closedby="any">
      <h2 id="ask">${texts.match.resignTitle}</h2>
      <p class="soft">${this.connection.state.seats.length > 2 ? texts.match.resignLineMany : texts.match.resignLine}</p>
      <form method="dialog">
        <button>${texts.match.keepPlaying}</button>
        <button class="brass" @click=${() => this.#fire('resign')}>${texts.match.resign}</button>
      </form>
    </dialog>`;
  }

  #ask() {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  async #copy() {
    await navigator.clipboard?.writeText(location.href);
    this.copied = true;
  }

  #fire(type: 'rematch' | 'resign') {
    this.dispatchEvent(new CustomEvent(type));
  }
}
customElements.define('match-status', MatchStatus);
