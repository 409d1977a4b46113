/** Whether a connection may use a lane: `Authorize` is asked once for each token that it shows, not for each message. */
import type { Connection } from '#rooms/host/connections.ts';
import { questionAbout } from '#rooms/host/question.ts';
import type { Access } from '#rooms/kernel/machine.ts';
import type { Authorize, Identity } from '#rooms/ports.ts';

export class LanePermission {
  readonly #authorize: Authorize;
  readonly #access: Access;
  readonly #room: string;
  /** A fresh token makes a new identity, and so a new question. */
  readonly #answers = new WeakMap<Identity, boolean>();

  constructor(authorize: Authorize, access: Access, room: string) {
    this.#authorize = authorize;
    this.#access = access;
    this.#room = room;
  }

  /** Undefined before the connection has resumed. */
  has({ identity, outbox }: Connection): boolean | undefined {
    if (!identity || outbox === undefined) return undefined;
    const known = this.#answers.get(identity);
    if (known !== undefined) return known;
    const { allowed } = this.#authorize(questionAbout(this.#room, identity, this.#access));
    this.#answers.set(identity, allowed);
    return allowed;
  }
}
