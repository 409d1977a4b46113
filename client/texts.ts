import { daysBefore } from '#client/clock.ts';
import { operate } from '#client/texts-operate.ts';

/** Every sentence the client says, in one place. Short, plain, friendly. Refusals are in `#schema/refusals.ts`. */
export const texts = {
  parlor: 'Parlor',
  bot: 'The bot',
  unknownName: '…',
  formerPlayer: 'Someone who left',
  you: 'you',
  skip: 'Skip to the content',
  back: 'Back',
  toLobby: 'Back to the lobby',
  nowhere: { title: 'There is nothing here', line: 'The link may be old, or a letter is missing.' },

  errors: {
    noAnswer: 'The server did not answer. Try again in a moment.',
    wentWrong: 'That did not work. Try again in a moment.',
  },

  account: { signOut: 'Sign out', signIn: 'Sign in again', console: 'Console', you: 'Your page' },

  embed: {
    unreachable:
      'The talk cannot be reached from this page. The server may be away, or does not allow this site. Trying again…',
  },
  connection: {
    connecting: 'Connecting…',
    reconnecting: 'The connection was lost. Everything is kept; reconnecting…',
    resumed: 'Back again. Nothing was lost.',
    displaced: {
      title: 'Open in another place',
      line: 'You opened this in another tab or on another device, and it goes on there.',
      act: 'Use it here',
    },
    signedOut: {
      title: 'You were signed out',
      here: 'You signed out on another page of this browser. Sign in again to go on.',
      administrator: 'An administrator ended this session. Your seats are kept for a while; sign in again to go on.',
      unknown: 'This session has ended. Your seats are kept for a while; sign in again to go on.',
      act: 'Sign in again',
    },
    ended: { title: 'This room has ended', line: 'It is over and will not open again.', act: 'Back to the lobby' },
    refused: { title: 'You cannot come in here', act: 'Back to the lobby' },
  },

  banned: {
    title: 'You are banned for now',
    until: (when: string) => `You can come in again on ${when}.`,
    reasons: {
      spam: 'The reason: spam.',
      insults: 'The reason: insults or harassment.',
      cheating: 'The reason: cheating.',
      name: 'The reason: an unsuitable name.',
      other: 'No reason was given.',
    },
  },

  lobby: {
    title: 'The lobby',
    people: 'Who is here',
    tables: 'Tables',
    talk: 'Talk',
    quick: 'Play now',
    create: 'New table',
    bot: 'Play the bot',
    peopleEmpty: 'Only the clock is ticking.',
    tablesEmpty: 'No one at the tables yet.',
    tablesEmptyHint: (bot: boolean) => (bot ? 'Start one, or play the bot.' : 'Start one.'),
    games: 'What to play',
    noGames: 'Nothing can be played here.',
    again: 'Try again',
    came: 'Came',
    atTable: 'At a table',
    waitingShort: 'Waiting',
    join: 'Sit down',
    kept: 'Kept for you',
    yours: 'Your match',
    comeBack: 'Come back',
    openSeat: 'An open seat',
    waiting: 'Waiting for a second player',
    playing: 'Playing',
    yourTurn: 'Your turn',
    theirTurn: 'Their turn',
    opening: 'Setting the table…',
  },

  chat: {
    placeholder: 'Say something',
    label: 'Message',
    send: 'Send',
    hint: 'Enter sends, Shift + Enter starts a new line',
    empty: 'Nothing has been said yet.',
    emptyHint: (life: string) => `Messages stay for ${life}, then they are gone for everyone.`,
    emptyPlain: 'Messages here are gone for everyone after a while.',
    unread: 'New',
    left: (count: number) => (count >= 0 ? `${count} left` : `${-count} too many`),
    sending: 'Sending…',
    remove: 'Remove this message',
    gone: (when: string) => `gone ${when}`,
    goneHint: (exact: string) => `This message is deleted for everyone at ${exact}`,
    unconfirmed: 'Not confirmed',
    unconfirmedHint: 'The page was reloaded before the answer came.',
    again: 'Send again',
    discard: 'Discard',
    newer: 'New messages below',
    readers: { table: 'Only the people at this table can read this.', all: 'Everyone who is signed in can read this.' },
    messages: 'Messages',
    muted: (until: string) => `A moderator has muted you here until ${until}.`,
    title: (channel: string) => (channel === 'lobby' ? 'Talk in the lobby' : `Talk: ${channel}`),
    today: 'Today',
    yesterday: 'Yesterday',
  },

  match: {
    title: 'A match',
    against: (name: string) => `Against ${name}`,
    talk: 'Talk',
    board: 'Board',
    waiting: 'Waiting for a second player',
    waitingMore: 'Waiting for other players',
    waitingFor: (names: string) => `Waiting for ${names}`,
    playing: 'Playing',
    waitingHint: 'Send a friend this link, or wait here.',
    copy: 'Copy the link',
    copied: 'Link copied',
    yourTurn: 'Your turn',
    theirTurnHint: 'Your turn comes next.',
    toMove: 'To move',
    here: 'Here',
    away: 'Away',
    nobody: 'Nobody',
    youName: 'You',
    someone: 'Somebody',
    leave: 'To the lobby',
    theirTurn: (name: string) => `${name} is thinking`,
    absent: (time: string) => `Away, ${time} left`,
    openSeat: 'Open seat',
    resign: 'Resign',
    resignTitle: 'Resign this match?',
    resignLine: 'The other player wins.',
    resignLineMany: 'The others win.',
    keepPlaying: 'Keep playing',
    rematch: 'Play again',
    toRematch: 'To the next match',
    watching: 'You are watching',
    clock: (name: string, time: string) => `${name} has ${time} left`,
    won: 'You won',
    lost: 'You lost',
    wins: (names: readonly string[]) => `${listed(names)} ${names.length === 1 ? 'wins' : 'win'}`,
    draw: 'A draw',
    endings: {
      resigned: (name: string) => `${name} resigned.`,
      clock: (name: string) => `${name} ran out of time.`,
      absent: (name: string) => `${name} did not come back.`,
      left: (name: string) => `${name} left the table.`,
    },
  },

  player: {
    played: 'Matches played',
    won: 'Won',
    lost: 'Lost',
    drawn: 'Drawn',
    here: 'Here now',
    away: 'Not here at the moment',
    noMatches: 'No finished match yet.',
  },

  operate,

  admin: {
    title: 'Console',
    players: 'Players',
    sessions: 'Sessions',
    monitor: 'Room monitor',
    name: 'Name',
    lastLogin: 'Last login',
    sessionTime: 'Time here',
    matches: 'Matches',
    device: 'Device',
    since: 'Signed in',
    lastSeen: 'Last seen',
    signOut: 'Sign out',
    signOutTitle: (name: string) => `Sign ${name} out?`,
    signOutLine: 'Their pages close with a sentence that says so. They may sign in again.',
    cancel: 'Cancel',
    signedOut: (name: string) => `${name} was signed out.`,
    noSessions: 'Nobody is signed in.',
    noPlayers: 'Nobody has come yet.',
    yours: 'this is you',
    live: 'live',
    ended: 'ended',
    refresh: 'Refresh',
  },
} as const;

/** How a language says numbers, times and plurals. The one place that knows which. */
const LOCALE = 'en';

const list = new Intl.ListFormat(LOCALE);
/** Names one after the other: "Ada, Ben and Cat". */
export const listed = (names: readonly string[]): string => list.format(names);

const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
const exactFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' });
const clockFormat = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayFormat = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long' });

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** "in 3 hours", "2 minutes ago", "now". */
export function relativeTime(at: number, now: number): string {
  const gap = at - now;
  const [unit, ms] = UNITS.find(([, size]) => Math.abs(gap) >= size) ?? UNITS[3];
  return relative.format(Math.trunc(gap / ms), unit);
}

/** "23 hours", "5 minutes": the largest unit that fits. */
export function duration(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? UNITS[3];
  return new Intl.NumberFormat(LOCALE, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.floor(ms / size));
}

/** "23h", "5m", "20s": where there is little room. */
export function shortDuration(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? UNITS[3];
  const format = new Intl.NumberFormat(LOCALE, { style: 'unit', unit, unitDisplay: 'narrow' });
  return format.format(Math.max(0, Math.floor(ms / size)));
}

/** "1:05": what is left on a clock, rounded up so that 0:00 means it is over. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export const exactTime = (at: number): string => exactFormat.format(at);
/** A moment that people act on: as the person's own language and time zone write it. */
export function localMoment(at: number, locales: readonly string[] = navigator.languages, timeZone?: string): string {
  const day = { year: 'numeric', month: 'long', day: 'numeric' } as const;
  const time = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat([...locales], { ...day, ...time, timeZone }).format(at);
}

export const timeOfDay = (at: number): string => clockFormat.format(at);

/** "Today", "Yesterday", or the day's own name. */
export function dayName(at: number, now: number): string {
  const days = daysBefore(at, now);
  if (days === 0) return texts.chat.today;
  return days === 1 ? texts.chat.yesterday : dayFormat.format(at);
}

const graphemes = new Intl.Segmenter(LOCALE, { granularity: 'grapheme' });

/** The first letter (or emoji) of a name, for a monogram. */
export function initial(name: string): string {
  for (const { segment } of graphemes.segment(name.trim())) return segment.toLocaleUpperCase(LOCALE);
  return '·';
}

/** A name within a sentence: a long one is cut where its letters end, so that the rest of the sentence is read too. */
export function brief(name: string, most = 20): string {
  const letters = Array.from(graphemes.segment(name), ({ segment }) => segment);
  if (letters.length <= most) return name;
  return `${letters
    .slice(0, most - 1)
    .join('')
    .trimEnd()}…`;
}
