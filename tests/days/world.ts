/** An installation and who uses it; steps act through it, and the check looks at it. */
import { setTimeout as pause } from 'node:timers/promises';
import { isUp } from '#client/net/connection.ts';
import { eventually, type Installation } from '#tests/days/installation.ts';
import type { Model, Someone } from '#tests/days/model.ts';
import { Releases } from '#tests/days/releases.ts';
import { Visitor } from '#tests/days/visitor.ts';

const SETTLE_MS = 5_000;

/** How long the provider keeps a session. */
export const LOGIN_MS = 14 * 24 * 3_600_000;

export class World {
  readonly installation: Installation;
  readonly releases = new Releases();
  readonly visitors = new Map<string, Visitor>();
  #administrator: Visitor | undefined;

  constructor(installation: Installation) {
    this.installation = installation;
  }

  get now(): number {
    return this.installation.now();
  }

  of({ id }: Pick<Someone, 'id'>): Visitor {
    const visitor = this.visitors.get(id) ?? new Visitor(this.installation.origin, this.installation.now);
    this.visitors.set(id, visitor);
    return visitor;
  }

  /** Signs in again whenever the session is over. */
  async administrator(): Promise<Visitor> {
    const { installation } = this;
    const { username, password } = installation.administrator();
    this.#administrator ??= new Visitor(installation.origin, installation.now);
    const visitor = this.#administrator;
    await visitor.token().catch(() => visitor.enter('login', username, password));
    return visitor;
  }

  /** What the administrator asks of the API. @throws what it refuses. */
  async administrate<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> {
    const patch: Record<string, string> = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {};
    return (await (await this.administrator()).person()).call<T>(method, path, body, patch);
  }

  /** @throws when the sign-in page lets them in. */
  async cannotSignIn(someone: Someone): Promise<void> {
    const { id, name, password } = someone;
    if (await this.of(someone).canSignIn(name, password)) throw new Error(`${id} signs in as "${name}"`);
  }

  /** Everybody out, everything down; and up again. */
  async restart(how: 'SIGTERM' | 'SIGKILL', meanwhile: () => Promise<unknown> = async () => {}): Promise<void> {
    await this.installation.stop(how);
    await meanwhile();
    await this.installation.start();
  }

  /** Everybody who is signed in and may come in is back in every page; who lapsed signs in by name and password. */
  async everybodyBack(model: Model): Promise<void> {
    for (const someone of model.people.values()) {
      const { session, name, password } = someone;
      const visitor = this.of(someone);
      if (session.ended) continue;
      if (session.until <= this.now) {
        if (await visitor.refreshes()) throw new Error(`the session of ${name} outlived its time`);
        await visitor.enter('login', name, password);
        someone.session = { until: this.now + LOGIN_MS, ended: false };
      }
      await visitor.token();
      if (someone.bannedUntil <= this.now) await visitor.open('channel-lobby');
    }
    for (const { seats, room, winners, quarantined } of model.matches) {
      if (winners || quarantined) continue;
      const here = model.idsOf(model.signedIn(this.now));
      for (const id of seats) {
        if (!here.has(id)) continue;
        const page = await this.of({ id }).open(room);
        await eventually(async () => {
          if (!isUp(page.status) && !page.refusal && page.status !== 'ended')
            throw new Error(`${id} is not back in ${room}: ${page.status}`);
        });
      }
    }
  }

  /** `under`: what is still on its way, which ends soon when there is nothing any more that it could act on. */
  async close(under: Promise<unknown>): Promise<void> {
    for (const visitor of this.visitors.values()) await visitor.closePages();
    await this.installation.close();
    await Promise.race([under, pause(SETTLE_MS)]);
    await this.releases.remove();
  }
}
