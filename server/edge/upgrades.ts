/**
 * A client's socket, from its upgrade request until it is spliced to the owner of its room:
 * check -> limit -> reach the owner, held while the room moves -> open -> splice.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { failure, refusal, type Status } from '#schema/status.ts';
import type { Sockets } from '#server/admission/upgrade.ts';
import type { Member } from '#server/cluster/ports.ts';
import { open, passOn, refuse } from '#server/edge/answers.ts';
import { dial } from '#server/edge/dial.ts';
import { towardsMember } from '#server/edge/headers.ts';
import type { EdgeLog } from '#server/edge/log.ts';
import type { EdgeMetrics } from '#server/edge/metrics.ts';
import { type Reaching, reach } from '#server/edge/reach.ts';
import { ROOMS, type Roster } from '#server/edge/roster.ts';
import { splice } from '#server/edge/splice.ts';
import type { Splices } from '#server/edge/splices.ts';
import { oddity } from '#server/edge/strict.ts';
import { dialledRoom, isTooLong, targetOf } from '#server/edge/target.ts';
import { isAllowedOrigin } from '#server/http/origins.ts';
import { limitKey } from '#server/limits/address.ts';
import type { Limiter } from '#server/limits/limiter.ts';
import { requestId } from '#server/telemetry/request-id.ts';

/** Retry-After for a client whose room had no reachable owner, in seconds. */
const RETRY_AFTER_MS = 1_000;
const UNAVAILABLE = 503;

export type Upgrading = Reaching & {
  allowedOrigins: readonly string[];
  /** Open sockets by address, and how many one address may have. */
  sockets: Sockets;
  socketsPerAddress: number;
  /** Attempts by address. */
  perAddress: Limiter;
  splices: Splices;
  roster: Roster;
  metrics: EdgeMetrics;
  log: EdgeLog;
};

/** Sockets held until their room has an owner. */
export class Upgrades {
  readonly #held = new Set<Socket>();
  #closed = false;
  readonly #o: Upgrading;

  constructor(options: Upgrading) {
    this.#o = options;
  }

  get held(): number {
    return this.#held.size;
  }

  /** `address` is the trusted client address. Never rejects. */
  async serve(request: IncomingMessage, socket: Socket, head: Buffer, address: string): Promise<void> {
    const started = performance.now();
    socket.on('error', () => {});
    const dialled = dialledBy(request);
    const room = dialled?.room;
    const id = requestId(request);
    const say = (code: number, member?: Member) =>
      this.#o.log({ id, method: 'GET', route: 'socket', room, member, status: code, address, started });
    const no = (status: Status, reason: string) => {
      this.#o.metrics.refused(reason);
      refuse(socket, status);
      say(status.code);
    };
    const refused = await this.#check(request, address, head);
    if (refused || !dialled) return no(...(refused ?? [refusal('no-such-room'), 'no-such-room']));
    const tied = await this.#tie(request, socket, address, dialled);
    if (tied === 'gone') return say(499);
    if (tied) return say(tied.code, tied.member);
    no(refusal('moved', { retryAfterMs: RETRY_AFTER_MS }), 'moved');
  }

  /** Refuses new sockets and releases the held ones, which reconnect through another edge. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#held) socket.destroy();
  }

  async #check(request: IncomingMessage, address: string, head: Buffer): Promise<[Status, string] | undefined> {
    const { allowedOrigins, sockets, socketsPerAddress, perAddress } = this.#o;
    const { origin } = request.headers;
    const odd = oddity(request);
    if (odd) return [odd, 'malformed'];
    // Bytes before the answer are refused: a member could read them as another request.
    if (request.method !== 'GET' || head.length > 0)
      return [failure(400, 'That is not how a socket is opened.'), 'malformed'];
    if (!isAllowedOrigin(origin, allowedOrigins))
      return [failure(403, `Pages of ${JSON.stringify(origin)} may not use this server.`), 'origin'];
    if (sockets.count(address) > socketsPerAddress)
      return [failure(429, 'Too many connections from this address.'), 'sockets'];
    const retryAfterMs = await perAddress.take(limitKey(address));
    return retryAfterMs > 0 ? [refusal('rate', { retryAfterMs }), 'rate'] : undefined;
  }

  async #tie(request: IncomingMessage, socket: Socket, address: string, { process, room }: Dialled) {
    const { splices, metrics, roster } = this.#o;
    const usual = async () => {
      const hosts = await roster.candidates(ROOMS, limitKey(address));
      return hosts.find(({ id }) => id === process) ?? hosts[0];
    };
    const { url = '' } = request;
    const headers = towardsMember(request, address);
    const waiting = this.#hold(socket);
    try {
      const { gone } = waiting;
      const tied = await reach(this.#o, { room, usual, gone }, async (where, signal) => {
        const { member } = where;
        const asked = performance.now();
        const dialled = await dial(member, url, headers, signal);
        if (dialled.kind === 'away') return undefined;
        const { answer } = dialled;
        const code = answer.statusCode ?? UNAVAILABLE;
        if (dialled.kind === 'answer') {
          if (code === UNAVAILABLE) {
            answer.destroy();
            return;
          }
          waiting.over();
          await passOn(socket, answer);
          return { code, member };
        }
        if (signal.aborted || socket.destroyed) {
          dialled.socket.destroy();
          return;
        }
        metrics.dialled(performance.now() - asked);
        waiting.over();
        open(socket, answer);
        splices.add(room, where, splice(socket, dialled.socket, dialled.head));
        return { code, member };
      });
      return waiting.gone.aborted ? 'gone' : tied;
    } finally {
      waiting.over();
    }
  }

  /** Detects a closed client, and closes one that sends early. `over` returns the socket untouched. */
  #hold(socket: Socket): { gone: AbortSignal; over(): void } {
    const gone = new AbortController();
    const leave = () => {
      socket.destroy();
      gone.abort();
    };
    const over = () => {
      if (!this.#held.delete(socket)) return;
      socket.off('data', leave).off('end', leave).off('close', leave);
      socket.pause();
    };
    if (this.#closed) leave();
    this.#held.add(socket);
    socket.on('data', leave).on('end', leave).on('close', leave);
    return { gone: gone.signal, over };
  }
}

type Dialled = NonNullable<ReturnType<typeof dialledRoom>>;

function dialledBy({ url = '' }: IncomingMessage): Dialled | undefined {
  const target = isTooLong(url) ? undefined : targetOf(url);
  return target && dialledRoom(target);
}
