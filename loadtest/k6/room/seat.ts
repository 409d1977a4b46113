/**
 * A seat in a durable room, held as a page holds it: resumed on every connection, its commands resent until they are
 * answered. And watched: whatever must not be seen is reported.
 */
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';
import { metrics, report } from '../metrics.ts';
import { type Person, Refused } from '../place.ts';
import { pause } from '../time.ts';
import { canonical } from './digest.ts';
import { Line } from './line.ts';
import { Outbox, type Reply, type Submit } from './outbox.ts';
import { CLOSE, REQUEST } from './wire.ts';

type RoomState = { seq: number; toJSON(): unknown };
type Refusal = { ok: false; code: string };
type Resumed = { ok: true; expect: number; seq: number; seat: number; player: string };
type Digest = { seq: number; digest: string };

const RESUME_AGAIN_MS = 500;
const REFRESH_MS = 60_000;

export class Seat<S extends RoomState> {
  /** This player's pseudonym, and place at the table. */
  player = '';
  index = -1;
  private readonly person: Person;
  private readonly line: Line<S>;
  private readonly outbox = new Outbox(encoding.b64encode(crypto.randomBytes(15), 'rawurl'));
  private readonly watchers = new Set<() => void>();
  private readonly refreshing: ReturnType<typeof setInterval>;
  private up = false;
  private over = false;
  private sending = false;
  private seen = 0;
  private downAt = 0;

  private constructor(room: string, person: Person) {
    this.person = person;
    this.line = new Line<S>(room, person, {
      state: (full) => this.look(full),
      down: () => {
        this.up = false;
        this.downAt = Date.now();
      },
      back: () => void this.resume(),
      over: (code) => {
        this.end();
        report({ kind: 'closed', detail: `the room was closed with ${code}` });
      },
    });
    this.refreshing = setInterval(() => void this.refresh(), REFRESH_MS);
  }

  /** @throws Refused, or Error when the room does not let one in. */
  static async take<S extends RoomState>(room: string, person: Person): Promise<Seat<S>> {
    const seat = new Seat<S>(room, person);
    const began = Date.now();
    try {
      await seat.line.enter();
      await seat.resume();
    } catch (error) {
      seat.end();
      // That others were faster is an answer.
      metrics.join_ok.add(error instanceof Refused && error.code === 'room-full');
      throw error;
    }
    metrics.join_ok.add(true);
    metrics.joins.add(1);
    metrics.join_ms.add(Date.now() - began);
    return seat;
  }

  get state(): S {
    return this.line.tree.state;
  }
  get isOver(): boolean {
    return this.over;
  }

  /**
   * Sends a command, times until `shows` is true of the state, and expects it to be true once it is answered. `late`: a
   * refusal that is nobody's mistake, for others may be faster.
   */
  async act(type: string, payload: unknown, shows: (state: S) => boolean, late?: string): Promise<Reply> {
    const began = Date.now();
    let visible = false;
    const look = () => {
      if (visible || !shows(this.state)) return;
      visible = true;
      metrics.own_visible_ms.add(Date.now() - began);
    };
    this.watchers.add(look);
    const answered = this.outbox.push(type, payload);
    void this.pump();
    const reply = await answered;
    this.watchers.delete(look);
    metrics.ack_ms.add(Date.now() - began);
    metrics.commands.add(1);
    if (!reply.ok && (this.over || reply.code === late)) return reply;
    if (!reply.ok) report({ kind: 'refused', detail: `${type} was refused: ${reply.code}` });
    // The patch leaves before the answer, on the same socket.
    else if (!visible)
      report({ kind: 'unseen', detail: `${type} was answered at ${reply.seq} and is not in the state` });
    return reply;
  }

  /** Resolves with true once `test` holds, with false when it does not for `ms`. */
  until(test: (state: S) => boolean, ms: number): Promise<boolean> {
    if (test(this.state)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (held: boolean) => {
        clearTimeout(late);
        this.watchers.delete(look);
        resolve(held);
      };
      const look = () => {
        if (this.over || test(this.state)) done(!this.over);
      };
      const late = setTimeout(() => done(false), ms);
      this.watchers.add(look);
    });
  }

  /**
   * Asks the server for the digest of what this seat sees. The socket is in order, so that it must be the digest of what
   * is decoded here when the answer comes.
   */
  async compare(): Promise<void> {
    if (!this.up) return;
    const theirs = (await this.line.request('digest', {}).catch(() => undefined)) as Digest | undefined;
    // Nothing is between a state and the answer about it, unless the socket broke or a patch slipped in before it.
    if (!theirs) return; // the socket broke
    const { seq } = this.state;
    const equal = seq === theirs.seq && crypto.sha1(canonical(this.state), 'hex') === theirs.digest;
    metrics.digests.add(1);
    metrics.digest_equal.add(equal);
    if (!equal) report({ kind: 'digest', detail: `the server is at ${theirs.seq} and sees another state than ${seq}` });
  }

  async leave(): Promise<void> {
    if (this.over) return;
    this.end();
    const code = await this.line.leave();
    if (code !== CLOSE.consented) report({ kind: 'leave', detail: `the room closed with ${code}` });
  }

  private look(full: boolean): void {
    const { seq } = this.state;
    const since = full ? Math.max(this.seen, this.outbox.acked) : this.seen;
    if (seq < since) report({ kind: 'backwards', detail: `the state is at ${seq}, and was at ${since}` });
    this.seen = Math.max(seq, this.seen);
    for (const watcher of [...this.watchers]) watcher();
  }

  private async resume(): Promise<void> {
    const request = { outbox: this.outbox.id, token: await this.person.token() };
    for (;;) {
      let reply: Resumed | Refusal;
      try {
        reply = (await this.line.request(REQUEST.resume, request)) as Resumed | Refusal;
      } catch (error) {
        if (this.player === '') throw error;
        return; // the next connection resumes
      }
      if (reply.ok) return this.letThrough(reply);
      if (this.player === '') throw new Refused(409, reply.code);
      await pause(RESUME_AGAIN_MS);
    }
  }

  private letThrough({ expect, player, seat }: Resumed): void {
    if (this.player !== '' && player !== this.player) report({ kind: 'reply', detail: 'the seat is another player’s' });
    this.player = player;
    this.index = seat;
    const wrong = this.outbox.resumed(expect);
    if (wrong) report(wrong);
    if (this.downAt > 0) {
      metrics.returns.add(1);
      metrics.back_ms.add(Date.now() - this.downAt);
      this.downAt = 0;
    }
    this.up = true;
    void this.pump();
  }

  /** One batch is on its way at a time; what comes meanwhile goes with the next. */
  private async pump(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let sent = this.outbox.window(); this.up && sent; sent = this.outbox.window()) {
      const reply = await this.submit(sent);
      if (!reply) break; // the socket broke: sent again after the return
      if (!reply.ok && reply.code !== 'not-resumed')
        report({ kind: 'reply', detail: `a batch was refused: ${reply.code}` });
      const replies = reply.ok ? reply.replies : sent.commands.map(() => reply);
      const { verdict, wrong } = this.outbox.answered(sent, replies);
      if (wrong) report(wrong);
      if (verdict.next === 'wait') await pause(verdict.ms);
      if (verdict.next === 'resume') await this.resume();
    }
    this.sending = false;
  }

  private submit(sent: Submit): Promise<{ ok: true; replies: Reply[] } | Refusal | undefined> {
    return this.line.request(REQUEST.submit, sent).catch(() => undefined) as ReturnType<Seat<S>['submit']>;
  }

  /** A connection does not outlive its token. */
  private async refresh(): Promise<void> {
    if (!this.up) return;
    await this.line.request(REQUEST.refresh, { token: await this.person.token() }).catch(() => {});
  }

  private end(): void {
    this.up = false;
    this.over = true;
    clearInterval(this.refreshing);
    const left = this.outbox.abandon({ ok: false, code: 'room-ended' });
    if (left > 0) report({ kind: 'unanswered', detail: `${left} commands` });
    for (const watcher of [...this.watchers]) watcher();
  }
}
