/** A person with a browser: signs in by the real pages, keeps tokens fresh, and leaves pages open. */
import { Client } from '@colyseus/sdk';
import { decodeJwt } from 'jose';
import { isOver, isUp } from '#client/net/connection.ts';
import { DurableConnection } from '#client/net/durable-room.ts';
import { type Browser, createBrowser, type Tokens } from '#server/identity/test-browser.ts';
import { eventually } from '#tests/days/installation.ts';
import { Person } from '#tests/integration/process/parlor.ts';

/** Before a token lapses, ms. */
const EARLY_MS = 60_000;

export type Any = DurableConnection<never>;

export class Visitor {
  readonly #origin: string;
  readonly #now: () => number;
  #browser: Browser;
  #tokens: Tokens | undefined;
  #refreshing: Promise<string> | undefined;
  readonly pages = new Map<string, Any>();

  constructor(origin: string, now: () => number) {
    this.#origin = origin;
    this.#now = now;
    this.#browser = this.#fresh();
  }

  #fresh(): Browser {
    return createBrowser({ url: this.#origin, realm: 'parlor', clientId: 'parlor-web' });
  }

  async enter(how: 'login' | 'register', username: string, password: string): Promise<void> {
    await this.closePages();
    this.#browser = this.#fresh();
    const browser = this.#browser;
    const page = await browser.start(`${this.#origin}/`, how);
    this.#tokens = await browser.finish(await browser.submit(page, { username, password }));
  }

  /** Whether the sign-in page lets them in. */
  async canSignIn(username: string, password: string): Promise<boolean> {
    return this.#fresh()
      .signIn(username, password, `${this.#origin}/`)
      .then(
        () => true,
        ({ message }: Error) => {
          if (message.startsWith('did not arrive: 4')) return false;
          throw new Error(message);
        },
      );
  }

  async signOut(): Promise<void> {
    await this.token();
    await this.#browser.signOut(this.#tokens as Tokens, `${this.#origin}/`);
  }

  /** A token that is good for a while. @throws once the session is over. */
  async token(): Promise<string> {
    const { access_token = '' } = this.#tokens ?? {};
    const { exp = 0 } = access_token ? decodeJwt(access_token) : {};
    if (exp * 1000 > this.#now() + EARLY_MS) return access_token;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<string> {
    if (!this.#tokens) throw new Error('never signed in');
    const { status, tokens, error } = await this.#browser.refresh(this.#tokens);
    if (status !== 200) throw new Error(`refresh: ${status} ${error}`);
    this.#tokens = tokens;
    return tokens.access_token;
  }

  /** What is asked of the server with the token as it is. */
  async status(path: string): Promise<number> {
    const headers = { authorization: `Bearer ${this.#tokens?.access_token}` };
    return (await fetch(`${this.#origin}/apis/parlor.dev/v1/${path}`, { headers })).status;
  }

  /** Whether the provider still knows the session. */
  async refreshes(): Promise<boolean> {
    return this.#refresh().then(
      () => true,
      (error: Error) => {
        if (/refresh: 400/.test(error.message)) return false;
        throw error;
      },
    );
  }

  get session(): string {
    return String(decodeJwt(this.#tokens?.access_token ?? '').sid);
  }

  async person(): Promise<Person> {
    return new Person(this.#origin, await this.token());
  }

  /** The page of a room: the one that is open, or another one in place of one that is over. */
  async open<S>(room: string): Promise<DurableConnection<S>> {
    const old = this.pages.get(room);
    if (old && !isOver(old.status)) {
      await eventually(async () => {
        if (!isUp(old.status)) throw new Error(`the page of ${room} is ${old.status} (${old.refusal ?? ''})`);
      });
      return old as unknown as DurableConnection<S>;
    }
    const page = await DurableConnection.open<S>(new Client(this.#origin), room, () => this.token());
    this.pages.set(room, page as unknown as Any);
    return page;
  }

  /** By the button that says so. */
  async leave(room: string): Promise<void> {
    await (await this.open(room)).leave(true);
    this.pages.delete(room);
  }

  async closePages(): Promise<void> {
    await Promise.all([...this.pages.values()].map((page) => page.leave(false).catch(() => {})));
    this.pages.clear();
  }
}
