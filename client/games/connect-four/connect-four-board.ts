import { css, html, LitElement, type PropertyValues } from 'lit';
import { inBackground } from '#client/background.ts';
import { controls } from '#client/elements/styles/controls.ts';
import { pictureStyle } from '#client/elements/styles/picture.ts';
import { type Connection, isUp } from '#client/net/connection.ts';
import { Live } from '#client/net/live.ts';
import type { Names } from '#client/net/names.ts';
import { COLUMNS, EMPTY, ROWS } from '#rooms/games/connect-four/rules.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import { ghostOf, mayDrop } from './aim.ts';
import { picture } from './picture.ts';
import type { View } from './scene.ts';
import type { Stage } from './stage.ts';
import { texts } from './texts.ts';

/**
 * The board. What one sees is drawn by Phaser; what one touches, tabs to or listens to are seven plain
 * buttons that lie over the columns. Fires `refused` with the code when a move was.
 */
export class ConnectFourBoard extends LitElement {
  static override properties = {
    connection: { attribute: false },
    names: { attribute: false },
    aimed: { state: true },
    drawn: { state: true },
  };
  declare connection: Connection<ConnectFour>;
  declare names: Names;
  /** Column under the pointer or the focus, -1 for none. */
  declare aimed: number;
  declare drawn: boolean;
  #stage: Stage | undefined;
  #announced = -1;
  #said = '';

  static override styles = [
    controls,
    pictureStyle,
    css`
      :host {
        display: grid;
        place-items: center;
        container-type: size;
        min-height: 0;
        min-width: 0;
      }
      .frame {
        position: relative;
        width: min(100cqw, 100cqh * 7.5 / 6.5);
        aspect-ratio: 7.5 / 6.5;
        transition:
          opacity var(--calm),
          filter var(--calm);
      }
      .dimmed {
        opacity: 0.55;
        filter: saturate(0.6);
      }
      .canvas,
      .columns,
      .picture {
        position: absolute;
        inset: 0;
      }
      .picture {
        height: 100%;
        padding: calc(0.25 / 7.5 * 100%);
        border-radius: var(--radius-large);
      }
      .canvas {
        filter: drop-shadow(0 var(--space-1) var(--space-3) var(--veil));
      }
      /* Phaser writes the first size into the canvas and leaves it there when the place changes. */
      canvas {
        display: block;
        width: 100% !important;
        height: 100% !important;
      }
      .columns {
        display: grid;
        grid-template-columns: repeat(7, 1fr);
        padding: calc(0.25 / 7.5 * 100%);
      }
      button {
        min-height: 0;
        padding: 0;
        border: 0;
        border-radius: var(--radius-large);
        background: transparent;
        transform: none;
      }
      button:not(:disabled):hover {
        background: var(--glass);
      }
      button:disabled {
        opacity: 1;
      }
      button:focus-visible {
        outline-color: var(--brass-bright);
        outline-offset: 0;
      }
    `,
  ];

  constructor() {
    super();
    this.aimed = -1;
    this.drawn = false;
    new Live(this, () => this.connection);
  }

  override render() {
    const { state, status } = this.connection;
    return html`<div class="frame ${isUp(status) ? '' : 'dimmed'}" @pointerleave=${() => this.#aim(-1)}>
        ${this.drawn ? '' : picture(Array.from(state.cells, (cell) => (cell === EMPTY ? '.' : cell)).join(''))}
        <div class="canvas" aria-hidden="true"></div>
        <div class="columns" role="group" aria-label=${texts.columns} @keydown=${this.#key}>
          ${Array.from({ length: COLUMNS }, (_, column) => this.#button(column))}
        </div>
      </div>
      <div class="visually-hidden" aria-live="polite">${this.#said}</div>`;
  }

  #button(column: number) {
    const cells = this.connection.state.cells;
    let free = 0;
    for (let row = 0; row < ROWS; row++) if (cells[row * COLUMNS + column] === EMPTY) free++;
    return html`<button
      aria-label=${texts.column(column + 1, free)}
      aria-disabled=${mayDrop(this.connection, column) ? 'false' : 'true'}
      @pointerenter=${() => this.#aim(column)}
      @focus=${() => this.#aim(column)}
      @blur=${() => this.#aim(-1)}
      @click=${() => inBackground(this.#drop(column))}
    ></button>`;
  }

  override willUpdate() {
    const { state } = this.connection;
    const cell = state.last;
    if (cell === this.#announced) return;
    if (this.#announced !== -1 || cell !== -1) {
      const player = state.seats[state.cells[cell] ?? 0]?.player ?? '';
      this.#said = texts.dropped(this.names.of(player), (cell % COLUMNS) + 1);
    }
    this.#announced = cell;
  }

  override firstUpdated() {
    inBackground(this.#draw());
  }

  async #draw() {
    const { Stage } = await import('./stage.ts');
    const place = this.renderRoot.querySelector<HTMLElement>('.canvas');
    if (!place || !this.isConnected) return;
    this.#stage = new Stage(place, this.#view());
    this.drawn = true;
  }

  override updated(_changed: PropertyValues<this>) {
    this.#stage?.show(this.#view());
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#stage?.dispose();
    this.#stage = undefined;
  }

  #view(): View {
    const { state } = this.connection;
    return {
      cells: [...state.cells],
      last: state.last,
      line: [...state.line],
      ghost: ghostOf(this.connection, this.aimed),
    };
  }

  #aim(column: number) {
    this.aimed = column;
  }

  async #drop(column: number) {
    const { pending, state, status } = this.connection;
    if (!isUp(status) || state.phase !== 'playing' || pending.some(({ type }) => type === 'drop')) return;
    const reply = await this.connection.submit('drop', { column });
    this.dispatchEvent(new CustomEvent('refused', { detail: reply.ok ? undefined : reply.code }));
  }

  /** Arrows move between the columns; a digit drops into its column at once. */
  #key(event: KeyboardEvent) {
    const buttons = [...this.renderRoot.querySelectorAll('button')];
    const digit = Number(event.key);
    if (digit >= 1 && digit <= COLUMNS) {
      buttons[digit - 1]?.focus();
      inBackground(this.#drop(digit - 1));
      return;
    }
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    buttons[(at + step + COLUMNS) % COLUMNS]?.focus();
  }
}
customElements.define('connect-four-board', ConnectFourBoard);
