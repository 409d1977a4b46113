/**
 * The bot: takes the seat that a table keeps for it, sees what that seat sees, and moves like anyone else,
 * through the same gate. It thinks for a moment, so that a person can see what happened. A bot that cannot
 * move gives its seat up.
 */

import { inBackground } from '#rooms/host/in-background.ts';
import type { CommandGate } from '#rooms/host/lanes/command-gate.ts';
import type { Sequencer } from '#rooms/host/sequencer.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import { seenBy } from '#rooms/kernel/seen.ts';
import type { Log, Meter } from '#rooms/ports.ts';
import { isPassing, type RefusalCode } from '#schema/refusals.ts';
import { BOT_PLAYER, type MatchState } from '#schema/states.ts';

const THINKING_MS = 700;
/** Moves refused one after the other. */
const MAX_REFUSED = 3;
/** Clients' outbox ids never contain a colon. */
const OUTBOX = 'host:bot';

export type BotOptions = { replica: Replica; sequencer: Sequencer; gate: CommandGate; log: Log; meter: Meter };

export class Bot {
  readonly #o: BotOptions;
  #busy = false;
  #refused = 0;
  #gone = false;

  constructor(options: BotOptions) {
    this.#o = options;
  }

  /** After every batch: sits down when somebody waits, and thinks when it may move. */
  look(): void {
    const { state, seats } = this.#o.replica;
    const { bot, phase, turn } = state as MatchState;
    if (!bot || this.#busy || this.#gone) return;
    const seat = seats.of(BOT_PLAYER);
    if (seat >= 0 && phase === 'playing' && (turn < 0 || turn === seat)) this.#do(() => this.#move(seat), THINKING_MS);
    if (seat < 0 && phase === 'waiting' && seats.held().length > 0) this.#do(() => this.#sit());
  }

  #do(act: () => Promise<unknown>, afterMs = 0): void {
    this.#busy = true;
    const acting = async () => {
      await act().catch((error: Error) => this.#giveUp(error.message));
      this.#busy = false;
      if (!this.#o.sequencer.stopped) this.look();
    };
    setTimeout(() => inBackground(this.#o.log, 'bot', acting()), afterMs);
  }

  #sit(): Promise<unknown> {
    return this.#o.sequencer.run({ k: 'join', player: BOT_PLAYER, connectionId: '', session: '' });
  }

  async #move(seat: number): Promise<void> {
    const { replica, gate, sequencer } = this.#o;
    if (sequencer.stopped || sequencer.paused) return;
    // Dice of its own, outside the log: what enters the log is the move.
    const random = keyedRandom(replica.genesis.seed, 2 ** 40 + replica.seq);
    const move = replica.hooks.bot(seenBy(replica, seat), seat, random);
    if (!move) return;
    const sender = { player: BOT_PLAYER, roles: ['player'], outbox: OUTBOX };
    const [reply] = await gate.submit(sender, [{ id: gate.expects(OUTBOX), payload: undefined, ...move }]);
    if (!reply || reply.ok) this.#refused = 0;
    else if (!isPassing(reply.code)) this.#count(reply.code);
  }

  #count(code: RefusalCode): void {
    if (++this.#refused >= MAX_REFUSED) this.#giveUp(`${MAX_REFUSED} moves one after the other were refused: ${code}`);
  }

  #giveUp(reason: string): void {
    const { replica, sequencer, log, meter } = this.#o;
    const { room, machine } = replica.genesis;
    this.#gone = true;
    log.error({ room, machine, reason }, 'bot gave up its seat');
    meter.fault(machine, 'bot');
    const seat = replica.seats.of(BOT_PLAYER);
    const { generation } = replica.seats.at(seat) ?? {};
    if (generation !== undefined) inBackground(log, 'bot', sequencer.run({ k: 'leave', seat, generation }));
  }
}
