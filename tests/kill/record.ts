/** What one client noted down: everything that it sent, was answered and saw, in order. */
import type { Reply } from '#schema/protocol.ts';

export type Noted =
  | { k: 'sent'; type: string; payload: unknown }
  | { k: 'answered'; type: string; payload: unknown; reply: Reply }
  /** The decoded state, right after it changed. */
  | { k: 'saw'; seq: number; view: string }
  /** The connection broke; what comes later came over another. */
  | { k: 'dropped' }
  /** Back in the room and let through; ms of this process. */
  | { k: 'back'; at: number };

export type ClientRecord = { room: string; player: string; noted: Noted[] };
