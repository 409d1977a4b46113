/** A connection to a room that comes back: joined by matchmaking, dialled again with its token when the socket breaks. */
import { redialAfter } from '../../../client/net/redial.ts';
import { metrics, report } from '../metrics.ts';
import { offer, type Person, Refused, type SeatOffer, seatUrl } from '../place.ts';
import { pause } from '../time.ts';
import { PASSING } from './outbox.ts';
import { Socket } from './socket.ts';
import { Tree } from './tree.ts';
import { CLOSE } from './wire.ts';

const REDIAL_MS = { first: 30, most: 1_000 };
const OPENED_MS = 20_000;
const GOODBYE_MS = 5_000;
const JOIN_TRIES = 5;
const FINAL: readonly number[] = [
  CLOSE.consented,
  CLOSE.displaced,
  CLOSE.sessionEnded,
  CLOSE.roomEnded,
  CLOSE.endedByAdministrator,
];

export type LineEvents = {
  /** The state has changed; `full` after a join or a return. */
  state(full: boolean): void;
  down(): void;
  /** Back, with a full state, on a new socket. */
  back(): void;
  /** For good, and nobody here asked for it. */
  over(code: number): void;
};

class Closed extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`the room closed with ${code}`);
    this.code = code;
  }
}

export class Line<S> {
  readonly tree = new Tree<S>();
  private readonly room: string;
  private readonly person: Person;
  private readonly events: LineEvents;
  private place: SeatOffer | undefined;
  private token = '';
  private socket: Socket | undefined;
  private farewell: ((code: number) => void) | undefined;
  private leaving = false;

  constructor(room: string, person: Person, events: LineEvents) {
    this.room = room;
    this.person = person;
    this.events = events;
  }

  /** Takes a seat and resolves with its first state. @throws Refused, or Error when the room closes or stays silent. */
  async enter(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.place = await offer(this.room, this.person);
        return await this.dial(seatUrl(this.place));
      } catch (error) {
        const passing = error instanceof Refused ? PASSING.includes(error.code) : error instanceof Closed;
        if (!passing || attempt >= JOIN_TRIES || this.leaving) throw error;
        await pause(redialAfter(attempt, REDIAL_MS));
      }
    }
  }

  /** Rejects when the socket is closed, or closes before the answer. */
  request(type: string, payload: unknown): Promise<unknown> {
    return this.socket?.request(type, payload) ?? Promise.reject(new Error('there is no socket'));
  }

  /** Takes the socket for dead: comes back on another. */
  redial(): void {
    this.socket?.close();
  }

  /** Gives the seat up; resolves with the code that the room closed with. */
  async leave(): Promise<number> {
    this.leaving = true;
    const { socket } = this;
    if (!socket?.isOpen) return CLOSE.consented;
    const closed = new Promise<number>((resolve) => {
      this.farewell = resolve;
    });
    socket.leave();
    const code = await Promise.race([closed, pause(GOODBYE_MS).then(() => 0)]);
    if (code === 0) socket.close();
    return code;
  }

  private dial(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      let opened = false;
      const silent = setTimeout(() => socket.close(), OPENED_MS);
      const socket = new Socket(url, this.tree, {
        joined: (token) => {
          this.token = token;
        },
        state: (full) => {
          if (full && !opened) {
            opened = true;
            clearTimeout(silent);
            this.socket = socket;
            resolve();
          }
          this.events.state(full);
        },
        closed: (code, refusal) => {
          clearTimeout(silent);
          if (opened) void this.lost(code, refusal);
          else reject(refusal === undefined ? new Closed(code) : new Refused(code, refusal));
        },
      });
    });
  }

  private async lost(code: number, refusal: string | undefined): Promise<void> {
    this.socket = undefined;
    if (this.leaving) return this.farewell?.(code);
    if (refusal !== undefined) report({ kind: 'error', detail: refusal });
    if (FINAL.includes(code)) return this.events.over(code);
    metrics.drops.add(1);
    this.events.down();
    let held = true;
    for (let attempt = 0; !this.leaving; attempt++) {
      await pause(redialAfter(attempt, REDIAL_MS));
      try {
        if (held) await this.dial(seatUrl(this.place as SeatOffer, this.token));
        else await this.enter();
        return this.events.back();
      } catch (error) {
        // A room that answers, but does not know the seat, has given it up: in by the front door.
        if (error instanceof Closed) held = error.code < CLOSE.consented || error.code === CLOSE.retry;
        else if (error instanceof Refused && !PASSING.includes(error.code) && attempt > JOIN_TRIES) {
          return this.events.over(CLOSE.roomEnded);
        }
      }
    }
  }
}
