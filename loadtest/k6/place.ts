/** Where Parlor is and who one is there: REST, and the seat that matchmaking gives. */
import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import { metrics } from './metrics.ts';

export type Person = {
  name: string;
  /** An access token that is good for a while. */
  token(): Promise<string>;
};
export type SeatOffer = { sessionId: string; roomId: string; processId: string };

export const ORIGIN = __ENV.ORIGIN ?? 'http://localhost:2567';
const API = `${ORIGIN}/apis/parlor.dev/v1`;
const API_VERSION = 'parlor.dev/v1';

export class Refused extends Error {
  readonly code: string;
  constructor(status: number, code: string) {
    super(`refused with ${status} ${code}`);
    this.code = code;
  }
}

export async function offer(room: string, person: Person): Promise<SeatOffer> {
  const url = `${ORIGIN}/matchmake/joinById/${room}`;
  const response = await send('POST', url, 'joinById', '{}', person);
  if (response.status === 200) return response.json() as SeatOffer;
  throw new Refused(response.status, messageOf(response));
}

/** The address of a seat's socket; with a token, of a return to it. */
export function seatUrl({ processId, roomId, sessionId }: SeatOffer, token?: string): string {
  const back = token === undefined ? '' : `&reconnectionToken=${encodeURIComponent(token)}&skipHandshake=1`;
  return `${ORIGIN.replace(/^http/, 'ws')}/${processId}/${roomId}?sessionId=${sessionId}${back}`;
}

export type Answer<T> = { status: number; body: T };

/** One request to the API, counted and timed under `name`. */
export async function api<T>(
  method: 'GET' | 'POST',
  path: string,
  name: string,
  person: Person,
  spec?: { kind: string; spec: object },
): Promise<Answer<T>> {
  const body = spec && JSON.stringify({ apiVersion: API_VERSION, ...spec });
  const response = await send(method, `${API}/${path}`, name, body, person);
  const ok = response.status >= 200 && response.status < 300;
  metrics.rest_ok.add(ok, { name });
  metrics.rest_ms.add(response.timings.duration, { name });
  if (!ok) throw new Refused(response.status, messageOf(response));
  return { status: response.status, body: response.json() as T };
}

/** Never `http.post`: that would stop all timers and sockets of this virtual user meanwhile. */
async function send(method: string, url: string, name: string, body: string | undefined, person: Person) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await person.token()}` };
  return http.asyncRequest(method as 'GET', url, body ?? null, { headers, tags: { name }, timeout: '20s' });
}

/** Matchmaking names the refusal in `message`, the API in `reason` or in a sentence. */
function messageOf({ body, error }: RefinedResponse<ResponseType>): string {
  const text = String(body ?? error);
  return /"message":"([a-z-]+)"/.exec(text)?.[1] ?? text.slice(0, 200);
}
