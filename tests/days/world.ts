/** An installation and who uses it; steps act through it, and the check looks at it. */
import { isUp } from '#client/net/connection.ts';
import { eventually, type Installation } from '#tests/days/installation.ts';
import type { Model, Someone } from '#tests/days/model.ts';
import { Releases } from '#tests/days/releases.ts';
import { Visitor } from '#tests/days/visitor.ts';

/** How long the provider keeps a login. */
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

  of({ name }: Pick<Someone, 'name'>): Visitor {
    const visitor = this.visitors.get(name) ?? new Visitor(this.installation.origin, this.installation.now);
    this.visitors.set(name, visitor);
    return visitor;
  }

  /** Signs in again whenever the login is over. */
  async administrator(): Promise<Visitor> {
    const { installation } = this;
    const { username, password } = installation.administrator();
    this.#administrator ??= new Visitor(installation.origin, installation.now);
    const visitor = this.#administrator;
    await visitor.token().catch(() => visitor.enter('login', username, password));
    return visitor;
  }

  /** Everybody out, everything down; and up again. */
  async restart(how: 'SIGTERM' | 'SIGKILL', meanwhile: () => Promise<unknown> = async () => {}): Promise<void> {
    await this.installation.stop(how);
    await meanwhile();
    await this.installation.start();
  }

  /** Everybody who is signed in is back in every page; who lapsed signs in by name and password. */
  async everybodyBack(model: Model): Promise<void> {
    for (const someone of model.people.values()) {
      const { login, name, password } = someone;
      const visitor = this.of(someone);
      if (login.ended) continue;
      if (login.until <= this.now) {
        if (await visitor.refreshes()) throw new Error(`the login of ${name} outlived its time`);
        await visitor.enter('login', name, password);
        someone.login = { until: this.now + LOGIN_MS, ended: false };
      }
      await visitor.token();
      await visitor.open('channel-lobby');
    }
    for (const { seats, room, winners, quarantined } of model.matches) {
      if (winners || quarantined) continue;
      for (const name of seats) {
        const someone = model.people.get(name);
        if (!someone || someone.login.ended) continue;
        const page = await this.of(someone).open(room);
        await eventually(async () => {
          if (!isUp(page.status) && !page.refusal && page.status !== 'ended')
            throw new Error(`${name} is not back in ${room}: ${page.status}`);
        });
      }
    }
  }

  async close(): Promise<void> {
    for (const visitor of this.visitors.values()) await visitor.closePages();
    await this.installation.close();
    await this.releases.remove();
  }
}
