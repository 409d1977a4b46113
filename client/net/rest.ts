import { instantOf, type ServerClock } from '#client/clock.ts';
import type { Tokens } from '#client/net/tokens.ts';
import { texts } from '#client/texts.ts';
import { answerTo, isRefusalCode, REFUSALS, type RefusalCode } from '#schema/refusals.ts';

const HALF_SECOND = 500;

/** An answer of the API other than success, with a sentence a person can read. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: RefusalCode | undefined;
  /** What more there is to know, by name. */
  readonly facts: Readonly<Record<string, string>>;

  constructor(status: number, message: string, code?: RefusalCode, facts: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.facts = facts;
  }
}

/** The fields of a Kubernetes `Status` that a person is told about. */
type StatusBody = { message?: string; reason?: string; details?: { causes?: Cause[] } };
type Cause = { reason?: string; field?: string; message?: string };

/** The API, as elements ask it; every method rejects with a `Refusal`. Paths lie under `/apis/parlor.dev/v1/`. */
export interface Api {
  get<T>(path: string): Promise<T>;
  /** With the token as it is: one that was refused for good is not renewed, which would lead to the sign-in page. */
  getOnce<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  /** A JSON merge patch. */
  patch<T>(path: string, change: unknown): Promise<T>;
  delete(path: string): Promise<void>;
}

/** The API over HTTP, spoken as the one who is signed in. */
export class Rest implements Api {
  readonly #server: string;
  readonly #tokens: Tokens;
  readonly #clock: ServerClock;

  constructor(server: string, tokens: Tokens, clock: ServerClock) {
    this.#server = server;
    this.#tokens = tokens;
    this.#clock = clock;
  }

  get<T>(path: string): Promise<T> {
    return this.#ask<T>('GET', path);
  }

  getOnce<T>(path: string): Promise<T> {
    return this.#ask<T>('GET', path, undefined, false);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#ask<T>('POST', path, body);
  }

  patch<T>(path: string, change: unknown): Promise<T> {
    return this.#ask<T>('PATCH', path, change);
  }

  async delete(path: string): Promise<void> {
    await this.#ask('DELETE', path);
  }

  async #ask<T>(method: string, path: string, body?: unknown, renews = true): Promise<T> {
    const token = await this.#tokens();
    let answer = await this.#send(method, path, token, body);
    // Nothing was done yet; whether the token is good is the server's to say, and another may be.
    if (answer.status === 401 && renews) answer = await this.#send(method, path, await this.#tokens(token), body);
    if (!answer.ok) throw refusalOf(answer.status, await answer.json().catch(() => ({})));
    return (await answer.json().catch(() => undefined)) as T;
  }

  async #send(method: string, path: string, token: string, body: unknown): Promise<Response> {
    const request: RequestInit = { method, headers: { authorization: `Bearer ${token}` } };
    if (body !== undefined) {
      request.body = JSON.stringify(body);
      request.headers = {
        ...request.headers,
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      };
    }
    const asked = this.#clock.asked();
    const answer = await fetch(`${this.#server}/apis/parlor.dev/v1/${path}`, request).catch(() => {
      throw new Refusal(0, texts.errors.noAnswer);
    });
    // Whole seconds, cut off. Pages of other origins are not shown it.
    const date = answer.headers.get('date');
    if (date) this.#clock.heard(instantOf(date) + HALF_SECOND, asked);
    return answer;
  }
}

function refusalOf(status: number, body: StatusBody): Refusal {
  const causes = body.details?.causes ?? [];
  const code = [body.reason, ...causes.map((cause) => cause.reason)].find(isRefusalCode);
  const facts = Object.fromEntries(causes.map(({ field, message = '' }) => [field, message]));
  if (code) return new Refusal(status, answerTo(code).sentence, code, facts);
  if (status === 403) return new Refusal(status, REFUSALS.forbidden.sentence, 'forbidden');
  return new Refusal(status, body.message ?? texts.errors.wentWrong);
}
