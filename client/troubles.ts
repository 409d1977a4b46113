/**
 * What can keep a page from starting: the sentence for each cause, and what to do. The one table of them; a test walks
 * it. Plain data: the build puts it into `guard.js`, which runs where nothing else does.
 */
export const TROUBLES = {
  insecure: {
    title: 'This address is not secure',
    line: 'Browsers let people sign in only over https, or on localhost. Open Parlor by its https address, or ask the one who runs it to set one up.',
    act: 'Try again',
  },
  storage: {
    title: 'Cookies and site data are blocked',
    line: 'Your browser keeps nothing for this page, and signing in needs that. Allow cookies and site data for this site in the settings of your browser, then try again.',
    act: 'Try again',
  },
  browser: {
    title: 'This browser is too old',
    line: 'Parlor needs Chrome or Edge 123, Firefox 125, Safari 17.5, or anything newer. Update your browser, or open this page in another one.',
    act: 'Try again',
  },
  unloaded: {
    title: 'A part of this page did not arrive',
    line: 'The server may be restarting, or was updated. Try again in a moment.',
    act: 'Try again',
  },
  waiting: {
    title: 'Parlor is not answering',
    line: 'It may be restarting. This page goes on by itself as soon as it answers.',
    act: '',
  },
  refused: {
    title: 'You cannot come in',
    line: 'The server knows who you are, and refused. It said:',
    act: 'Try again',
  },
  banned: {
    title: 'You are banned for now',
    line: 'An administrator decided so. The ban ends by itself.',
    act: 'Try again',
  },
  signIn: {
    title: 'Signing in did not work',
    line: 'You can try again. If it happens again, tell the one who runs this Parlor what stands below.',
    act: 'Try again',
  },
  fault: {
    title: 'Something broke here',
    line: 'This is a fault of ours. If it happens again, tell the one who runs this Parlor what stands below.',
    act: 'Try again',
  },
} as const;

export type Cause = keyof typeof TROUBLES;

/** `detail`: what was said or thrown, shown as it is. */
export type Trouble = { cause: Cause; detail?: string };
