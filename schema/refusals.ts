/**
 * Every refusal of Parlor, with the sentence for people.
 *
 * `passing` refusals consume nothing: the same command may be sent again later. All others are final
 * for that command id. `status` is the HTTP status of the REST answer.
 */
export const REFUSALS = {
  // passing: nothing is consumed, try again
  busy: { status: 503, passing: true, sentence: 'The room is busy. Your move is kept and sent again.' },
  rate: { status: 429, passing: true, sentence: 'That was a little fast. It will be sent in a moment.' },
  paused: { status: 503, passing: true, sentence: 'The room is paused while storage is away. It goes on by itself.' },
  moved: { status: 503, passing: true, sentence: 'The room is moving to another server. Hold on.' },
  gap: { status: 409, passing: true, sentence: 'An earlier command has not arrived yet.' },

  // final at the command gate
  forbidden: { status: 403, passing: false, sentence: 'You may not do that here.' },
  malformed: { status: 422, passing: false, sentence: 'That command was not understood.' },
  oversized: { status: 413, passing: false, sentence: 'That is too large to send.' },
  'unknown-command': { status: 422, passing: false, sentence: 'This room does not know that command.' },
  'id-reused': { status: 409, passing: false, sentence: 'That command number was already used for something else.' },
  'not-resumed': { status: 409, passing: true, sentence: 'The connection has to resume first.' },
  unauthenticated: { status: 401, passing: false, sentence: 'Please sign in.' },
  'session-ended': { status: 401, passing: false, sentence: 'You were signed out. Sign in again to go on.' },
  'ended-by-administrator': {
    status: 401,
    passing: false,
    sentence: 'An administrator ended this session. Sign in again to go on.',
  },
  'identity-away': { status: 503, passing: true, sentence: 'Signing in is not possible right now. Try again soon.' },
  'provider-not-told': {
    status: 503,
    passing: false,
    sentence: 'Signed out here, but the sign-in service could not be told. The log says why.',
  },
  'in-doubt': {
    status: 504,
    passing: false,
    sentence: 'Another server did not answer: it may have been done, or not. Look before you try again.',
  },
  fault: { status: 500, passing: false, sentence: 'That broke something here. It was undone and noted.' },

  // the API
  'key-reused': { status: 409, passing: false, sentence: 'That idempotency key was used for something else.' },
  'under-way': { status: 409, passing: true, sentence: 'The same request is still being answered. Ask again.' },

  // people
  'no-such-player': { status: 404, passing: false, sentence: 'There is no such person here.' },
  'not-oneself': { status: 409, passing: false, sentence: 'You cannot do that to your own account.' },
  'last-administrator': {
    status: 409,
    passing: false,
    sentence: 'This is the last administrator who can sign in. Make somebody else one first.',
  },
  banned: { status: 403, passing: false, sentence: 'An administrator has banned you for a while. Come back later.' },
  'channel-exists': { status: 409, passing: false, sentence: 'There is a channel of this name already.' },
  'already-banned': { status: 409, passing: false, sentence: 'This person is banned already. Lift that ban first.' },
  muted: { status: 403, passing: false, sentence: 'A moderator has muted you in this talk for a while.' },
  'provider-trouble': {
    status: 503,
    passing: false,
    sentence: 'The sign-in service did not do that. Try again; the log says why.',
  },
  'wrong-credentials': { status: 401, passing: false, sentence: 'That name and password do not match.' },
  'account-disabled': { status: 403, passing: false, sentence: 'This account is switched off. Ask the administrator.' },
  'too-many-attempts': {
    status: 429,
    passing: false,
    sentence: 'Too many attempts. Wait a few minutes, then try again.',
  },
  'name-taken': { status: 409, passing: false, sentence: 'Someone already has that name. Choose another.' },
  'name-alike': { status: 409, passing: false, sentence: 'This name looks like the one of another. Choose another.' },
  'name-mixed': {
    status: 422,
    passing: false,
    sentence: 'The letters of a name must be of one alphabet, or it could pose as another.',
  },
  'name-invalid': {
    status: 422,
    passing: false,
    sentence: 'A name has 2 to 40 characters, and none that cannot be seen.',
  },
  'password-invalid': { status: 422, passing: false, sentence: 'A password has 8 to 200 characters.' },

  // rooms and seats
  'no-such-room': { status: 404, passing: false, sentence: 'There is no such room. It may have ended.' },
  'room-ended': { status: 410, passing: false, sentence: 'This room has ended.' },
  'room-restoring': { status: 503, passing: true, sentence: 'The room is being restored. Hold on.' },
  'room-quarantined': {
    status: 503,
    passing: false,
    sentence: 'This room was quarantined after an error. An administrator can retry it.',
  },
  'room-alive': {
    status: 409,
    passing: false,
    sentence: 'This room was not quarantined. A match is closed by deleting the match.',
  },
  'room-full': { status: 409, passing: false, sentence: 'All seats here are taken.' },
  displaced: { status: 409, passing: false, sentence: 'You opened this in another tab or on another device.' },
  'table-only': { status: 403, passing: false, sentence: 'Only the people at this table can read and write here.' },
  'not-seated': { status: 409, passing: false, sentence: 'You do not have a seat here.' },

  // matches
  'not-started': { status: 409, passing: false, sentence: 'The match has not started. Wait for the other player.' },
  'not-your-turn': { status: 409, passing: false, sentence: 'It is not your turn.' },
  'match-over': { status: 409, passing: false, sentence: 'This match is over.' },
  'no-such-game': { status: 422, passing: false, sentence: 'There is no such game here.' },
  'no-bot': { status: 422, passing: false, sentence: 'This game has no bot to play against.' },
  'too-many-matches': {
    status: 409,
    passing: false,
    sentence: 'You have as many matches open as one player may. Finish or leave one first.',
  },
  'match-running': { status: 409, passing: false, sentence: 'This match is still being played.' },
  'rematch-made': { status: 409, passing: false, sentence: 'The rematch has been set up already.' },

  // talk
  'message-empty': { status: 422, passing: false, sentence: 'There is nothing in that message.' },
  'message-marks': { status: 422, passing: false, sentence: 'A letter there carries too many marks.' },
  'message-too-long': { status: 422, passing: false, sentence: 'That message is too long.' },
  'no-such-message': { status: 404, passing: false, sentence: 'That message is gone.' },
  'mute-span': { status: 422, passing: false, sentence: 'A mute ends within thirty days, and not before now.' },
  'not-muted': { status: 404, passing: false, sentence: 'This person is not muted here.' },
  'not-yours': { status: 403, passing: false, sentence: 'You can only remove your own messages.' },
} as const satisfies Record<string, { status: number; passing: boolean; sentence: string }>;

/** A code of the host: one of `REFUSALS`. */
export type HostRefusal = keyof typeof REFUSALS;

/** A machine's own code: its name, a slash, and one of its `refusals`. Final, and a conflict with the state of the room. */
export type OwnRefusal = `${string}/${string}`;
export type RefusalCode = HostRefusal | OwnRefusal;

const OWN = /^[a-z][a-z0-9-]{0,39}\/[a-z][a-z0-9-]{0,39}$/;
const OWN_REFUSAL = { status: 409, passing: false, sentence: 'That is not possible here.' } as const;

export function isHostRefusal(value: unknown): value is HostRefusal {
  return typeof value === 'string' && Object.hasOwn(REFUSALS, value);
}

export function isRefusalCode(value: unknown): value is RefusalCode {
  return isHostRefusal(value) || (typeof value === 'string' && OWN.test(value));
}

/** Status and sentence of a code. A machine's own code gets a general sentence; its own is with the machine. */
export function answerTo(code: RefusalCode): { status: number; passing: boolean; sentence: string } {
  return isHostRefusal(code) ? REFUSALS[code] : OWN_REFUSAL;
}

/** True if the refusal is transient: nothing was consumed, and the same command may be sent again. */
export function isPassing(code: RefusalCode): boolean {
  return answerTo(code).passing;
}
