/**
 * Membership by lease. A lease runs from the sending of its renewal, on this process's monotonic clock: a process that is
 * unsure of its lease stops showing state before any other may claim its rooms. A member counts as dead when its lease
 * has expired or its subscriptions vanished, but only for a process that was itself in touch for a whole lease: after a
 * Redis restart every member seems dead.
 */
import { inBackground } from '#rooms/host/in-background.ts';
import type { JournalStore, Log } from '#rooms/ports.ts';
import { pulses, type Roll, renew, type Signing, timeOf } from '#server/cluster/lease.ts';
import type { Links } from '#server/cluster/links.ts';
import type { Member, Members, RoomLocation } from '#server/cluster/ports.ts';
import type { RegistrySeal } from '#server/cluster/registry-seal.ts';
import { highest, hosts } from '#server/cluster/rendezvous.ts';

/** Renewals in one lease. */
const RENEWALS = 5;
/** Probe interval, ms: a killed process is detected within two of these. */
const PULSE_MS = 40;
/** Most rooms that a process publishes as left to others; the rest it checks again on request. */
const MOST_LEFT = 500;

export type MembershipOptions = {
  links: Links;
  /** The key shared by all processes. */
  seal: RegistrySeal;
  self: Pick<Member, 'id' | 'role' | 'code'>;
  leaseMs: number;
  load(): Member['load'];
  find: JournalStore['find'];
  /** Rooms that every process has one of. */
  plain: ReadonlySet<string>;
  log: Log;
};

export type MembershipEvent = 'lapsed' | 'steady' | 'members';

export class Membership implements Members {
  readonly #o: MembershipOptions;
  readonly #listeners = new Set<(event: MembershipEvent) => void>();
  readonly #claims = new Set<(room: string, owner: string, epoch: number) => void>();
  /** Processes without any subscription, by the number of consecutive probes that found so. */
  readonly #silent = new Map<string, number>();
  #timers: NodeJS.Timeout[] = [];
  readonly #left = new Set<string>();
  #foreign: ReadonlySet<string> = new Set();
  #roll: Roll = { now: 0, rows: new Map(), foreign: [] };
  #address = '';
  #load: Member['load'] = { rooms: 0, clients: 0, lagMs: 0 };
  /** Redis's clock minus this process's monotonic clock. */
  #offset = Date.now() - performance.now();
  #heldUntil = 0;
  #mayClaimFrom = Number.POSITIVE_INFINITY;
  #steady = false;
  #draining = false;
  #asking = false;
  #known = '';

  constructor(options: MembershipOptions) {
    this.#o = options;
  }

  get self(): Member {
    const own = { address: this.#address, draining: this.#draining, fresh: !this.mayClaim, load: this.#load };
    return { ...this.#o.self, ...own, ...(this.#left.size > 0 && { leaves: [...this.#left] }) };
  }
  /** True while this process holds its lease and receives publications: its view of its rooms is current. */
  get steady(): boolean {
    return this.#o.links.listening && performance.now() < this.#heldUntil;
  }
  /** Remaining time of the lease, ms. */
  get heldMs(): number {
    return Math.max(0, this.#heldUntil - performance.now());
  }
  /** True if the process was in touch long enough to declare others dead. */
  get mayClaim(): boolean {
    return this.steady && performance.now() >= this.#mayClaimFrom;
  }
  /** The shared clock (Redis's), whole wall ms. */
  now(): number {
    return Math.floor(performance.now() + this.#offset);
  }

  get #signing(): Signing {
    return { seal: this.#o.seal, now: () => this.now() };
  }

  /** `address`: this process's address for the others. */
  async start(address: string): Promise<void> {
    this.#address = address;
    const { links, self, leaseMs } = this.#o;
    await links.pulse(links.channels.pulse(self.id));
    await links.subscribe(links.channels.claims, (text) => this.#claimed(text));
    links.watch((event) => this.#linked(event));
    const asked = performance.now();
    this.#offset = (await timeOf(links.redis)) - (asked + performance.now()) / 2;
    await this.#renew();
    this.#timers = [
      setInterval(() => this.#renewSoon(), leaseMs / RENEWALS),
      setInterval(() => inBackground(this.#o.log, 'pulses', this.#listen()), PULSE_MS),
    ];
  }

  /** Returns the lease, so that the others need not wait for its expiry. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await renew(this.#o.links.redis, this.#signing, this.self, 0).catch(() => {});
  }

  /** Marks this process as draining: it receives no more rooms. */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.#renew().catch(() => {});
  }

  /** `lapsed`: stop showing state. `steady`: read the owners of rooms again, then resume. `members`: the membership changed. */
  on(listener: (event: MembershipEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  onClaim(listener: (room: string, owner: string, epoch: number) => void): () => void {
    this.#claims.add(listener);
    return () => {
      this.#claims.delete(listener);
    };
  }

  /** As `alive`, at once. */
  present(): readonly Member[] {
    const rows = [...this.#roll.rows.values()].filter(({ member, until }) => this.#lives(member.id, until));
    return rows.map(({ member }) => (member.id === this.#o.self.id ? this.self : member));
  }

  async alive(): Promise<readonly Member[]> {
    return this.present();
  }

  memberOf(id: string): Member | undefined {
    return this.present().find((member) => member.id === id);
  }

  async successorOf(room: string): Promise<Member | undefined> {
    return this.chooseSuccessor(room);
  }

  /** As `successorOf`, at once; `without` leaves one out. */
  chooseSuccessor(room: string, without?: string): Member | undefined {
    const willing = this.present().filter((member) => hosts(member) && member.id !== without);
    const able = willing.filter(({ leaves }) => !leaves?.includes(room));
    const among = able.length > 0 ? able : willing;
    return (
      highest(
        room,
        among.filter(({ fresh }) => !fresh),
      ) ?? highest(room, among)
    );
  }

  /** The code version of a process, also of one that left a moment ago. */
  codeOf(id: string): string | undefined {
    return this.#roll.rows.get(id)?.member.code;
  }

  /** Publishes that this process's code cannot continue a room. False if no other candidate is left. */
  leave(room: string): boolean {
    this.#left.add(room);
    const [oldest] = this.#left;
    if (this.#left.size > MOST_LEFT) this.#left.delete(oldest as string);
    if (this.#timers.length > 0) this.#renewSoon(); // publish it soon
    const others = this.present().filter((member) => hosts(member) && member.id !== this.#o.self.id);
    return others.some(({ leaves }) => !leaves?.includes(room));
  }

  async locationOf(room: string): Promise<RoomLocation> {
    if (this.#o.plain.has(room)) return { at: 'everywhere' };
    const record = await this.#o.find(room);
    if (!record) return { at: 'nowhere' };
    if (record.ended) return { at: 'over' };
    const member = this.memberOf(record.owner);
    if (member) return member.draining ? { at: 'moving' } : { at: 'member', member, epoch: record.epoch };
    return this.mayClaim ? { at: 'asleep' } : { at: 'moving' };
  }

  /** An expiry counts only if Redis was seen alive after it: nobody can renew while Redis itself is frozen. */
  #lives(id: string, until: number): boolean {
    return id === this.#o.self.id ? this.steady : until > this.#roll.now && (this.#silent.get(id) ?? 0) < 2;
  }

  /** Repeated failures with the same message are logged once. */
  #renewSoon(): void {
    this.#renew().then(
      () => {
        this.#trouble = '';
      },
      ({ message }: Error) => {
        if (message !== this.#trouble) this.#o.log.warn({ reason: message }, 'lease not renewed');
        this.#trouble = message;
      },
    );
  }
  #trouble = '';

  async #renew(): Promise<void> {
    const { links, leaseMs } = this.#o;
    this.#load = this.#o.load();
    const sent = performance.now();
    try {
      this.#roll = await renew(links.redis, this.#signing, this.self, leaseMs);
      this.#report(this.#roll.foreign);
      // A process that was out of touch cannot distinguish dead members from others that were out of touch.
      const answered = performance.now();
      if (answered >= this.#heldUntil) this.#mayClaimFrom = answered + leaseMs;
      this.#heldUntil = Math.max(this.#heldUntil, sent + leaseMs);
      this.#offset = this.#roll.now - (sent + answered) / 2;
    } finally {
      this.#look();
    }
  }

  /** Each once, while it is there. */
  #report(foreign: readonly string[]): void {
    const told = this.#foreign;
    this.#foreign = new Set(foreign);
    for (const id of foreign)
      if (!told.has(id)) this.#o.log.warn({ member: id }, 'registry row without a valid signature ignored');
  }

  async #listen(): Promise<void> {
    this.#look();
    if (this.#asking) return;
    this.#asking = true;
    await this.#hear().catch(() => {}); // Redis is away: the lease tells
    this.#asking = false;
    this.#look();
  }

  async #hear(): Promise<void> {
    const { links, self } = this.#o;
    const { now, rows } = this.#roll;
    const others = [...rows].filter(([id, { until }]) => id !== self.id && until > now).map(([id]) => id);
    const [own, ...heard] = await pulses(links.redis, [self.id, ...others].map(links.channels.pulse));
    for (const [i, id] of others.entries()) {
      // When Redis does not hear us either, the silence of others says nothing.
      if (heard[i] || !own || !this.mayClaim) this.#silent.delete(id);
      else this.#silent.set(id, (this.#silent.get(id) ?? 0) + 1);
    }
    for (const id of this.#silent.keys()) if (!this.#roll.rows.has(id)) this.#silent.delete(id);
  }

  #linked(event: 'lost' | 'back'): void {
    this.#mayClaimFrom = event === 'lost' ? Number.POSITIVE_INFINITY : performance.now() + this.#o.leaseMs;
    this.#silent.clear();
    this.#look();
  }

  /** Tells of what changed since it last looked. */
  #look(): void {
    const { steady } = this;
    if (steady !== this.#steady) {
      this.#steady = steady;
      this.#tell(steady ? 'steady' : 'lapsed');
    }
    const known = `${this.mayClaim} ${this.present().map(({ id, draining, fresh, leaves }) => `${id}${draining}${fresh}${leaves}`)}`;
    if (known === this.#known) return;
    this.#known = known;
    this.#tell('members');
  }

  #claimed(text: string): void {
    const { room, owner, epoch } = JSON.parse(text) as { room: string; owner: string; epoch: number };
    if (owner === this.#o.self.id) this.#left.delete(room);
    for (const listener of this.#claims) listener(room, owner, epoch);
  }

  #tell(event: MembershipEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
