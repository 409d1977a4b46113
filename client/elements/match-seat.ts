import { css, html, LitElement, nothing } from 'lit';
import { faceOf } from '#client/games/faces.ts';
import type { Connection } from '#client/net/connection.ts';
import { Live, Ticking } from '#client/net/live.ts';
import type { Names } from '#client/net/names.ts';
import { countdown, texts } from '#client/texts.ts';
import type { MatchState } from '#schema/states.ts';
import './person-name.ts';
import { controls, narrow } from './styles/controls.ts';

const CLOCK_MS = 250;
/** From here on a clock asks for attention. */
const LOW_MS = 10_000;

/** One place at the table: whose, with what colour, present or away, and the clock while it runs. */
export class MatchSeat extends LitElement {
  static override properties = {
    connection: { attribute: false },
    names: { attribute: false },
    seat: { type: Number },
  };
  declare connection: Connection<MatchState>;
  declare names: Names;
  declare seat: number;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        min-width: 0;
        container-type: inline-size;
      }
      .plate {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        align-content: center;
        gap: 0 var(--space-3);
        min-height: calc(var(--target) + var(--space-3));
        padding: var(--space-2) var(--space-3);
        border: var(--rule) solid transparent;
        border-radius: var(--radius-large);
        background: var(--felt-raised);
        color: var(--on-felt);
        --you: var(--on-felt-soft);
        transition:
          border-color var(--calm) var(--ease),
          box-shadow var(--calm) var(--ease);
      }
      .turn {
        border-color: var(--brass-bright);
        box-shadow: 0 0 var(--space-4) var(--glow);
      }
      .disc {
        display: block;
        width: var(--icon-large);
        height: var(--icon-large);
        border-radius: 50%;
        border: var(--focus) double var(--disc-0-dark);
        background: var(--disc-0);
      }
      .disc-1 {
        border-color: var(--disc-1-dark);
        background: var(--disc-1);
      }
      .disc:not(.disc-0, .disc-1) {
        border-color: var(--felt-line);
        background: var(--on-felt-soft);
      }
      .who {
        display: grid;
        min-width: 0;
        line-height: var(--leading-tight);
      }
      person-name {
        font-weight: 600;
      }
      .state {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        min-width: 0;
        color: var(--on-felt-soft);
        font-size: var(--text-tiny);
      }
      .state::before {
        content: "";
        flex: none;
        width: var(--dot);
        height: var(--dot);
        border-radius: 50%;
        border: var(--hairline) solid var(--on-felt-soft);
      }
      .here::before {
        border-color: transparent;
        background: var(--present);
      }
      .away {
        color: var(--brass-bright);
      }
      .clock {
        font: 600 var(--text-title) / 1 var(--face);
        font-variant-numeric: tabular-nums;
      }
      .low {
        color: var(--alarm);
      }
      @container ${narrow} {
        .plate {
          grid-template-columns: auto minmax(0, 1fr);
          min-height: calc(var(--target) + var(--space-4));
        }
        .disc {
          grid-row: span 2;
        }
        .turn .who {
          align-self: end;
        }
        .turn .here {
          display: none;
        }
        .clock {
          grid-column: 2;
          align-self: start;
          font-size: var(--text-large);
        }
      }
      .open {
        border: var(--hairline) dashed var(--felt-line);
        background: none;
      }
      .open .disc {
        opacity: 0.4;
      }
    `,
  ];

  constructor() {
    super();
    this.seat = 0;
    new Live(this, () => this.connection);
    new Ticking(this, CLOCK_MS, () => this.#clockRuns() || this.#absentFor() > 0);
  }

  override render() {
    const { connection, names, seat } = this;
    const place = connection.state.seats[seat];
    const colour = faceOf(connection.machine)?.colours[seat];
    const disc = html`<span class="disc disc-${seat}" role=${colour ? 'img' : 'presentation'} aria-label=${colour ?? nothing}></span>`;
    if (!place?.player)
      return html`<div class="plate open">${disc}<span class="soft-felt">${texts.match.openSeat}</span></div>`;
    const me = connection.seat === seat ? place.player : '';
    return html`<div class="plate ${this.#hasTurn() ? 'turn' : ''}">
      ${disc}
      <div class="who">
        <person-name bare .names=${names} .player=${place.player} .me=${me}></person-name>
        ${this.#presence()}
      </div>
      ${this.#clock(names.of(place.player))}
    </div>`;
  }

  #presence() {
    const place = this.connection.state.seats[this.seat];
    if (place?.connected)
      return html`<span class="state here">${this.#hasTurn() ? texts.match.toMove : texts.match.here}</span>`;
    const left = this.#absentFor();
    return html`<span class="state away">${left > 0 ? texts.match.absent(countdown(left)) : texts.match.away}</span>`;
  }

  #clock(name: string) {
    if (!this.#clockRuns()) return nothing;
    const { state } = this.connection;
    const left = state.turnUntil - this.connection.playTime();
    const time = countdown(Math.min(left, state.turnMs || left));
    return html`<span class="clock ${left < LOW_MS ? 'low' : ''}" role="timer" aria-label=${texts.match.clock(name, time)}>${time}</span>`;
  }

  #hasTurn(): boolean {
    const { phase, turn } = this.connection.state;
    return phase === 'playing' && turn === this.seat;
  }

  #clockRuns(): boolean {
    return this.#hasTurn() && this.connection.state.turnUntil > 0;
  }

  /** What is left of an absent player's time, ms; 0 for one who is here, or in no hurry. */
  #absentFor(): number {
    const place = this.connection?.state.seats[this.seat];
    if (!place || place.connected || place.absentUntil === 0) return 0;
    return Math.max(0, place.absentUntil - this.connection.playTime());
  }
}

/** True once the player has a seat, which the talk beside a match is for. */
export function isSeated(connection: Connection<MatchState> | undefined, player: string): boolean {
  return [...(connection?.state?.seats ?? [])].some((seat) => seat.player === player);
}

customElements.define('match-seat', MatchSeat);
