/** One player of a room, who sends again whatever was not answered, to whichever process seems to have the room. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '#rooms/kernel/random.ts';
import { isPassing } from '#schema/refusals.ts';
import type { ClientRecord } from '#tests/kill/record.ts';
import type { Hosted } from './owner.ts';

const WINDOW = 3;
const AGAIN_MS = 12;
const ROLES = ['user'];

type Pending = { id: number; type: string; payload: unknown };

export type PlayerOptions = {
  room: string;
  name: string;
  random: Random;
  thinkMs: number;
  /** Somebody who has the room, or believes so. */
  home(room: string): Hosted | undefined;
};

export class Player {
  readonly record: ClientRecord;
  readonly #o: PlayerOptions;
  readonly #pending: Pending[] = [];
  #next = 1;

  constructor(options: PlayerOptions) {
    this.#o = options;
    this.record = { room: options.room, player: options.name, noted: [] };
  }

  /** Until told to stop and everything is answered, or told to go. */
  async play(stop: AbortSignal, gone: AbortSignal): Promise<void> {
    const { home, room, thinkMs, random } = this.#o;
    while ((!stop.aborted || this.#pending.length > 0) && !gone.aborted) {
      const hosted = home(room);
      if (!hosted || !(await this.#sits(hosted))) {
        await pause(AGAIN_MS);
        continue;
      }
      while (!stop.aborted && this.#pending.length < WINDOW) this.#think();
      const answered = await this.#send(hosted);
      await pause(answered ? random.below(thinkMs) : AGAIN_MS);
    }
  }

  async #sits({ replica, sequencer }: Hosted): Promise<boolean> {
    const { name: player } = this.#o;
    if (replica.seats.of(player) >= 0) return true;
    const applied = await sequencer.run({
      k: 'join',
      player,
      connectionId: `session-of-${player}`,
      session: `login-of-${player}`,
    });
    return applied !== undefined;
  }

  #think(): void {
    const { random } = this.#o;
    const turn = this.#next++;
    const { player, noted } = this.record;
    const [type, payload] =
      turn % 3 === 0
        ? ['say', { text: `${player} ${turn}`, ttlMs: 1_000 }]
        : turn % 3 === 1
          ? ['draw', undefined]
          : ['steer', { vx: turn / 2 ** 20, vy: random.below(400) }];
    noted.push({ k: 'sent', type: type as string, payload });
    this.#pending.push({ id: turn, type: type as string, payload });
  }

  /** True when something was answered for good. */
  async #send({ gate }: Hosted): Promise<boolean> {
    const { player, noted } = this.record;
    const sent = [...this.#pending];
    const replies = await gate.submit({ player, roles: ROLES, outbox: `outbox-of-${player}` }, sent);
    for (const [i, reply] of replies.entries()) {
      if (!reply.ok && isPassing(reply.code)) return i > 0;
      const { type, payload } = sent[i] as Pending;
      noted.push({ k: 'answered', type, payload, reply });
      this.#pending.shift();
    }
    return true;
  }
}
