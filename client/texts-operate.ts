/** What administrators and moderators read when they act on people, talk and matches. A part of `texts.ts`. */
export const operate = {
  manage: 'Manage',
  close: 'Close',
  disabled: 'switched off',
  banned: (until: string) => `banned until ${until}`,
  span: 'For how long',
  reason: 'Why; the person is told',
  reasons: {
    other: 'No reason given',
    spam: 'Spam',
    insults: 'Insults',
    cheating: 'Cheating',
    name: 'Unsuitable name',
  },
  spans: { hour: 'An hour', day: 'A day', week: 'A week', month: 'Thirty days' },
  password: {
    label: 'Set a new password',
    line: (name: string) => `A password is made up and shown to you once. ${name} is signed out everywhere.`,
    done: (name: string) => `The new password of ${name}. It is not shown again:`,
  },
  disable: {
    label: 'Switch the account off',
    line: (name: string) => `${name} is signed out everywhere and cannot sign in until you switch the account on.`,
    done: (name: string) => `The account of ${name} is switched off.`,
  },
  enable: {
    label: 'Switch the account on',
    line: (name: string) => `${name} may sign in again.`,
    done: (name: string) => `The account of ${name} is switched on.`,
  },
  ban: {
    label: 'Ban for a time',
    line: (name: string) => `${name} is signed out everywhere and cannot come in until the ban ends by itself.`,
    done: (name: string) => `${name} is banned.`,
  },
  unban: {
    label: 'Lift the ban',
    line: (name: string) => `${name} may come in again.`,
    done: (name: string) => `The ban of ${name} is lifted.`,
  },
  delete: {
    label: 'Delete the account',
    line: (name: string) =>
      `The account of ${name} and all that names its owner are gone for good. Matches and messages stay, without a name.`,
    done: (name: string) => `The account of ${name} is deleted.`,
  },
  mute: {
    label: 'Mute',
    of: (name: string) => `Mute ${name}`,
    title: (name: string) => `Mute ${name}?`,
    line: (name: string) => `${name} can read this talk, and write again when the time is up.`,
  },
  unmute: {
    label: 'Unmute',
    title: (name: string) => `Unmute ${name}?`,
    line: (until: string) => `Muted here until ${until}.`,
  },
  match: { label: 'Close this match', line: 'It ends for everybody who is in it. Nobody wins.' },
} as const;
