/** The resources of the REST API, in Kubernetes' shapes. Input schemas are strict: an unknown field is refused. */
import { z } from 'zod';

export const GROUP = 'parlor.dev';
export const VERSION = 'v1';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const API_PATH = `/apis/${API_VERSION}`;

/** The name of any object, as in a path. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/, 'a name has letters, digits, dots, - and _');
const name = nameSchema;
const instant = z.iso.datetime();
const count = z.int().min(0);

const metadata = z.strictObject({
  name,
  uid: z.string(),
  creationTimestamp: instant.optional(),
  /** The seq in its room's log, if there is one. */
  resourceVersion: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});
export type Metadata = z.infer<typeof metadata>;

function resource<const K extends string, P extends z.ZodRawShape>(kind: K, parts: P) {
  return z.strictObject({ apiVersion: z.literal(API_VERSION), kind: z.literal(kind), metadata, ...parts });
}

/** Metadata of an input; the server assigns the names of created objects. */
function order<const K extends string, S extends z.ZodType>(kind: K, spec: S) {
  return z.strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal(kind),
    metadata: z.strictObject({ generateName: name.optional() }).optional(),
    spec,
  });
}

// --- people ----------------------------------------------------------------

export const player = resource('Player', {
  /** `enabled` (the account may sign in) is returned only to roles that may `get players/details`. */
  spec: z.strictObject({ displayName: z.string(), enabled: z.boolean().optional() }),
  /** Returned only to roles that may `get players/details`. */
  status: z
    .strictObject({
      lastLogin: instant,
      sessionSeconds: z.number().min(0),
      matchesPlayed: count,
      online: z.boolean(),
    })
    .optional(),
});
export type Player = z.infer<typeof player>;

/** A JSON merge patch: absent fields stay unchanged. */
export const playerPatch = z.strictObject({
  apiVersion: z.literal(API_VERSION).optional(),
  kind: z.literal('Player').optional(),
  spec: z.strictObject({ enabled: z.boolean() }),
});

/** A new password for a player; generated unless given, and returned once. */
export const newPassword = order('Password', z.strictObject({ password: z.string().optional() }).optional());
export const password = resource('Password', { spec: z.strictObject({ password: z.string() }) });
export type Password = z.infer<typeof password>;

/** Ten years. */
const LONGEST_BAN_MS = 3_653 * 86_400_000;
const endsAt = instant.refine((text) => {
  const left = Date.parse(text) - Date.now();
  return left > 0 && left <= LONGEST_BAN_MS;
}, 'a moment to come, within ten years');
/** Reason of a ban: an enumeration, so that pages can translate it and no text about a person is stored. */
export const BAN_REASONS = ['spam', 'insults', 'cheating', 'name', 'other'] as const;
const banReason = z.enum(BAN_REASONS);
export type BanReason = z.infer<typeof banReason>;

export const newBan = order('Ban', z.strictObject({ player: name, endsAt, reason: banReason.default('other') }));
export const ban = resource('Ban', {
  spec: z.strictObject({ player: name, endsAt: instant, reason: banReason }),
  status: z.strictObject({ displayName: z.string(), createdBy: name }),
});
export type Ban = z.infer<typeof ban>;

export const session = resource('Session', {
  spec: z.strictObject({ player: name, displayName: z.string(), userAgent: z.string() }),
  status: z.strictObject({ startedAt: instant, lastSeenAt: instant }),
});
export type Session = z.infer<typeof session>;

const score = z.strictObject({ played: count, won: count, lost: count, drawn: count });

/** One player's results; its name is the player's. */
export const stat = resource('Stat', {
  spec: z.strictObject({ player: name, displayName: z.string() }),
  status: score.extend({ games: z.record(z.string(), score) }),
});
export type Stat = z.infer<typeof stat>;

// --- talk ------------------------------------------------------------------

const messageSpec = z.strictObject({ channel: name, text: z.string(), ttlSeconds: z.int().min(1).optional() });

export const newMessage = order('Message', messageSpec);

export const message = resource('Message', {
  spec: messageSpec,
  /** The answer to a POST lacks the times, which only the room knows; lists have them. */
  status: z.strictObject({ player: name, seq: count, sentAt: instant.optional(), expiresAt: instant.optional() }),
});
export type Message = z.infer<typeof message>;

/** Its name is `<channel>.<player>`. */
const muteSpec = z.strictObject({ channel: name, player: name, endsAt: instant });
export const newMute = order('Mute', muteSpec);
export const mute = resource('Mute', { spec: muteSpec });
export type Mute = z.infer<typeof mute>;

/** Also a part of its room's id and of its messages' names. */
const channelName = z
  .string()
  .regex(/^(?!m-)[a-z][a-z0-9-]{0,39}$/, 'a lower-case letter, then letters, digits and -; not m-…');
const ttlSeconds = z
  .int()
  .min(60)
  .max(30 * 86_400);

export const newChannel = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Channel'),
  metadata: z.strictObject({ name: channelName }),
  spec: z.strictObject({
    title: z.string().trim().min(1).max(80),
    kind: z.literal('open', 'only open: a match has its own, and private channels are not made yet').default('open'),
    ttlSeconds: ttlSeconds.default(86_400),
  }),
});
export const channel = resource('Channel', {
  spec: z.strictObject({
    title: z.string(),
    kind: z.enum(['open', 'match', 'private']),
    /** Whose role lets them join, who has a seat in the match, or members by name. */
    readers: z.enum(['role', 'seats', 'members']),
    ttlSeconds: z.int(),
    room: name,
  }),
});
export type Channel = z.infer<typeof channel>;

// --- play ------------------------------------------------------------------

export const newMatch = order(
  'Match',
  z
    .strictObject({
      game: name.optional(),
      /** `quick` takes a seat in an open match of that game, or opens one. */
      mode: z.enum(['new', 'quick']).default('new'),
      /** Settings that every match has: its clocks. */
      config: z.record(z.string(), z.unknown()).optional(),
      /** The game's own settings; the schema is in the game's `spec.options`. */
      options: z.record(z.string(), z.unknown()).optional(),
      /** Play against the bot. */
      bot: z.boolean().optional(),
      /** A finished match, to be played again by the same players with the same settings in a new room. */
      rematchOf: name.optional(),
    })
    .superRefine((spec, check) => {
      const wrong = (field: string, message: string) =>
        check.addIssue({ code: 'custom', path: [field], message, input: spec });
      if (spec.game === undefined && spec.rematchOf === undefined)
        wrong('game', 'name a game, or a match in rematchOf');
      if (spec.rematchOf !== undefined)
        for (const field of ['game', 'config', 'options', 'bot'] as const)
          if (spec[field] !== undefined) wrong(field, 'a rematch takes this from the match before');
      if (spec.mode === 'quick')
        for (const field of ['config', 'options', 'bot', 'rematchOf'] as const)
          if (spec[field] !== undefined) wrong(field, 'quick play takes any open table, so it cannot be chosen');
    }),
);
export type NewMatch = z.infer<typeof newMatch>['spec'];

export const match = resource('Match', {
  spec: z.strictObject({ game: name }),
  status: z.strictObject({
    phase: z.enum(['waiting', 'playing', 'finished']),
    /** The room to join, or in which it was played. */
    room: name,
    seats: z.array(
      z.strictObject({
        player: z.string(),
        displayName: z.string(),
        result: z.enum(['win', 'loss', 'draw']).optional(),
      }),
    ),
    ending: z.string().optional(),
    startedAt: instant.optional(),
    endedAt: instant.optional(),
  }),
});
export type Match = z.infer<typeof match>;

export const room = resource('Room', {
  spec: z.strictObject({ machine: name }),
  status: z.strictObject({
    /** `quarantined`: stopped after an error; returned only to roles that may `list rooms/quarantined`. */
    phase: z.enum(['live', 'quarantined']),
    clients: count,
    listing: z.record(z.string(), z.unknown()),
    quarantined: z.strictObject({ reason: z.string(), epoch: count }).optional(),
  }),
});
export type Room = z.infer<typeof room>;

const entry = z.record(z.string(), z.unknown());

/** The complete stored log of a room, as `npm run reproduce` reads it. Contains seats and pseudonyms, no names. */
export const roomLog = resource('RoomLog', {
  /** Of this document. */
  format: z.literal(2),
  room: name,
  journal: z.string(),
  machine: name,
  /** Version of the machine code that wrote the end of the log; empty if nothing can be opened. */
  version: z.string(),
  epoch: count,
  /** The room's genesis, with the seed of its random draws. */
  genesis: entry.optional(),
  /** In place of a genesis, if earlier entries are trimmed or cannot be opened. */
  snapshot: entry.optional(),
  /** In order, numbered from 1: commands, their time, and the verdicts of the batch before. */
  batches: z.array(z.looseObject({ n: count, now: z.number(), commands: z.array(entry) })),
  /** Stored entries that cannot be opened. */
  damage: z.array(z.strictObject({ what: z.enum(['entry', 'snapshot']), n: count, reason: z.string() })).optional(),
  /** Why the room was quarantined, and where in the log. */
  fault: z.strictObject({ message: z.string(), seq: count.optional() }).optional(),
});
export type RoomLog = z.infer<typeof roomLog>;

/**
 * May be empty. `acceptUnproven`: also retries a room if other code wrote the end of its log and nothing proves that this
 * code agrees with it. A provable difference is never accepted.
 */
export const roomRetry = z.strictObject({
  spec: z.strictObject({ acceptUnproven: z.boolean() }).optional(),
  apiVersion: z.literal(API_VERSION).optional(),
  kind: z.literal('RoomRetry').optional(),
});

export const game = resource('Game', {
  spec: z.strictObject({
    seats: z.strictObject({ min: count, max: count }),
    realtime: z.boolean(),
    bot: z.boolean(),
    refusals: z.record(z.string(), z.string()),
    /** JSON Schema of `options` in the spec of a match. */
    options: z.record(z.string(), z.unknown()),
  }),
});
export type Game = z.infer<typeof game>;

// --- administration ----------------------------------------------------------

export const newMonitorPass = order('MonitorPass', z.strictObject({}).optional());
/** The pass itself is a cookie; this object has the monitor's URL and the expiry. */
export const monitorPass = resource('MonitorPass', {
  status: z.strictObject({ path: z.string(), expiresAt: instant }),
});
export type MonitorPass = z.infer<typeof monitorPass>;

// --- lists -------------------------------------------------------------------

export function listOf<I extends z.ZodType>(kind: string, item: I, apiVersion: string = API_VERSION) {
  return z.strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(`${kind}List`),
    metadata: z.strictObject({
      resourceVersion: z.string().optional(),
      continue: z.string().optional(),
      remainingItemCount: count.optional(),
    }),
    items: z.array(item),
  });
}
export type List<I> = { metadata: { resourceVersion?: string; continue?: string }; items: I[] };
