/**
 * The host of one machine: what Colyseus tells about sockets becomes commands, and what commands do becomes
 * patches and replies. It decides nothing itself; `host/sequencer.ts` is the one writer.
 */
import { type Client, Room } from '@colyseus/core';
import { Bot } from '#rooms/host/bot.ts';
import { Connections } from '#rooms/host/connections.ts';
import { countReturned } from '#rooms/host/counted.ts';
import { clearDoubt, contained, giveUp } from '#rooms/host/failures.ts';
import type { Hosting } from '#rooms/host/hosting.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import type { Journal } from '#rooms/host/journal.ts';
import { CommandGate } from '#rooms/host/lanes/command-gate.ts';
import { type Lanes, mostMessages, openLanes } from '#rooms/host/lanes/lanes.ts';
import { PostCommit } from '#rooms/host/post-commit.ts';
import { Presence } from '#rooms/host/presence.ts';
import { answerRequests } from '#rooms/host/requests.ts';
import { SafeSerializer } from '#rooms/host/safe-serializer.ts';
import { Sequencer } from '#rooms/host/sequencer.ts';
import { Ticking } from '#rooms/host/ticking.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import type { Identity } from '#rooms/ports.ts';
import { NOTICE } from '#schema/protocol.ts';

/** No patch timer of the library's: patches follow batches. The longest that setInterval takes. */
const NEVER_MS = 2 ** 31 - 1;

export class DurableRoom extends Room {
  override autoDispose = false;
  override patchRate = NEVER_MS;
  override maxClients = Number.POSITIVE_INFINITY;
  override seatReservationTimeout = 15;
  declare static hosting: Hosting;

  declare replica: Replica;
  declare journal: Journal;
  declare sequencer: Sequencer;
  declare gate: CommandGate;
  declare connections: Connections;
  declare seatPresence: Presence;
  declare postCommit: PostCommit;
  declare lanes: Lanes;
  #bot: Bot | undefined;
  #ticking: Ticking | undefined;
  #idleSince = 0;
  #moving = false;

  get hosting(): Hosting {
    return (this.constructor as typeof DurableRoom).hosting;
  }
  /** It takes nothing more: the next owner does. */
  get moving(): boolean {
    return this.#moving;
  }

  override setSerializer(): void {
    const { maxBuffered } = this.hosting.ports.limits;
    super.setSerializer(new SafeSerializer(this.replica.encoder, maxBuffered, (client) => this.lanes?.ahead(client)));
  }

  override onCreate(): void {
    const { hosting, roomId } = this;
    const { ports } = hosting;
    const { replica, journal, version } = hosting.opening(roomId);
    Object.assign(this, { replica, journal });
    this.maxMessagesPerSecond = mostMessages(ports.limits.messagesPerSecond, replica.machine);
    const own = { replica, journal, version, now: ports.now, steps: ports.steps };
    this.sequencer = new Sequencer({
      ...own,
      activeTime: ports.activeTime,
      meter: ports.meter,
      trace: ports.trace,
      ticks: (count) => this.lanes.inputs.steps(count),
      show: () => {
        this.connections.refreshViews();
        this.broadcastPatch();
        this.lanes.inputs.shown();
      },
      after: () => this.#after(),
      fail: (error) => this.fail(error),
      doubt: () => inBackground(ports.log, 'recovery', clearDoubt(this)),
      stands: (still) => this.broadcast(NOTICE.paused, still),
    });
    const { authorize, now, trace, outcomes, log, limits } = ports;
    this.gate = new CommandGate({ room: roomId, replica, sequencer: this.sequencer, authorize, now, trace });
    const fail = (error: unknown) => this.fail(error);
    this.postCommit = new PostCommit({
      ...own,
      sequencer: this.sequencer,
      outcomes,
      log,
      trace,
      idleMs: limits.idleMs,
      fail,
    });
    const secret = ports.seal.derive('reconnection');
    this.connections = new Connections(replica, secret, (client, seconds) => this.allowReconnection(client, seconds));
    this.lanes = openLanes(this, ports);
    const { rate, bot } = replica.machine;
    if (rate !== undefined) this.#ticking = new Ticking(rate, ports.ticker, this.sequencer);
    if (bot) this.#bot = new Bot({ replica, sequencer: this.sequencer, gate: this.gate, log, meter: ports.meter });
    this.seatPresence = new Presence({
      replica,
      sequencer: this.sequencer,
      connections: this.connections,
      ports,
      kick: (connectionId, code) => this.kickClient(connectionId, code),
      count: (client) => countReturned(this, client),
    });
    this.state = replica.state as never;
    this.seatPresence.begin();
    answerRequests(this, ports);
    hosting.opened(this);
    this.#after();
  }

  override async onJoin(client: Client, options: unknown, identity: Identity): Promise<void> {
    await contained(this, this.seatPresence.join(client, options, identity));
    this.#tickWhileUsed();
  }
  override async onReconnect(client: Client): Promise<void> {
    await contained(this, this.seatPresence.comeBack(client));
    this.#tickWhileUsed();
  }
  override onDrop(client: Client): void {
    this.seatPresence.drop(client);
    this.#tickWhileUsed();
  }
  override onLeave(client: Client, code?: number): void {
    this.seatPresence.leave(client, code);
    this.#tickWhileUsed();
  }

  /** Nothing is taken or shown until `resume`; sockets stay. */
  pause(): void {
    this.sequencer.pause();
  }
  resume(): void {
    this.sequencer.resume();
  }

  /**
   * Takes nothing more, makes everything durable, lets `next` have it, and closes so that clients dial again.
   * `late`: only what is on its way is waited for; the log has it all.
   */
  async unload(code: number, next?: () => Promise<void>, late = false): Promise<void> {
    if (this.#moving) return;
    this.#moving = true;
    this.hosting.changed(this);
    this.seatPresence.close();
    const failed = this.sequencer.stopped || this.sequencer.inDoubt;
    this.#ticking?.stop();
    await this.sequencer.stop();
    try {
      if (failed || late) this.postCommit.stop();
      else await this.postCommit.finish();
      await next?.();
    } finally {
      await this.disconnect(code);
    }
  }

  /** It was not opened after all: nothing of it goes on. */
  async abandon(): Promise<void> {
    this.#moving = true;
    this.#ticking?.stop();
    this.postCommit.stop();
    await this.sequencer.stop();
  }

  override onBeforeShutdown(): void {}

  /** Closes what lapsed, forgets what nobody needs; called about once a second. */
  sweep(): void {
    const { limits, now } = this.hosting.ports;
    this.seatPresence.expire();
    this.gate.sweep();
    if (this.sequencer.paused) return;
    if (this.connections.size > 0) this.postCommit.correct();
    // An outcome on its way keeps its room: once unloaded, nothing would deliver it.
    if (this.connections.size > 0 || this.sequencer.length > 0 || this.replica.outcomes.length > 0) this.use();
    else this.#idleSince ||= now();
    if (this.#idleSince > 0 && now() - this.#idleSince >= limits.idleMs) this.hosting.unload(this, 'idle');
  }

  /** Somebody asked for this room: it does not count as idle for now. */
  use(): void {
    this.#idleSince = 0;
  }

  #after(): void {
    this.seatPresence.release();
    this.#asked(() => this.postCommit.look());
    this.#tickWhileUsed();
    this.#bot?.look();
    this.hosting.changed(this);
  }

  /** This replica is finished. */
  fail(error: unknown): void {
    if (!this.#moving) giveUp(this, error);
  }

  #tickWhileUsed(): void {
    if (this.#moving || !this.#ticking) return;
    this.#asked(() => this.#ticking?.look(this.connections.size > 0 && this.replica.hooks.ticks()));
  }

  #asked(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(error);
    }
  }
}
