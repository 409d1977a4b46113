/** The resources of the REST API, in Kubernetes' shapes. What comes in is strict: an unknown field is a mistake. */
import { z } from 'zod';

export const GROUP = 'parlor.dev';
export const VERSION = 'v1';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const API_PATH = `/apis/${API_VERSION}`;

/** Of any object, as it stands in a path. */
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
  /** The place in its room's log, where there is one. */
  resourceVersion: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});
export type Metadata = z.infer<typeof metadata>;

function resource<const K extends string, P extends z.ZodRawShape>(kind: K, parts: P) {
  return z.strictObject({ apiVersion: z.literal(API_VERSION), kind: z.literal(kind), metadata, ...parts });
}

/** What comes in names nothing but itself; the server names what it creates. */
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
  /** `enabled`, whether the account may sign in, is there only for who may `get players/details`. */
  spec: z.strictObject({ displayName: z.string(), enabled: z.boolean().optional() }),
  /** Only for who may `get players/details`. */
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

/** A JSON merge patch: what is not in it stays. */
export const playerPatch = z.strictObject({
  apiVersion: z.literal(API_VERSION).optional(),
  kind: z.literal('Player').optional(),
  spec: z.strictObject({ enabled: z.boolean() }),
});

/** A new password for somebody; one is made up unless it is given, and told this once. */
export const newPassword = order('Password', z.strictObject({ password: z.string().optional() }).optional());
export const password = resource('Password', { spec: z.strictObject({ password: z.string() }) });
export type Password = z.infer<typeof password>;

/** Ten years. */
const LONGEST_BAN_MS = 3_653 * 86_400_000;
const endsAt = instant.refine((text) => {
  const left = Date.parse(text) - Date.now();
  return left > 0 && left <= LONGEST_BAN_MS;
}, 'a moment to come, within ten years');
/** Why somebody is banned: a choice, so that a page can say it and nothing about a person is written down. */
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

/** One player's results; named like the player. */
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
  /** The times are not told to who just posted it: the room knows them, and a list shows them. */
  status: z.strictObject({ player: name, seq: count, sentAt: instant.optional(), expiresAt: instant.optional() }),
});
export type Message = z.infer<typeof message>;

/** Named like the channel and the player: `<channel>.<player>`. */
const muteSpec = z.strictObject({ channel: name, player: name, endsAt: instant });
export const newMute = order('Mute', muteSpec);
export const mute = resource('Mute', { spec: muteSpec });
export type Mute = z.infer<typeof mute>;

export const channel = resource('Channel', { spec: z.strictObject({ title: z.string(), room: name }) });
export type Channel = z.infer<typeof channel>;

// --- play ------------------------------------------------------------------

export const newMatch = order(
  'Match',
  z
    .strictObject({
      game: name.optional(),
      /** `quick` sits down at an open table of that game, or opens one. */
      mode: z.enum(['new', 'quick']).default('new'),
      /** What the game lets its creator choose. */
      config: z.record(z.string(), z.unknown()).optional(),
      /** Play against the bot. */
      bot: z.boolean().optional(),
      /** A finished match: the same people, the same rules, a new room. */
      rematchOf: name.optional(),
    })
    .superRefine((spec, check) => {
      const wrong = (field: string, message: string) =>
        check.addIssue({ code: 'custom', path: [field], message, input: spec });
      if (spec.game === undefined && spec.rematchOf === undefined)
        wrong('game', 'name a game, or a match in rematchOf');
      if (spec.rematchOf !== undefined)
        for (const field of ['game', 'config', 'bot'] as const)
          if (spec[field] !== undefined) wrong(field, 'a rematch takes this from the match before');
      if (spec.mode === 'quick')
        for (const field of ['config', 'bot', 'rematchOf'] as const)
          if (spec[field] !== undefined) wrong(field, 'quick play takes any open table, so it cannot be chosen');
    }),
);
export type NewMatch = z.infer<typeof newMatch>['spec'];

export const match = resource('Match', {
  spec: z.strictObject({ game: name }),
  status: z.strictObject({
    phase: z.enum(['waiting', 'playing', 'finished']),
    /** The room to join, or that it was played in. */
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
    /** `quarantined`: after an error nobody runs it. Only for who may `list rooms/quarantined`. */
    phase: z.enum(['live', 'quarantined']),
    clients: count,
    listing: z.record(z.string(), z.unknown()),
    quarantined: z.strictObject({ reason: z.string(), epoch: count }).optional(),
  }),
});
export type Room = z.infer<typeof room>;

const entry = z.record(z.string(), z.unknown());

/** All that is kept of a room, as `npm run reproduce` reads it. Names seats and pseudonyms, no people. */
export const roomLog = resource('RoomLog', {
  /** Of this document. */
  format: z.literal(2),
  room: name,
  journal: z.string(),
  machine: name,
  /** Of the machine's code that wrote the end of the log; empty when nothing can be opened. */
  version: z.string(),
  epoch: count,
  /** What the room began with, the seed of its dice among it. */
  genesis: entry.optional(),
  /** In place of a genesis: what came before is gone, or cannot be opened. */
  snapshot: entry.optional(),
  /** In order, numbered from 1: commands, their time, and the verdicts of the batch before. */
  batches: z.array(z.looseObject({ n: count, now: z.number(), commands: z.array(entry) })),
  /** What lies there and cannot be opened. */
  damage: z.array(z.strictObject({ what: z.enum(['entry', 'snapshot']), n: count, reason: z.string() })).optional(),
  /** Why the room was quarantined, and where in the log. */
  fault: z.strictObject({ message: z.string(), seq: count.optional() }).optional(),
});
export type RoomLog = z.infer<typeof roomLog>;

/**
 * Asks nothing but to try: may be left out. `acceptUnproven`: also when other code wrote the end of the log and nothing
 * proves that this code agrees with it. What provably differs is never accepted.
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
  }),
});
export type Game = z.infer<typeof game>;

// --- administration ----------------------------------------------------------

export const newMonitorPass = order('MonitorPass', z.strictObject({}).optional());
/** The pass itself is a cookie; this says where it opens a door, and until when. */
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
