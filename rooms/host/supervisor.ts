/** Supervises rooms without requests: proof of life, deadlines, undelivered outcomes, and rooms of dead owners. */
import type { DurableRoom } from '#rooms/DurableRoom.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import type { MembershipView } from '#rooms/host/membership-view.ts';
import { inParallel } from '#rooms/host/parallel.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import { COLYSEUS_CLOCK_MS } from '#rooms/host/ticker.ts';
import type { RoomRecord } from '#rooms/ports.ts';
import type { RefusalCode } from '#schema/refusals.ts';

const ALIVE_MS = 1_000;
/** Rooms restored at the same time; more only makes each of them slower. */
export const RESTORES = 8;
/** Due rooms that one adoption looks at; the heartbeat brings the others. */
const MOST_DUE = 10_000;

export type SupervisorOptions = {
  ports: Pick<RoomPorts, 'store' | 'owner' | 'now' | 'log'>;
  membership: MembershipView;
  rooms: ReadonlyMap<string, DurableRoom>;
  wake(room: string): Promise<RefusalCode | undefined>;
};

export class Supervisor {
  readonly #o: SupervisorOptions;
  #timers: NodeJS.Timeout[] = [];
  /** Rooms that storage failed, to be looked after with the next beat. */
  readonly #neglected = new Set<string>();
  #adopting: Promise<void> | undefined;
  /** Rooms are to be adopted: asked for, and not yet done. */
  #again = false;
  #failing = false;

  constructor(options: SupervisorOptions) {
    this.#o = options;
  }

  /** Proof of life, and every room that wants to be looked after. Resolves when all of those were tried. */
  async start(): Promise<void> {
    const { ports, rooms } = this.#o;
    const later = (error: Error) => ports.log.warn({ reason: error.message }, 'room supervision failed; retrying');
    await ports.store.alive(ports.owner, ports.now()).catch(later);
    this.#timers = [
      setInterval(() => inBackground(ports.log, 'heartbeat', this.#beat()), ALIVE_MS),
      setInterval(() => {
        for (const room of rooms.values()) if (room.connections.size > 0) room.clock.tick();
      }, COLYSEUS_CLOCK_MS),
    ];
    await this.adopt().catch(later);
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /**
   * Wakes what is unsettled or due and has no owner that lives. Once more, when asked while it runs; what fails is
   * done with the next heartbeat.
   */
  adopt(): Promise<void> {
    this.#again = true;
    this.#adopting ??= this.#adopt().finally(() => {
      this.#adopting = undefined;
    });
    return this.#adopting;
  }

  neglect(room: string): void {
    this.#neglected.add(room);
  }

  async wakeAll(rooms: readonly string[]): Promise<void> {
    const { wake, ports } = this.#o;
    await inParallel(RESTORES, rooms, async (room) => {
      const refused = await wake(room).catch((error: Error): RefusalCode => {
        ports.log.error({ room, reason: error.message }, 'room not restored');
        return 'paused';
      });
      if (refused === 'paused') this.#neglected.add(room);
    });
  }

  async #adopt(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const orphans = await this.#orphans().catch((error) => {
        this.#again = true;
        throw error;
      });
      orphans.sort((a, b) => a.attempts - b.attempts); // the suspects last: they wait for each other
      await this.wakeAll(orphans.map(({ room }) => room));
    }
  }

  /** What is due, and the unsettled rooms of owners that no longer run. Rooms that sleep are not read. */
  async #orphans(): Promise<RoomRecord[]> {
    const { ports, rooms, membership } = this.#o;
    const { store, now } = ports;
    const isOurs = (of: Pick<RoomRecord, 'room' | 'owner'>) => !rooms.has(of.room) && membership.adopts(of);
    const orphans = (await store.due(now(), MOST_DUE)).filter(isOurs);
    for (const owner of await store.owners()) {
      if (membership.runs(owner)) continue;
      const unsettled = await store.roomsBy({ unsettledOf: owner });
      const adopted = unsettled.filter((room) => isOurs({ room, owner }));
      const records = await Promise.all(adopted.map((room) => store.find(room)));
      orphans.push(...records.flatMap((record) => (record && !record.ended && isOurs(record) ? record : [])));
    }
    return orphans;
  }

  async #beat(): Promise<void> {
    const { ports, rooms, membership } = this.#o;
    const { store, owner, now, log } = ports;
    try {
      for (const room of [...rooms.values()]) room.sweep();
      await store.alive(owner, now());
      // The first ones may be those that are here.
      const due = (await store.due(now(), RESTORES + rooms.size)).filter((record) => membership.adopts(record));
      const late = [...this.#neglected];
      this.#neglected.clear();
      await this.wakeAll([...late, ...due.map(({ room }) => room)].filter((room) => !rooms.has(room)));
      if (this.#again) await this.adopt();
      if (this.#failing) log.info({}, 'heartbeat recovered');
      this.#failing = false;
    } catch (error) {
      // Once, not every second: where a disk is full, logs may lie on it too.
      if (!this.#failing) log.error({ reason: (error as Error).message }, 'heartbeat failed');
      this.#failing = true;
    }
  }
}
