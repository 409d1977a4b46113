/** Forwards requests to a member that can answer them, or to the owner of the room. */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import { answerTo, type RefusalCode } from '#schema/refusals.ts';
import { failure } from '#schema/status.ts';
import { type Forward, type Forwarding, forward } from '#server/edge/forward.ts';
import { hasBody } from '#server/edge/framing.ts';
import { PATIENCE_MS, RETRY_MS, type Reaching, reach } from '#server/edge/reach.ts';
import { PAGES, ROOMS, type Roster } from '#server/edge/roster.ts';
import { joinedRoom } from '#server/edge/target.ts';
import { limitKey } from '#server/limits/address.ts';

/** Members tried before a request waits for others. */
const TRIES = 3;
const RETRY_AFTER_S = '1';

export type Relaying = Forwarding &
  Reaching & {
    roster: Roster;
    addressOf(request: Request): string;
    /** Counts a request that waits for its room or for any member; returns the function that ends the wait. */
    waiting(): () => void;
  };

export function relay(relaying: Relaying): RequestHandler {
  return async (request, response) => {
    const room = joinedRoom(request.path);
    response.locals.room = room;
    if (room === undefined) await toAny(relaying, request, response);
    else await toOwner(relaying, request, response, room);
  };
}

/** An unanswered request is retried for a while, since members join and leave. */
async function toAny(relaying: Relaying, request: Request, response: Response): Promise<void> {
  const until = performance.now() + (relaying.patienceMs ?? PATIENCE_MS);
  if (await offer(relaying, request, response)) return;
  const over = relaying.waiting();
  const gone = once(response, 'close').catch(() => {});
  for (let wait = RETRY_MS.first; performance.now() < until; wait = Math.min(2 * wait, RETRY_MS.most)) {
    await Promise.race([setTimeout(wait), gone]);
    if (response.destroyed || (await offer(relaying, request, response))) return over();
  }
  over();
  response.set('Retry-After', RETRY_AFTER_S);
  response.status(503).json(failure(503, 'No server can take this right now. Try again in a moment.'));
}

/** False if no member accepted it. */
async function offer(relaying: Relaying, request: Request, response: Response): Promise<boolean> {
  const address = relaying.addressOf(request);
  const { body } = request as { body?: Buffer };
  const roles = request.path.startsWith('/matchmake/') ? ROOMS : PAGES;
  const candidates = await relaying.roster.candidates(roles, limitKey(address));
  const again = (request.method === 'GET' || request.method === 'HEAD') && !hasBody(request);
  for (const member of candidates.slice(0, TRIES)) {
    const { signal, over } = relaying.roster.watch(member);
    const done = await handOver(relaying, { request, response, member, address, body, again, signal });
    over();
    if (done) return true;
  }
  return false;
}

/** A join goes to the process where the socket will be opened. */
async function toOwner(relaying: Relaying, request: Request, response: Response, room: string): Promise<void> {
  const address = relaying.addressOf(request);
  const { body } = request as { body?: Buffer };
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const over = relaying.waiting();
  const usual = async () => (await relaying.roster.candidates(ROOMS, limitKey(address)))[0];
  const done = await reach(relaying, { room, usual, gone: gone.signal }, async ({ member }, signal) => {
    return (await handOver(relaying, { request, response, member, address, body, again: true, signal })) || undefined;
  });
  over();
  if (!done && !gone.signal.aborted) refuse(response, 'moved');
}

/** False if another member may be tried. */
async function handOver(relaying: Relaying, request_: Forward): Promise<boolean> {
  request_.response.locals.member = request_.member;
  let forwarded = await forward(relaying, request_);
  if (forwarded === 'stale') forwarded = await forward(relaying, request_, true);
  if (forwarded === 'answered') return true;
  relaying.roster.backOff(request_.member);
  return false;
}

/** In the format of a process with rooms: the SDK passes on the status and `message`. */
function refuse(response: Response, code: RefusalCode): void {
  const { status, sentence } = answerTo(code);
  response.set('Retry-After', RETRY_AFTER_S);
  response.status(status).json({ code: status, message: code, error: sentence });
}
