import type { Reply } from '../room/outbox.ts';
import type { Seat } from '../room/seat.ts';

/** As a channel's decoded state is read here. */
export type Channel = {
  seq: number;
  messages: Map<string, { author: string; text: string }>;
  members: Map<string, { connected: boolean }>;
  toJSON(): unknown;
};

export const LOBBY_TALK = 'channel-lobby';

/** Each call is one post, told from every other by its text. */
export function talking(seat: Seat<Channel>): () => Promise<Reply> {
  let n = 0;
  return () => {
    const text = `${seat.player} says ${++n}`;
    const before = seat.state.seq;
    // A message is named by its place in the log: what is new lies between then and now.
    const shows = ({ seq, messages }: Channel) => {
      for (let at = seq; at > before; at--) {
        const message = messages.get(String(at));
        if (message?.text === text && message.author === seat.player) return true;
      }
      return false;
    };
    return seat.act('post', { text }, shows);
  };
}
