/**
 * Names of channels. Pub/sub knows no databases: installations that share a Redis under different numbers would hear
 * each other, so each name carries the installation, which is the number of its database.
 */
export type Channels = {
  /** Where the journal tells of each claim: `{room, owner, epoch}`. */
  readonly claims: string;
  readonly ended: string;
  readonly gossip: string;
  /** Where a process listens to nothing: the kernel ends the subscription with the process. */
  pulse(process: string): string;
  /** Of Colyseus's own channels. */
  library(topic: string): string;
};

export function channelsOf(url: string): Channels {
  const { pathname, searchParams } = new URL(url);
  const installation = Number(pathname.slice(1) || searchParams.get('db') || 0);
  const name = (topic: string) => `{parlor}:${installation}:${topic}`;
  return {
    claims: name('claims'),
    ended: name('ended'),
    gossip: name('gossip'),
    pulse: (process) => name(`pulse:${process}`),
    library: (topic) => name(`colyseus:${topic}`),
  };
}
