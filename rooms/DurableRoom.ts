/**
 * The host of one machine: what Colyseus tells about sockets becomes commands, and what commands do becomes
 * patches and replies. It decides nothing itself; `host/crank.ts` is the one writer.
 */
import { type Client, Room } from '@colyseus/core';
import { Aftermath } from '#rooms/host/aftermath.ts';
import { Attendance } from '#rooms/host/attendance.ts';
import { Bot } from '#rooms/host/bot.ts';
import { Connections } from '#rooms/host/connections.ts';
import { countReturned } from '#rooms/host/counted.ts';
import { Crank } from '#rooms/host/crank.ts';
import { Door } from '#rooms/host/door.ts';
import { clearDoubt, contained, giveUp } from '#rooms/host/failures.ts';
import type { Hosting } from '#rooms/host/hosting.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import type { Journal } from '#rooms/host/journal.ts';
import { answerRequests } from '#rooms/host/requests.ts';
import { SafeSerializer } from '#rooms/host/safe-serializer.ts';
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
  declare crank: Crank;
  declare door: Door;
  declare connections: Connections;
  declare attendance: Attendance;
  declare aftermath: Aftermath;
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
    super.setSerializer(new SafeSerializer(this.replica.encoder, this.hosting.ports.limits.maxBuffered));
  }

  override onCreate(): void {
    const { hosting, roomId } = this;
    const { ports } = hosting;
    const { replica, journal, version } = hosting.opening(roomId);
    Object.assign(this, { replica, journal });
    this.maxMessagesPerSecond = ports.limits.messagesPerSecond;
    const own = { replica, journal, version, now: ports.now, steps: ports.steps };
    this.crank = new Crank({
      ...own,
      activeTime: ports.activeTime,
      meter: ports.meter,
      trail: ports.trail,
      show: () => {
        this.connections.refreshViews();
        this.broadcastPatch();
      },
      after: () => this.#after(),
      fail: (error) => this.fail(error),
      doubt: () => inBackground(ports.log, 'recovery', clearDoubt(this)),
      stands: (still) => this.broadcast(NOTICE.paused, still),
    });
    const { authorize, now, trail, outcomes, log, limits } = ports;
    this.door = new Door({ room: roomId, replica, crank: this.crank, authorize, now, trail });
    const fail = (error: unknown) => this.fail(error);
    this.aftermath = new Aftermath({ ...own, crank: this.crank, outcomes, log, trail, idleMs: limits.idleMs, fail });
    const secret = ports.seal.derive('reconnection');
    this.connections = new Connections(replica, secret, (client, seconds) => this.allowReconnection(client, seconds));
    const { rate, bot } = replica.machine;
    if (rate !== undefined) this.#ticking = new Ticking(rate, ports.ticker, this.crank);
    if (bot) this.#bot = new Bot({ replica, crank: this.crank, door: this.door, log, meter: ports.meter });
    this.attendance = new Attendance({
      replica,
      crank: this.crank,
      connections: this.connections,
      ports,
      kick: (session, code) => this.kickClient(session, code),
      count: (client) => countReturned(this, client),
    });
    this.state = replica.state as never;
    this.attendance.begin();
    answerRequests(this, ports);
    hosting.opened(this);
    this.#after();
  }

  override async onJoin(client: Client, options: unknown, identity: Identity): Promise<void> {
    await contained(this, this.attendance.join(client, options, identity));
    this.#tickWhileUsed();
  }
  override async onReconnect(client: Client): Promise<void> {
    await contained(this, this.attendance.comeBack(client));
    this.#tickWhileUsed();
  }
  override onDrop(client: Client): void {
    this.attendance.drop(client);
    this.#tickWhileUsed();
  }
  override onLeave(client: Client, code?: number): void {
    this.attendance.leave(client, code);
    this.#tickWhileUsed();
  }

  /** Nothing is taken or shown until `resume`; sockets stay. */
  pause(): void {
    this.crank.pause();
  }
  resume(): void {
    this.crank.resume();
  }

  /**
   * Takes nothing more, makes everything durable, lets `next` have it, and closes so that clients dial again.
   * `late`: only what is on its way is waited for; the log has it all.
   */
  async unload(code: number, next?: () => Promise<void>, late = false): Promise<void> {
    if (this.#moving) return;
    this.#moving = true;
    this.attendance.close();
    const failed = this.crank.stopped || this.crank.inDoubt;
    this.#ticking?.stop();
    await this.crank.stop();
    try {
      if (failed || late) this.aftermath.stop();
      else await this.aftermath.finish();
      await next?.();
    } finally {
      await this.disconnect(code);
    }
  }

  /** It was not opened after all: nothing of it goes on. */
  async abandon(): Promise<void> {
    this.#moving = true;
    this.#ticking?.stop();
    this.aftermath.stop();
    await this.crank.stop();
  }

  override onBeforeShutdown(): void {}

  /** Closes what lapsed, forgets what nobody needs; called about once a second. */
  sweep(): void {
    const { limits, now } = this.hosting.ports;
    this.attendance.expire();
    this.door.sweep();
    if (this.crank.paused) return;
    if (this.connections.size > 0) this.aftermath.correct();
    // An outcome on its way keeps its room: once unloaded, nothing would deliver it.
    if (this.connections.size > 0 || this.crank.length > 0 || this.replica.outcomes.length > 0) this.use();
    else this.#idleSince ||= now();
    if (this.#idleSince > 0 && now() - this.#idleSince >= limits.idleMs) this.hosting.unload(this, 'idle');
  }

  /** Somebody asked for this room: it does not count as idle for now. */
  use(): void {
    this.#idleSince = 0;
  }

  #after(): void {
    this.attendance.release();
    this.#asked(() => this.aftermath.look());
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
